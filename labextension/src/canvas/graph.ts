/** The nodes and wires of one tab for React Flow; selection and sizes stay in the view. */

import {
  applyNodeChanges,
  type Edge,
  type EdgeChange,
  type Node,
  type NodeChange
} from '@xyflow/react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { moveEntries, type Point } from '../model/commands.js';
import { isPlaced, tabOf, wiresOf, type Entry } from '../model/entry.js';
import type { FlowSnapshot, FlowStore } from '../model/flow.js';
import { countInputs, countOutputs, type NodeType, type Palette } from '../model/palette.js';
import type { WireEnds } from '../model/wiring.js';

export interface NodeData extends Record<string, unknown> {
  readonly entry: Entry;
  readonly type: NodeType | undefined;
  readonly inputs: number;
  readonly outputs: number;
}

export type CanvasNode = Node<NodeData, 'flow'>;
export type Wire = Edge<{ ends: WireEnds }, 'wire'>;

export interface Graph {
  readonly nodes: CanvasNode[];
  readonly wires: Wire[];
  readonly selected: ReadonlySet<string>;
  readonly selectedWires: readonly WireEnds[];
  readonly onNodesChange: (changes: NodeChange<CanvasNode>[]) => void;
  readonly onWiresChange: (changes: EdgeChange<Wire>[]) => void;
  /** Selects these nodes and nothing else, also such as are only about to be drawn. */
  readonly select: (ids: Iterable<string>) => void;
}

export function wireId({ source, port, target }: WireEnds): string {
  return `${source}/${port}/${target}`;
}

export function portOf(handle: string | null | undefined): number {
  return Number(handle?.replace('out-', '') ?? 0) || 0;
}

export function useGraph(
  store: FlowStore,
  snapshot: FlowSnapshot,
  palette: Palette,
  tab: string
): Graph {
  const [nodes, setNodes] = useState<CanvasNode[]>([]);
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set());
  const wanted = useRef<ReadonlySet<string>>(new Set());

  useEffect(() => {
    const shown = snapshot.entries.filter(entry => isPlaced(entry) && tabOf(entry) === tab);
    setNodes(old => reconcile(old, shown, palette, wanted.current));
  }, [snapshot, palette, tab]);

  const wires = useMemo(() => wiresBetween(nodes, marked), [nodes, marked]);
  const selected = useMemo(
    () => new Set(nodes.filter(node => node.selected).map(node => node.id)),
    [nodes]
  );

  const onNodesChange = useCallback(
    (changes: NodeChange<CanvasNode>[]) => {
      const places = new Map<string, Point>();
      for (const change of changes) {
        if (change.type === 'position' && change.position && !change.dragging) {
          places.set(change.id, change.position);
        }
      }
      setNodes(old => applyNodeChanges(changes, old));
      if (places.size > 0) {
        store.change(writer => {
          moveEntries(writer, places);
        }, 'move');
      }
    },
    [store]
  );

  const onWiresChange = useCallback((changes: EdgeChange<Wire>[]) => {
    setMarked(old => {
      const next = new Set(old);
      for (const change of changes) {
        if (change.type !== 'select') continue;
        if (change.selected) next.add(change.id);
        else next.delete(change.id);
      }
      return next;
    });
  }, []);

  const select = useCallback((ids: Iterable<string>) => {
    const chosen = new Set(ids);
    wanted.current = chosen;
    setMarked(new Set());
    setNodes(old => old.map(node => withSelected(node, chosen.has(node.id))));
  }, []);

  const selectedWires = useMemo(
    () => wires.flatMap(wire => (wire.selected && wire.data ? [wire.data.ends] : [])),
    [wires]
  );
  return { nodes, wires, selected, selectedWires, onNodesChange, onWiresChange, select };
}

function withSelected(node: CanvasNode, selected: boolean): CanvasNode {
  return (node.selected ?? false) === selected ? node : { ...node, selected };
}

/** Nodes of unchanged entries keep their identity, so React Flow draws only what changed. */
function reconcile(
  old: readonly CanvasNode[],
  entries: readonly Entry[],
  palette: Palette,
  wanted: ReadonlySet<string>
): CanvasNode[] {
  const known = new Map(old.map(node => [node.id, node]));
  return entries.map(entry => {
    const type = palette.get(entry.type);
    const was = known.get(entry.id);
    if (was?.data.entry === entry && was.data.type === type) return was;
    const place = { x: Number(entry['x']), y: Number(entry['y']) };
    return {
      ...was,
      id: entry.id,
      type: 'flow',
      position: was?.dragging ? was.position : place,
      selected: was?.selected ?? wanted.has(entry.id),
      data: {
        entry,
        type,
        inputs: countInputs(type),
        outputs: countOutputs(entry, type)
      }
    };
  });
}

function wiresBetween(nodes: readonly CanvasNode[], marked: ReadonlySet<string>): Wire[] {
  const present = new Map(nodes.map(node => [node.id, node]));
  return nodes.flatMap(node =>
    wiresOf(node.data.entry).flatMap((targets, port) =>
      targets
        .filter(id => (present.get(id)?.data.inputs ?? 0) > 0 && port < node.data.outputs)
        .map((target): Wire => {
          const ends = { source: node.id, port, target };
          const id = wireId(ends);
          return {
            id,
            type: 'wire',
            source: node.id,
            target,
            sourceHandle: `out-${port}`,
            targetHandle: 'in',
            selected: marked.has(id),
            data: { ends }
          };
        })
    )
  );
}
