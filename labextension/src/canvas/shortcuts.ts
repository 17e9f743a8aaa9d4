/** Keys of the canvas. A key that does something here goes no further. */

import type { KeyboardEvent } from 'react';
import type { Point } from '../model/commands.js';
import type { FlowStore } from '../model/flow.js';
import type { Actions } from './actions.js';
import type { Graph } from './graph.js';
import type { Ui } from './ui.js';

/** One step of the grid. */
const STEPS: Readonly<Record<string, Point>> = {
  ArrowLeft: { x: -10, y: 0 },
  ArrowRight: { x: 10, y: 0 },
  ArrowUp: { x: 0, y: -10 },
  ArrowDown: { x: 0, y: 10 }
};

interface Parts {
  readonly store: FlowStore;
  readonly actions: Actions;
  readonly graph: Graph;
  readonly ui: Ui;
}

/** Carries out what a key means; tells whether it meant anything. */
export function handleKey(event: KeyboardEvent, parts: Parts): boolean {
  const { store, actions, graph, ui } = parts;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const control = event.ctrlKey || event.metaKey;
  if (key === 'Escape') {
    ui.set({ chooser: null, panel: null, editing: null });
    return true;
  }
  if (isTyping(event.target)) return false;
  if (control) {
    const byKey: Readonly<Record<string, () => void>> = {
      z: () => {
        if (event.shiftKey) store.redo();
        else store.undo();
      },
      y: () => {
        store.redo();
      },
      a: actions.selectAll,
      d: actions.duplicate,
      f: () => {
        ui.set({ chooser: { kind: 'find' } });
      },
      '0': actions.fit,
      '+': () => {
        actions.zoom(1);
      },
      '-': () => {
        actions.zoom(-1);
      }
    };
    const action = byKey[key];
    action?.();
    return action !== undefined;
  }
  if (key === 'Delete' || key === 'Backspace') {
    actions.remove();
    return true;
  }
  const step = STEPS[key];
  if (step && graph.selected.size > 0 && !isNode(event.target)) {
    actions.move(step);
    return true;
  }
  const [first] = graph.selected;
  if (key === 'Enter' && first !== undefined && !isButton(event.target)) {
    actions.open(first);
    return true;
  }
  return false;
}

/** React Flow itself moves nodes by arrow keys while one of them has the focus. */
function isNode(target: EventTarget): boolean {
  return (
    target instanceof Element &&
    target.closest('.react-flow__node, .react-flow__nodesselection') !== null
  );
}

export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input, textarea, select'))
  );
}

function isButton(target: EventTarget): boolean {
  return (
    target instanceof HTMLElement && target.matches('button, a, [role="button"].vgd-palette-item')
  );
}
