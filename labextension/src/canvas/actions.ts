/** Everything a person can do on the canvas, by button, key or menu. */

import { useReactFlow } from '@xyflow/react';
import { useMemo, useRef } from 'react';
import {
  addEntries,
  addTab,
  addWire,
  copies,
  moveEntries,
  newEntry,
  removeEntries,
  removeTab,
  removeWire,
  setDisabled,
  setFields,
  spliceWire,
  type Point
} from '../model/commands.js';
import { isPlaced, tabOf, type Entry, type Json } from '../model/entry.js';
import type { FlowSnapshot, FlowStore, FlowWriter } from '../model/flow.js';
import { arrange } from '../model/layout.js';
import type { LiveStore } from '../model/live.js';
import type { Palette } from '../model/palette.js';
import { checkWire, type WireEnds } from '../model/wiring.js';
import type { CanvasNode, Graph, Wire } from './graph.js';
import type { Ui } from './ui.js';

/** Copies stand a little below and right of what was copied. */
const OFFSET: Point = { x: 20, y: 20 };

const FIT = { padding: 0.15, maxZoom: 1, duration: 200 };

interface Parts {
  readonly store: FlowStore;
  readonly snapshot: FlowSnapshot;
  readonly palette: Palette;
  readonly live: LiveStore;
  readonly graph: Graph;
  readonly ui: Ui;
}

export type Actions = ReturnType<typeof makeActions>;
type Flow = ReturnType<typeof useReactFlow<CanvasNode, Wire>>;

/** The actions keep their identity; they read what is drawn at the moment they are called. */
export function useActions(parts: Parts): Actions {
  const flow = useReactFlow<CanvasNode, Wire>();
  const latest = useRef(parts);
  latest.current = parts;
  return useMemo(() => makeActions(() => latest.current, flow), [flow]);
}

function makeActions(now: () => Parts, flow: Flow) {
  const change = (command: (writer: FlowWriter) => void): void => {
    now().store.change(command);
  };
  const selectedEntries = (): Entry[] => {
    const { graph, snapshot } = now();
    return snapshot.entries.filter(entry => graph.selected.has(entry.id));
  };
  const fit = (): void => {
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    void flow.fitView(still ? { ...FIT, duration: 0 } : FIT);
  };

  /** The tab that new nodes stand on; an empty flow gets its first one. */
  const tabFor = (writer: FlowWriter): string => {
    const { ui, snapshot } = now();
    if (ui.tab) return ui.tab;
    const tab =
      snapshot.entries.find(entry => entry.type === 'tab')?.id ?? addTab(writer, 'Flow 1');
    ui.set({ tab });
    return tab;
  };

  const insert = (entries: readonly Entry[]): void => {
    change(writer => {
      addEntries(writer, entries);
    });
    now().graph.select(entries.filter(isPlaced).map(entry => entry.id));
  };

  return {
    change,
    fit,

    add: (typeName: string, at?: Point, into?: WireEnds): string | null => {
      const { palette, graph } = now();
      const type = palette.get(typeName);
      if (!type) return null;
      const place = at ?? freePlace(flow, graph);
      let id = '';
      change(writer => {
        const entry = newEntry(type, tabFor(writer), place);
        id = entry.id;
        writer.add(entry);
        if (into && type.inputs > 0 && (entry['wires'] as readonly Json[]).length > 0) {
          spliceWire(writer, into, id);
        }
      });
      graph.select([id]);
      return id;
    },

    wire: (ends: WireEnds): void => {
      const { snapshot, palette, live } = now();
      const check = checkWire(ends, snapshot.byId, palette);
      if (!check.allowed) {
        live.say('error', check.reason);
        return;
      }
      change(writer => {
        addWire(writer, ends);
      });
      if (check.warning) live.say('info', check.warning);
    },

    rewire: (old: WireEnds, ends: WireEnds): void => {
      change(writer => {
        removeWire(writer, old);
        addWire(writer, ends);
      });
    },

    remove: (): void => {
      const { graph, ui } = now();
      if (graph.selected.size === 0 && graph.selectedWires.length === 0) return;
      change(writer => {
        for (const wire of graph.selectedWires) removeWire(writer, wire);
        removeEntries(writer, graph.selected);
      });
      if (ui.editing && graph.selected.has(ui.editing)) ui.set({ editing: null, panel: null });
    },

    duplicate: (): void => {
      const entries = selectedEntries();
      if (entries.length > 0) insert(copies(entries, now().ui.tab, OFFSET));
    },

    selectedEntries,

    paste: (entries: readonly Entry[]): void => {
      const { snapshot, ui } = now();
      let tab = ui.tab;
      if (!tab && !entries.some(entry => entry.type === 'tab')) {
        change(writer => {
          tab = tabFor(writer);
        });
      }
      const there = entries.some(entry => snapshot.byId.has(entry.id));
      const pasted = copies(entries, tab, there ? OFFSET : { x: 0, y: 0 });
      insert(pasted);
      const first = pasted.find(entry => entry.type === 'tab');
      if (first) ui.set({ tab: first.id });
    },

    move: ({ x, y }: Point): void => {
      const places = selectedEntries().map(
        entry => [entry.id, { x: Number(entry['x']) + x, y: Number(entry['y']) + y }] as const
      );
      now().store.change(writer => {
        moveEntries(writer, new Map(places));
      }, 'move');
    },

    selectAll: (): void => {
      const { graph } = now();
      graph.select(graph.nodes.map(node => node.id));
    },

    disable: (): void => {
      const entries = selectedEntries();
      const disabled = entries.some(entry => entry['d'] !== true);
      change(writer => {
        setDisabled(writer, now().graph.selected, disabled);
      });
    },

    arrange: (): void => {
      const { graph } = now();
      const chosen = graph.selected.size > 1 ? graph.selected : null;
      const nodes = graph.nodes.filter(node => chosen?.has(node.id) ?? true);
      const sizes = new Map(nodes.map(node => [node.id, node.measured]));
      const places = arrange(
        nodes.map(node => node.data.entry),
        id => ({ width: sizes.get(id)?.width ?? 140, height: sizes.get(id)?.height ?? 36 })
      );
      change(writer => {
        moveEntries(writer, places);
      });
      requestAnimationFrame(fit);
    },

    zoom: (direction: 1 | -1): void => {
      void (direction > 0 ? flow.zoomIn() : flow.zoomOut());
    },

    open: (id: string): void => {
      now().ui.set({ editing: id, panel: 'form' });
    },

    /** Shows a node wherever it is: its tab, selected, in the middle. */
    reveal: (id: string): void => {
      const { snapshot, graph, ui } = now();
      const entry = snapshot.byId.get(id);
      if (!entry || !isPlaced(entry)) return;
      ui.set({ tab: tabOf(entry) });
      graph.select([id]);
      const zoom = Math.max(flow.getZoom(), 0.8);
      void flow.setCenter(Number(entry['x']), Number(entry['y']), { zoom, duration: 200 });
    },

    save: (id: string, fields: Readonly<Record<string, Json | undefined>>): void => {
      const { snapshot, palette } = now();
      const type = palette.get(snapshot.byId.get(id)?.type ?? '');
      change(writer => {
        setFields(writer, id, fields, type);
      });
    },

    addTab: (): void => {
      const { snapshot, ui } = now();
      const count = snapshot.entries.filter(entry => entry.type === 'tab').length;
      let tab = '';
      change(writer => {
        tab = addTab(writer, `Flow ${count + 1}`);
      });
      ui.set({ tab });
    },

    renameTab: (id: string, label: string): void => {
      change(writer => {
        writer.update(id, { label });
      });
    },

    removeTab: (id: string): void => {
      change(writer => {
        removeTab(writer, id);
      });
      const rest = now().snapshot.entries.find(entry => entry.type === 'tab' && entry.id !== id);
      now().ui.set({ tab: rest?.id ?? '' });
    }
  };
}

/** The middle of what is visible, moved down while a node stands there. */
function freePlace(flow: Flow, graph: Graph): Point {
  const box = document.querySelector('.vgd-stage:hover, .vgd-stage')?.getBoundingClientRect();
  const middle = flow.screenToFlowPosition({
    x: (box?.left ?? 0) + (box?.width ?? 600) / 2,
    y: (box?.top ?? 0) + (box?.height ?? 400) / 2
  });
  const place = { x: Math.round(middle.x / 10) * 10, y: Math.round(middle.y / 10) * 10 };
  const taken = (): boolean =>
    graph.nodes.some(
      ({ position }) => Math.abs(position.x - place.x) < 100 && Math.abs(position.y - place.y) < 40
    );
  while (taken()) place.y += 50;
  return place;
}
