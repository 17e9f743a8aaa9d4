/** A Plotly figure as plain series, for a small picture that needs no Plotly in the browser. */

import { isObject, textOf } from './entry.js';

export interface Series {
  readonly name: string;
  readonly mark: 'line' | 'points' | 'bars';
  readonly x: readonly (number | string)[];
  readonly y: readonly number[];
}

export interface Picture {
  readonly title: string;
  readonly xTitle: string;
  readonly yTitle: string;
  readonly series: readonly Series[];
  /** Trace types that this small picture cannot draw. */
  readonly left: readonly string[];
}

export const PLOTLY_MIME = 'application/vnd.plotly.v1+json';

/** Reads a figure; traces of types other than scatter, bar and histogram are named in `left`. */
export function parseFigure(data: unknown): Picture {
  const figure = isObject(data) ? data : {};
  const layout = isObject(figure['layout']) ? figure['layout'] : {};
  const traces: readonly unknown[] = Array.isArray(figure['data']) ? figure['data'] : [];
  const series: Series[] = [];
  const left: string[] = [];
  for (const trace of traces.filter(isObject)) {
    const read = parseTrace(trace);
    if (read) series.push(read);
    else left.push(textOf(trace['type']) || 'unknown');
  }
  return {
    title: titleOf(layout['title']),
    xTitle: axisTitle(layout['xaxis']),
    yTitle: axisTitle(layout['yaxis']),
    series,
    left
  };
}

function titleOf(title: unknown): string {
  return isObject(title) ? textOf(title['text']) : textOf(title);
}

function axisTitle(axis: unknown): string {
  return isObject(axis) ? titleOf(axis['title']) : '';
}

function parseTrace(trace: Record<string, unknown>): Series | null {
  const type = textOf(trace['type']) || 'scatter';
  const mode = textOf(trace['mode']);
  const name = textOf(trace['name']);
  if (type === 'histogram') return histogram(name, numbers(values(trace['x'])));
  if (!['scatter', 'scattergl', 'bar'].includes(type)) return null;
  const y = numbers(values(trace['y']));
  const given = values(trace['x']);
  const x = y.map((_, index) => {
    const value = given[index] ?? index;
    return typeof value === 'number' || typeof value === 'string' ? value : JSON.stringify(value);
  });
  const mark = type === 'bar' ? 'bars' : mode === 'markers' ? 'points' : 'line';
  return { name, mark, x, y };
}

function numbers(list: readonly unknown[]): number[] {
  return list.map(value => (typeof value === 'number' ? value : Number.NaN));
}

const BINS = 24;

function histogram(name: string, list: readonly number[]): Series {
  const finite = list.filter(Number.isFinite);
  const low = finite.reduce((a, b) => Math.min(a, b), Infinity);
  const width = (finite.reduce((a, b) => Math.max(a, b), -Infinity) - low) / BINS || 1;
  const counts = Array.from({ length: BINS }, () => 0);
  for (const value of finite) {
    const bin = Math.min(BINS - 1, Math.floor((value - low) / width));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const x = counts.map((_, bin) => Number((low + (bin + 0.5) * width).toPrecision(4)));
  return { name, mark: 'bars', x, y: counts };
}

/** A list of values; Plotly's Python library writes NumPy arrays as `{dtype, bdata}`. */
function values(data: unknown): readonly unknown[] {
  if (Array.isArray(data)) return data;
  if (isObject(data) && typeof data['bdata'] === 'string') {
    return decodeArray(textOf(data['dtype']), decodeBase64(data['bdata']));
  }
  return [];
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function decodeBase64(text: string): ArrayBuffer {
  const clean = text.replace(/=+$/, '');
  const bytes = new Uint8Array(Math.floor((clean.length * 6) / 8));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (const character of clean) {
    held = (held << 6) | DIGITS.indexOf(character);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[at] = (held >> bits) & 255;
      at += 1;
    }
  }
  return bytes.buffer;
}

function decodeArray(dtype: string, buffer: ArrayBuffer): readonly number[] {
  switch (dtype) {
    case 'f8':
      return [...new Float64Array(buffer)];
    case 'f4':
      return [...new Float32Array(buffer)];
    case 'i1':
      return [...new Int8Array(buffer)];
    case 'u1':
      return [...new Uint8Array(buffer)];
    case 'i2':
      return [...new Int16Array(buffer)];
    case 'u2':
      return [...new Uint16Array(buffer)];
    case 'i4':
      return [...new Int32Array(buffer)];
    case 'u4':
      return [...new Uint32Array(buffer)];
    default:
      return [];
  }
}
