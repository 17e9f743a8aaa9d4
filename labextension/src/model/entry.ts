/** One object of a flow file (Node-RED's flows.json), and what kinds of objects there are. */

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** An entry: tab, group, config node, node or subflow. Unknown fields are kept. */
export interface Entry extends JsonObject {
  readonly id: string;
  readonly type: string;
}

/** Node-RED shows ids as 16 hex digits. */
export function newId(): string {
  let id = '';
  while (id.length < 16) id += Math.floor(Math.random() * 16).toString(16);
  return id;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function isTab(entry: Entry): boolean {
  return entry.type === 'tab';
}

/** A field's value as a person types it: texts as they are, null as nothing, the rest as JSON. */
export function typedText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Entries with a place on a tab: they have a tab (`z`) and a position. */
export function isPlaced(entry: Entry): boolean {
  return (
    typeof entry['x'] === 'number' &&
    typeof entry['y'] === 'number' &&
    entry.type !== 'tab' &&
    entry.type !== 'group' &&
    entry.type !== 'subflow'
  );
}

export function tabOf(entry: Entry): string {
  return textOf(entry['z']);
}

/** The targets of each output port; a damaged field counts as no wires. */
export function wiresOf(entry: Entry): readonly (readonly string[])[] {
  const wires = entry['wires'];
  if (!Array.isArray(wires)) return [];
  return wires.map((port: Json) =>
    Array.isArray(port) ? port.filter((id: Json): id is string => typeof id === 'string') : []
  );
}

/** What a person calls the node: its name, else its type's label, else its type. */
export function labelOf(entry: Entry, typeLabel = ''): string {
  return textOf(entry['name']) || textOf(entry['label']) || typeLabel || entry.type;
}

/** Deep equality of JSON values; key order does not count. */
export function sameJson(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, index) => sameJson(item, other[index]));
  }
  if (!isObject(one) || !isObject(other)) return false;
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every(key => Object.hasOwn(other, key) && sameJson(one[key], other[key]))
  );
}
