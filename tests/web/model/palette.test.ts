import { describe, expect, it } from 'vitest';
import { copies, newEntry } from '../../../labextension/src/model/commands.js';
import { clipboardText, pastedEntries } from '../../../labextension/src/model/clipboard.js';
import type { Entry } from '../../../labextension/src/model/entry.js';
import { arrange } from '../../../labextension/src/model/layout.js';
import { categories, countOutputs, parsePalette } from '../../../labextension/src/model/palette.js';
import { checkWire } from '../../../labextension/src/model/wiring.js';
import { ENTRIES, PALETTE } from '../samples.js';

const BY_ID: ReadonlyMap<string, Entry> = new Map(ENTRIES.map(entry => [entry.id, entry]));

describe('the palette', () => {
  it('leaves out what is no node type and mends what is odd', () => {
    const found = parsePalette([5, {}, { type: 'x', color: 'red', outputs: -1 }]);
    expect([...found.keys()]).toEqual(['x']);
    expect(found.get('x')).toMatchObject({ color: '#cccccc', outputs: 0, inputs: 1, label: 'x' });
    expect(parsePalette('nonsense').size).toBe(0);
  });

  it('finds types by name, category and tags', () => {
    const names = (search: string) =>
      categories(PALETTE, search).flatMap(category => category.types.map(type => type.type));
    expect(names('rou')).toEqual(['switch']);
    expect(names('common')).toEqual(['inject', 'debug']);
    expect(names('nothing like it')).toEqual([]);
  });

  it('counts ports by number, by a field and by the length of a list', () => {
    const entry = { id: 's', type: 'x', n: '3', rules: [1, 2] };
    const type = PALETTE.get('switch');
    if (!type) throw new Error('no switch');
    expect(countOutputs(entry, type)).toBe(2);
    expect(countOutputs(entry, { ...type, outputs: { field: 'n', by: 'value' } })).toBe(3);
    expect(countOutputs(entry, { ...type, outputs: { field: 'none', by: 'value' } })).toBe(1);
    expect(countOutputs({ ...entry, wires: [[], []] }, undefined)).toBe(2);
  });

  it('makes new entries with defaults and one list of wires per port', () => {
    const type = PALETTE.get('switch');
    if (!type) throw new Error('no switch');
    expect(newEntry(type, 't', { x: 10.4, y: 20 })).toMatchObject({
      type: 'switch',
      z: 't',
      x: 10,
      y: 20,
      wires: [[]]
    });
  });
});

describe('a wire', () => {
  const check = (source: string, port: number, target: string) =>
    checkWire({ source, port, target }, BY_ID, PALETTE);

  it('is refused with the reason', () => {
    expect(check('b', 0, 'a')).toMatchObject({
      allowed: false,
      reason: expect.stringMatching(/no input/) as string
    });
    expect(check('a', 0, 'b')).toMatchObject({
      allowed: false,
      reason: expect.stringMatching(/already there/) as string
    });
    expect(check('a', 1, 'b')).toMatchObject({
      allowed: false,
      reason: expect.stringMatching(/no output 2/) as string
    });
    expect(check('a', 0, 'gone')).toMatchObject({
      allowed: false,
      reason: expect.stringMatching(/no longer there/) as string
    });
  });

  it('to the node itself is allowed with a warning', () => {
    const loop = new Map<string, Entry>([['s', { id: 's', type: 'switch', rules: [{}] }]]);
    expect(checkWire({ source: 's', port: 0, target: 's' }, loop, PALETTE)).toMatchObject({
      allowed: true,
      warning: expect.stringMatching(/sends to itself/) as string
    });
  });
});

describe('copies', () => {
  it('get new ids, follow wires among themselves and lose the others', () => {
    const [a, b] = copies(ENTRIES.slice(1), 'other', { x: 20, y: 20 });
    expect(a?.id).not.toBe('a');
    expect(a).toMatchObject({ wires: [[b?.id]], z: 'other', x: 120 });
    const [alone] = copies(ENTRIES.slice(1, 2), 't', { x: 0, y: 0 });
    expect(alone).toMatchObject({ wires: [[]] });
  });

  it('travel over the clipboard as Node-RED writes them', () => {
    expect(pastedEntries(clipboardText(ENTRIES))).toEqual(ENTRIES);
    expect(pastedEntries('just a text')).toBeNull();
    expect(pastedEntries('[1, 2')).toBeNull();
  });
});

describe('the automatic layout', () => {
  it('puts a target to the right of its source, without overlap', () => {
    const places = arrange(ENTRIES.slice(1), () => ({ width: 120, height: 36 }));
    const a = places.get('a');
    const b = places.get('b');
    expect((b?.x ?? 0) - (a?.x ?? 0)).toBeGreaterThanOrEqual(120);
    expect(a?.y).toBe(b?.y);
  });
});
