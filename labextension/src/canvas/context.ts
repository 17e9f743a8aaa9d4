/** What every part of the canvas can reach, and hooks that select from it. */

import { createContext, useContext, useSyncExternalStore } from 'react';
import type { FlowSnapshot, FlowStore } from '../model/flow.js';
import type { LiveStore } from '../model/live.js';
import type { Palette } from '../model/palette.js';
import type { Actions } from './actions.js';
import type { Host } from './host.js';
import type { Ui } from './ui.js';

export interface Editor {
  readonly store: FlowStore;
  readonly live: LiveStore;
  readonly palette: Palette;
  readonly host: Host;
  readonly ui: Ui;
  readonly actions: Actions;
}

export const EditorContext = createContext<Editor | null>(null);

export function useEditor(): Editor {
  const editor = useContext(EditorContext);
  if (!editor) throw new Error('useEditor stands outside of FlowEditor; draw it inside.');
  return editor;
}

export function useSnapshot(store: FlowStore): FlowSnapshot {
  return useSyncExternalStore(store.subscribe.bind(store), store.getSnapshot.bind(store));
}

/** Selects from the live store; draws again only when what is selected is another object. */
export function useLive<T>(live: LiveStore, select: (live: LiveStore) => T): T {
  return useSyncExternalStore(live.subscribe.bind(live), () => select(live));
}
