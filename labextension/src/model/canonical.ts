/** The saved text of a flow: the same bytes as `FlowDocument.to_json()` in Python. */

import { isObject, type Entry } from './entry.js';

const FIRST = ['id', 'type', 'z', 'g', 'd', 'name', 'label'];
const LAST = ['x', 'y', 'w', 'h', 'wires', 'vgd'];
const INDENT = '    ';

/** Four spaces, keys in canonical order, newline at the end. */
export function canonicalText(entries: readonly Entry[]): string {
  return lines(
    '[',
    entries.map(entry => entryText(entry, INDENT)),
    ']',
    ''
  ).concat('\n');
}

function entryText(entry: Entry, margin: string): string {
  const keys = Object.keys(entry);
  const middle = keys.filter(key => !FIRST.includes(key) && !LAST.includes(key));
  const present = (key: string): boolean => Object.hasOwn(entry, key);
  const ordered = [...FIRST.filter(present), ...middle.sort(byCodePoint), ...LAST.filter(present)];
  return objectText(entry, ordered, margin);
}

function objectText(
  value: Readonly<Record<string, unknown>>,
  keys: readonly string[],
  margin: string
): string {
  const inner = margin + INDENT;
  const items = keys
    .filter(key => value[key] !== undefined)
    .map(key => `${JSON.stringify(key)}: ${valueText(value[key], inner)}`);
  return lines('{', items, '}', margin);
}

function valueText(value: unknown, margin: string): string {
  if (Array.isArray(value)) {
    const inner = margin + INDENT;
    return lines(
      '[',
      value.map(item => valueText(item, inner)),
      ']',
      margin
    );
  }
  if (isObject(value)) return objectText(value, Object.keys(value).sort(byCodePoint), margin);
  if (typeof value === 'number') return numberText(value);
  if (typeof value === 'bigint') return value.toString();
  return JSON.stringify(value ?? null);
}

function lines(open: string, items: readonly string[], close: string, margin: string): string {
  if (items.length === 0) return open + close;
  const inner = margin + INDENT;
  return `${open}\n${items.map(item => inner + item).join(',\n')}\n${margin}${close}`;
}

/** A number as Python's `repr` writes it: exponents below -4 and from 16 on, two digits each. */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) return 'null';
  if (Number.isInteger(value) && Math.abs(value) < 2 ** 53) return String(value);
  const [mantissa = '', power = '0'] = value.toExponential().split('e');
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 16) {
    const text = String(value);
    return Number.isInteger(value) ? `${text}.0` : text;
  }
  const digits = String(Math.abs(exponent)).padStart(2, '0');
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${digits}`;
}

/** Python sorts text by code point, JavaScript by UTF-16 unit: they differ beyond the BMP. */
function byCodePoint(one: string, other: string): number {
  const left = Array.from(one);
  const right = Array.from(other);
  for (let index = 0; index < Math.min(left.length, right.length); index += 1) {
    const difference = (left[index]?.codePointAt(0) ?? 0) - (right[index]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
