/** What the view itself remembers: open panels, the tab, the node whose form is open. */

import { useCallback, useMemo, useState } from 'react';
import type { Point } from '../model/commands.js';

export type Panel = 'form' | 'help' | 'debug' | 'output';

/** A chooser is open: to find a node, or to add one (perhaps at the end of a wire). */
export type Chooser =
  | { readonly kind: 'find' }
  | {
      readonly kind: 'add';
      readonly at: Point;
      readonly from: { readonly node: string; readonly port: number } | null;
    };

export interface UiState {
  readonly tab: string;
  readonly panel: Panel | null;
  readonly editing: string | null;
  readonly paletteOpen: boolean;
  readonly minimap: boolean;
  readonly chooser: Chooser | null;
}

export interface Ui extends UiState {
  readonly set: (change: Partial<UiState>) => void;
}

export function useUi(initial: Partial<UiState>): Ui {
  const [state, setState] = useState<UiState>({
    tab: '',
    panel: null,
    editing: null,
    paletteOpen: true,
    minimap: false,
    chooser: null,
    ...initial
  });
  const set = useCallback((change: Partial<UiState>) => {
    setState(old => ({ ...old, ...change }));
  }, []);
  return useMemo(() => ({ ...state, set }), [state, set]);
}
