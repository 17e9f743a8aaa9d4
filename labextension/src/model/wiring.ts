/** Which wires may be drawn, with the reason when not. */

import { wiresOf, type Entry } from './entry.js';
import { countInputs, countOutputs, type Palette } from './palette.js';

export interface WireEnds {
  readonly source: string;
  readonly port: number;
  readonly target: string;
}

export type WireCheck =
  | { readonly allowed: true; readonly warning: string }
  | { readonly allowed: false; readonly reason: string };

const refuse = (reason: string): WireCheck => ({ allowed: false, reason });

export function checkWire(
  ends: WireEnds,
  byId: ReadonlyMap<string, Entry>,
  palette: Palette
): WireCheck {
  const source = byId.get(ends.source);
  const target = byId.get(ends.target);
  if (!source || !target) return refuse('One end of the wire is no longer there.');
  if (countInputs(palette.get(target.type)) === 0) {
    return refuse(`A node of type ${target.type} has no input.`);
  }
  const outputs = countOutputs(source, palette.get(source.type));
  if (ends.port >= outputs) {
    return refuse(`There is no output ${ends.port + 1}: the node has ${outputs}.`);
  }
  if (wiresOf(source)[ends.port]?.includes(ends.target)) {
    return refuse('This wire is already there.');
  }
  const warning =
    ends.source === ends.target ? 'The node sends to itself: mind endless loops.' : '';
  return { allowed: true, warning };
}
