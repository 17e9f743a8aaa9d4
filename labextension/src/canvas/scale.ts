/** Scales and axes of a chart: numbers, dates and names to places. */

export interface Scale {
  place(value: number | string): number;
  /** Distance between two neighbours, for the width of bars. */
  readonly step: number;
  readonly low: number;
  readonly high: number;
  readonly names: readonly string[] | null;
  readonly dates: boolean;
}

export interface Tick {
  readonly at: number;
  readonly label: string;
}

/** More points than this cannot be told apart in a picture of this size. */
const POINTS_DRAWN = 600;

const DATE = /^\d{4}-\d\d(-\d\d)?([T ]|$)/;

export function scaleOf(
  values: readonly (number | string)[],
  [from, to]: readonly [number, number],
  banded: boolean
): Scale {
  const texts = values.filter(value => typeof value === 'string');
  const dates = texts.length > 0 && texts.every(text => DATE.test(text));
  const names = texts.length > 0 && !dates ? [...new Set(values.map(String))] : null;
  if (names) return nameScale(names, from, to);
  const numbers = values
    .map(value => (typeof value === 'number' ? value : Date.parse(value)))
    .filter(Number.isFinite);
  const distinct = new Set(numbers).size;
  let low = numbers.reduce((a, b) => Math.min(a, b), Infinity);
  let high = numbers.reduce((a, b) => Math.max(a, b), -Infinity);
  if (!Number.isFinite(low)) [low, high] = [0, 1];
  const margin = banded && distinct > 1 ? (high - low) / (distinct - 1) / 2 : 0;
  low -= margin || (low === high ? Math.abs(low) / 2 || 0.5 : 0);
  high += margin || (low === high ? 1 : 0);
  if (low === high) high = low + 1;
  return {
    place: value => {
      const number = typeof value === 'number' ? value : Date.parse(value);
      return from + ((number - low) / (high - low)) * (to - from);
    },
    step: Math.abs(to - from) / Math.max(1, distinct),
    low,
    high,
    names: null,
    dates
  };
}

function nameScale(names: readonly string[], from: number, to: number): Scale {
  const step = (to - from) / names.length;
  const places = new Map(names.map((name, index) => [name, from + (index + 0.5) * step]));
  return {
    place: value => places.get(String(value)) ?? Number.NaN,
    step: Math.abs(step),
    low: 0,
    high: names.length,
    names,
    dates: false
  };
}

export function axis(scale: Scale, count: number): Tick[] {
  if (scale.names) {
    const every = Math.ceil(scale.names.length / (count + 2));
    return scale.names
      .filter((_, index) => index % every === 0)
      .map(name => ({ at: scale.place(name), label: name.slice(0, 12) }));
  }
  const span = scale.high - scale.low;
  if (scale.dates) {
    return Array.from({ length: count }, (_, index) => {
      const value = scale.low + (span * (index + 0.5)) / count;
      return { at: scale.place(value), label: dateLabel(value, span) };
    });
  }
  const rough = span / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map(factor => factor * power).find(size => size >= rough) ?? rough;
  const ticks: Tick[] = [];
  for (let value = Math.ceil(scale.low / step) * step; value <= scale.high; value += step) {
    ticks.push({ at: scale.place(value), label: numberLabel(value) });
  }
  return ticks;
}

const DAY_MS = 86_400_000;

function dateLabel(value: number, span: number): string {
  const text = new Date(value).toISOString();
  if (span < 2 * DAY_MS) return text.slice(11, 16);
  if (span < 300 * DAY_MS) return text.slice(5, 10);
  return text.slice(0, 7);
}

function numberLabel(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e9) return `${Number((value / 1e9).toPrecision(3))}G`;
  if (size >= 1e6) return `${Number((value / 1e6).toPrecision(3))}M`;
  if (size >= 1e4) return `${Number((value / 1e3).toPrecision(3))}k`;
  return String(Number(value.toPrecision(4)));
}

/** Every n-th point, so that long series stay quick to draw. */
export function thinned<T>(points: readonly T[]): readonly T[] {
  const every = Math.ceil(points.length / POINTS_DRAWN);
  return every <= 1 ? points : points.filter((_, index) => index % every === 0);
}
