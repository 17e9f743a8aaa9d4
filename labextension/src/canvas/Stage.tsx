/** The drawing area: nodes and wires of one tab, dropping, wiring, selecting. */

import {
  Background,
  BackgroundVariant,
  MiniMap,
  ReactFlow,
  SelectionMode,
  useReactFlow,
  type Connection,
  type Edge,
  type FinalConnectionState
} from '@xyflow/react';
import { useCallback, useRef, type DragEvent, type JSX, type MouseEvent } from 'react';
import { checkWire, type WireEnds } from '../model/wiring.js';
import { ConnectionHint } from './ConnectionHint.js';
import { useEditor, useSnapshot } from './context.js';
import { FlowNode } from './FlowNode.js';
import { portOf, type CanvasNode, type Graph, type Wire } from './graph.js';
import { useFitting } from './fitting.js';
import { NODE_TYPE_MIME } from './PalettePanel.js';
import { WireEdge } from './WireEdge.js';

const NODE_TYPES = { flow: FlowNode };
const EDGE_TYPES = { wire: WireEdge };
const ORIGIN: [number, number] = [0.5, 0.5];
const GRID: [number, number] = [10, 10];
const MAP_SIZE = { width: 150, height: 100 };

function endsOf(connection: Connection | Edge): WireEnds {
  return {
    source: connection.source,
    port: portOf(connection.sourceHandle),
    target: connection.target
  };
}

export function Stage({ graph, dark }: { graph: Graph; dark: boolean }): JSX.Element {
  const { store, palette, ui, actions } = useEditor();
  const snapshot = useSnapshot(store);
  const flow = useReactFlow<CanvasNode, Wire>();
  const stage = useRef<HTMLDivElement>(null);
  const onMove = useFitting(stage, graph, ui.tab);

  const isValid = useCallback(
    (connection: Connection | Edge) =>
      checkWire(endsOf(connection), snapshot.byId, palette).allowed,
    [snapshot, palette]
  );

  const onConnectEnd = (event: globalThis.MouseEvent | TouchEvent, end: FinalConnectionState) => {
    if (end.isValid || !end.fromNode || end.fromHandle.type !== 'source' || end.toNode) return;
    const point = 'clientX' in event ? event : event.changedTouches[0];
    if (!point) return;
    const at = flow.screenToFlowPosition({ x: point.clientX, y: point.clientY });
    const from = { node: end.fromNode.id, port: portOf(end.fromHandle.id) };
    ui.set({ chooser: { kind: 'add', at, from } });
  };

  const onDrop = (event: DragEvent): void => {
    const type = event.dataTransfer.getData(NODE_TYPE_MIME);
    if (!type) return;
    event.preventDefault();
    const at = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
    actions.add(type, snapped(at), wireUnder(event.clientX, event.clientY, graph));
  };

  return (
    <div
      ref={stage}
      className="vgd-stage"
      data-testid="stage"
      onDragOver={event => {
        if (!event.dataTransfer.types.includes(NODE_TYPE_MIME)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = 'copy';
      }}
      onDrop={onDrop}
      onDoubleClick={(event: MouseEvent) => {
        if (!(event.target as Element).classList.contains('react-flow__pane')) return;
        const at = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
        ui.set({ chooser: { kind: 'add', at: snapped(at), from: null } });
      }}
    >
      <ReactFlow
        nodes={graph.nodes}
        edges={graph.wires}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        nodeOrigin={ORIGIN}
        onNodesChange={graph.onNodesChange}
        onEdgesChange={graph.onWiresChange}
        onConnect={connection => {
          actions.wire(endsOf(connection));
        }}
        onConnectEnd={onConnectEnd}
        isValidConnection={isValid}
        onMoveEnd={onMove}
        onReconnect={(old, connection) => {
          if (old.data) actions.rewire(old.data.ends, endsOf(connection));
        }}
        colorMode={dark ? 'dark' : 'light'}
        snapToGrid
        snapGrid={GRID}
        minZoom={0.2}
        maxZoom={2}
        deleteKeyCode={null}
        selectionMode={SelectionMode.Partial}
        panOnScroll={false}
        zoomOnDoubleClick={false}
        preventScrolling
        connectionRadius={24}
        elevateEdgesOnSelect
      >
        <Background variant={BackgroundVariant.Dots} gap={20} size={1.2} />
        {ui.minimap ? (
          <MiniMap
            pannable
            zoomable
            nodeColor={node => (node as CanvasNode).data.type?.color ?? '#999'}
            ariaLabel="Map of the flow"
            style={MAP_SIZE}
          />
        ) : null}
      </ReactFlow>
      <ConnectionHint />
      {graph.nodes.length === 0 ? <Empty /> : null}
    </div>
  );
}

function Empty(): JSX.Element {
  return (
    <div className="vgd-empty" data-testid="empty">
      <strong>Nothing here yet</strong>
      <span>Drag a node from the palette, or double-click here to add one.</span>
    </div>
  );
}

function snapped(point: { x: number; y: number }): { x: number; y: number } {
  return { x: Math.round(point.x / GRID[0]) * GRID[0], y: Math.round(point.y / GRID[1]) * GRID[1] };
}

/** The wire at a place of the screen, so that a node dropped there goes into it. */
function wireUnder(x: number, y: number, graph: Graph): WireEnds | undefined {
  const hit = document
    .elementsFromPoint(x, y)
    .map(element => element.closest('.react-flow__edge')?.getAttribute('data-id'))
    .find(id => id !== null && id !== undefined);
  return graph.wires.find(wire => wire.id === hit)?.data?.ends;
}
