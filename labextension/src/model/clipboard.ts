/** Node-RED's clipboard format: an array of entries as JSON, both ways. */

import type { Entry } from './entry.js';
import { FlowSyntaxError, parseEntries } from './parse.js';

export function clipboardText(entries: readonly Entry[]): string {
  return JSON.stringify(entries);
}

/** Entries of a pasted text; null when it is no flow (a person pasted something else). */
export function pastedEntries(text: string): Entry[] | null {
  const start = text.trimStart();
  if (!start.startsWith('[') && !start.startsWith('{')) return null;
  try {
    const entries = parseEntries(start);
    return entries.length > 0 ? entries : null;
  } catch (error) {
    if (error instanceof FlowSyntaxError) return null;
    throw error;
  }
}
