/** Commands: what a person does to a flow. Each runs inside `FlowStore.change`. */

import { newId, tabOf, wiresOf, type Entry, type Json, type JsonObject } from './entry.js';
import type { FlowWriter } from './flow.js';
import { countOutputs, type NodeType } from './palette.js';
import type { WireEnds } from './wiring.js';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A new entry of a type, with its defaults and one empty list of wires per output. */
export function newEntry(type: NodeType, tab: string, at: Point): Entry {
  const base: Entry = { id: newId(), type: type.type, z: tab, ...withoutType(type.defaults) };
  const wires = Array.from({ length: countOutputs(base, type) }, () => []);
  return { ...base, x: Math.round(at.x), y: Math.round(at.y), wires };
}

function withoutType(defaults: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(defaults).filter(([key]) => key !== 'type' && key !== 'id')
  );
}

export function addEntries(writer: FlowWriter, entries: readonly Entry[]): void {
  for (const entry of entries) writer.add(entry);
}

/** Removes entries, and their ids from all wires, links, groups and catch scopes. */
export function removeEntries(writer: FlowWriter, ids: ReadonlySet<string>): void {
  for (const entry of writer.entries()) {
    if (ids.has(entry.id)) continue;
    const fields = withoutIds(entry, ids);
    if (Object.keys(fields).length > 0) writer.update(entry.id, fields);
  }
  for (const id of ids) writer.remove(id);
}

function withoutIds(entry: Entry, ids: ReadonlySet<string>): Record<string, Json> {
  const fields: Record<string, Json> = {};
  const wires = wiresOf(entry);
  if (wires.some(port => port.some(id => ids.has(id)))) {
    fields['wires'] = wires.map(port => port.filter(id => !ids.has(id)));
  }
  for (const key of ['links', 'scope', 'nodes']) {
    const list = entry[key];
    if (Array.isArray(list) && list.some(id => typeof id === 'string' && ids.has(id))) {
      fields[key] = list.filter((id: Json) => typeof id !== 'string' || !ids.has(id));
    }
  }
  return fields;
}

export function moveEntries(writer: FlowWriter, places: ReadonlyMap<string, Point>): void {
  for (const [id, { x, y }] of places) {
    writer.update(id, { x: Math.round(x), y: Math.round(y) });
  }
}

/** Sets fields of a node; wires of ports that it no longer has are dropped. */
export function setFields(
  writer: FlowWriter,
  id: string,
  fields: Readonly<Record<string, Json | undefined>>,
  type: NodeType | undefined
): void {
  writer.update(id, fields);
  const entry = writer.get(id);
  if (!entry || !type || !Array.isArray(entry['wires'])) return;
  const count = countOutputs(entry, type);
  const wires = wiresOf(entry);
  if (wires.length === count) return;
  writer.update(id, { wires: Array.from({ length: count }, (_, port) => wires[port] ?? []) });
}

export function addWire(writer: FlowWriter, { source, port, target }: WireEnds): void {
  const entry = writer.get(source);
  if (!entry) return;
  const wires = wiresOf(entry).map(targets => [...targets]);
  while (wires.length <= port) wires.push([]);
  if (wires[port]?.includes(target)) return;
  wires[port]?.push(target);
  writer.update(source, { wires });
}

export function removeWire(writer: FlowWriter, { source, port, target }: WireEnds): void {
  const entry = writer.get(source);
  if (!entry) return;
  const wires = wiresOf(entry).map((targets, index) =>
    index === port ? targets.filter(id => id !== target) : targets
  );
  writer.update(source, { wires });
}

/** Puts a node into a wire: source -> node -> target. */
export function spliceWire(writer: FlowWriter, wire: WireEnds, node: string): void {
  removeWire(writer, wire);
  addWire(writer, { source: wire.source, port: wire.port, target: node });
  addWire(writer, { source: node, port: 0, target: wire.target });
}

/** Node-RED's `d`: a disabled node is left out of the run. */
export function setDisabled(writer: FlowWriter, ids: Iterable<string>, disabled: boolean): void {
  for (const id of ids) writer.update(id, { d: disabled ? true : undefined });
}

/** Copies of entries with new ids; wires and lists between them follow, others are cut. */
export function copies(entries: readonly Entry[], tab: string, offset: Point): Entry[] {
  const ids = new Map(entries.map(entry => [entry.id, newId()]));
  const renamed = (id: Json): Json[] => {
    const known = typeof id === 'string' ? ids.get(id) : undefined;
    return known === undefined ? [] : [known];
  };
  return entries.map(entry => {
    const fields: Record<string, Json> = { ...entry, id: ids.get(entry.id) ?? newId() };
    if (Array.isArray(entry['wires']))
      fields['wires'] = wiresOf(entry).map(p => p.flatMap(renamed));
    for (const key of ['links', 'scope', 'nodes']) {
      const list = entry[key];
      if (Array.isArray(list)) fields[key] = list.flatMap(renamed);
    }
    if (tabOf(entry)) fields['z'] = ids.get(tabOf(entry)) ?? tab;
    if (typeof entry['x'] === 'number') fields['x'] = entry['x'] + offset.x;
    if (typeof entry['y'] === 'number') fields['y'] = entry['y'] + offset.y;
    if (typeof entry['g'] === 'string') {
      const group = ids.get(entry['g']);
      if (group === undefined) delete fields['g'];
      else fields['g'] = group;
    }
    return fields as Record<string, Json> & Entry;
  });
}

export function addTab(writer: FlowWriter, label: string): string {
  const id = newId();
  writer.add({ id, type: 'tab', label, disabled: false, info: '' });
  return id;
}

/** Removes a tab with all that stands on it. */
export function removeTab(writer: FlowWriter, tab: string): void {
  const ids = writer.entries().filter(entry => entry.id === tab || tabOf(entry) === tab);
  removeEntries(writer, new Set(ids.map(entry => entry.id)));
}
