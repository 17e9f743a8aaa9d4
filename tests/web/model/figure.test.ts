import { describe, expect, it } from 'vitest';
import { parseFigure } from '../../../labextension/src/model/figure.js';
import { parseInline, parseMarkdown } from '../../../labextension/src/model/markdown.js';

describe('a figure', () => {
  it('is read with titles, lines, points and bars', () => {
    const picture = parseFigure({
      data: [
        { type: 'scatter', mode: 'lines', name: 'a', x: [1, 2], y: [3, 4] },
        { type: 'scatter', mode: 'markers', x: ['2020-01-01'], y: [1] },
        { type: 'bar', y: [5, 6] },
        { type: 'pie', values: [1] }
      ],
      layout: { title: { text: 'Title' }, xaxis: { title: { text: 'x axis' } } }
    });
    expect(picture.title).toBe('Title');
    expect(picture.xTitle).toBe('x axis');
    expect(picture.series.map(series => series.mark)).toEqual(['line', 'points', 'bars']);
    expect(picture.series[2]?.x).toEqual([0, 1]);
    expect(picture.left).toEqual(['pie']);
  });

  it('is read from the binary arrays that Plotly writes for NumPy', () => {
    const bytes = new Uint8Array(new Float64Array([1.5, -2]).buffer);
    const bdata = btoa(String.fromCharCode(...bytes));
    const picture = parseFigure({ data: [{ type: 'scatter', y: { dtype: 'f8', bdata } }] });
    expect(picture.series[0]?.y).toEqual([1.5, -2]);
  });

  it('counts a histogram', () => {
    const picture = parseFigure({ data: [{ type: 'histogram', x: [1, 1, 1, 9] }] });
    const counts = picture.series[0]?.y ?? [];
    expect(counts[0]).toBe(3);
    expect(counts.at(-1)).toBe(1);
  });
});

describe('help texts', () => {
  it('have headings, paragraphs, lists and code', () => {
    const kinds = parseMarkdown('# Title\n\ntext\nmore\n\n- one\n- two\n  more\n\n```\ncode\n```');
    expect(kinds.map(block => block.kind)).toEqual(['heading', 'paragraph', 'list', 'code']);
    expect(kinds[2]).toMatchObject({
      ordered: false,
      items: [[{ text: 'one' }], [{ text: 'two more' }]]
    });
  });

  it('have emphasis and code, and keep markup of others as text', () => {
    expect(parseInline('a **b** `c*d*` *e* <b>f</b>')).toEqual([
      { kind: 'text', text: 'a ' },
      { kind: 'strong', text: 'b' },
      { kind: 'text', text: ' ' },
      { kind: 'code', text: 'c*d*' },
      { kind: 'text', text: ' ' },
      { kind: 'emphasis', text: 'e' },
      { kind: 'text', text: ' <b>f</b>' }
    ]);
  });

  it('have links to web addresses only', () => {
    expect(parseInline('[x](https://example.org)')).toMatchObject([{ kind: 'link' }]);
    expect(parseInline('[x](javascript:alert)')).toMatchObject([{ kind: 'text' }]);
  });
});
