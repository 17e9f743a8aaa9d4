/** Reads flow files: text to entries, or an error that says what was seen and what to do. */

import { isObject, type Entry, type Json } from './entry.js';

export class FlowSyntaxError extends Error {
  override readonly name = 'FlowSyntaxError';
}

/**
 * The entries of a flow file: the array of flows.json, or the object `{"flows": [...]}` of
 * Node-RED's admin API. An empty text is an empty flow.
 */
export function parseEntries(text: string): Entry[] {
  if (!text.trim()) return [];
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new FlowSyntaxError(
      `not JSON: ${reason}; expected an array of node objects. ` +
        'Mend the file or export it again from the editor.'
    );
  }
  if (isObject(data) && Array.isArray(data['flows'])) data = data['flows'];
  return checkEntries(data);
}

/** Returns the data as entries when each is an object with a distinct id and a type. */
export function checkEntries(data: unknown): Entry[] {
  if (!Array.isArray(data)) {
    throw new FlowSyntaxError(
      `saw a JSON ${jsonName(data)}; expected an array of node objects. ` +
        'A flow file is what Node-RED exports: [{...}, {...}].'
    );
  }
  const seen = new Set<string>();
  return data.map((entry: unknown, index) => {
    if (!isObject(entry)) {
      throw new FlowSyntaxError(
        `entry ${index} is a JSON ${jsonName(entry)}; expected an object with id and type. ` +
          'Remove it from the array.'
      );
    }
    for (const key of ['id', 'type']) {
      if (typeof entry[key] !== 'string' || entry[key] === '') {
        throw new FlowSyntaxError(
          `entry ${index} has ${key} = ${key in entry ? JSON.stringify(entry[key]) : 'nothing'}; ` +
            `expected a text. Give the entry a "${key}".`
        );
      }
    }
    const id = String(entry['id']);
    if (seen.has(id)) {
      throw new FlowSyntaxError(
        `entry ${index} repeats the id "${id}"; expected every id once. ` +
          'Give one of the two another id.'
      );
    }
    seen.add(id);
    return { ...(entry as Record<string, Json>), id, type: String(entry['type']) };
  });
}

function jsonName(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
