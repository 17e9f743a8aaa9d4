/** The palette: what the kernel or the server says of node types, checked at the edge. */

import { isObject, textOf, type Entry, type Json, type JsonObject } from './entry.js';

/** Output ports: a number, or the config field that holds it. */
export type Outputs = number | { readonly field: string; readonly by: 'value' | 'length' };

export interface NodeType {
  readonly type: string;
  readonly category: string;
  readonly label: string;
  readonly color: string;
  readonly icon: string;
  readonly inputs: number;
  readonly outputs: Outputs;
  readonly outputLabels: readonly string[];
  readonly button: '' | 'press' | 'toggle';
  readonly alignRight: boolean;
  readonly config: boolean;
  readonly tags: readonly string[];
  readonly help: string;
  readonly defaults: JsonObject;
  readonly schema: JsonObject;
}

export type Palette = ReadonlyMap<string, NodeType>;

/** Reads the palette; items that are no node types are left out. */
export function parsePalette(data: unknown): Palette {
  const list: readonly unknown[] = Array.isArray(data) ? data : [];
  const types = list.map(parseType).filter(item => item !== null);
  return new Map(types.map(item => [item.type, item]));
}

function parseType(data: unknown): NodeType | null {
  if (!isObject(data) || textOf(data['type']) === '') return null;
  const type = textOf(data['type']);
  const button = data['button'];
  return {
    type,
    category: textOf(data['category']) || 'other',
    label: textOf(data['label']) || type,
    color: /^#[0-9a-f]{6}$/i.test(textOf(data['color'])) ? textOf(data['color']) : '#cccccc',
    icon: textOf(data['icon']) || 'unknown',
    inputs: data['inputs'] === 0 ? 0 : 1,
    outputs: parseOutputs(data['outputs']),
    outputLabels: texts(data['outputLabels']),
    button: button === 'press' || button === 'toggle' ? button : '',
    alignRight: data['alignRight'] === true,
    config: data['config'] === true,
    tags: texts(data['tags']),
    help: textOf(data['help']),
    defaults: isObject(data['defaults']) ? (data['defaults'] as JsonObject) : {},
    schema: isObject(data['schema']) ? (data['schema'] as JsonObject) : {}
  };
}

function parseOutputs(data: unknown): Outputs {
  if (isObject(data) && textOf(data['field'])) {
    return { field: textOf(data['field']), by: data['by'] === 'length' ? 'length' : 'value' };
  }
  return typeof data === 'number' && data >= 0 ? Math.floor(data) : 0;
}

function texts(data: unknown): string[] {
  return Array.isArray(data) ? data.filter(item => typeof item === 'string') : [];
}

/** The number of output ports of an entry; of an unknown type: as many as it has wires for. */
export function countOutputs(entry: Entry, type: NodeType | undefined): number {
  const wires = entry['wires'];
  if (!type) return Array.isArray(wires) ? wires.length : 0;
  if (typeof type.outputs === 'number') return type.outputs;
  const value = entry[type.outputs.field];
  if (type.outputs.by === 'length') return Array.isArray(value) ? value.length : 1;
  const count = Number(value ?? 1);
  return Number.isFinite(count) ? Math.max(0, Math.trunc(count)) : 1;
}

/** Whether a node of an unknown type may have an input: nobody knows, so wires are kept. */
export function countInputs(type: NodeType | undefined): number {
  return type ? type.inputs : 1;
}

/** What the hover over an output port says. */
export function outputLabel(entry: Entry, type: NodeType | undefined, port: number): string {
  const labels = entry['outputLabels'];
  const own: Json | undefined = Array.isArray(labels) ? (labels[port] as Json) : undefined;
  return textOf(own) || type?.outputLabels[port] || `output ${port + 1}`;
}

export interface Category {
  readonly name: string;
  readonly types: readonly NodeType[];
}

/** Node types by category, those that a search text names; config nodes are not drawn. */
export function categories(palette: Palette, search = ''): Category[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const found = new Map<string, NodeType[]>();
  for (const item of palette.values()) {
    const text = [item.type, item.label, item.category, ...item.tags].join(' ').toLowerCase();
    if (item.config || !words.every(word => text.includes(word))) continue;
    found.set(item.category, [...(found.get(item.category) ?? []), item]);
  }
  return [...found].map(([name, types]) => ({ name, types }));
}
