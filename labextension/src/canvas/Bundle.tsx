/** A Jupyter MIME bundle in the richest form that is safe and needs no other code. */

import type { JSX } from 'react';
import { parseFigure, PLOTLY_MIME } from '../model/figure.js';
import { Chart } from './Chart.js';
import { ValueTree } from './ValueTree.js';

interface BundleProps {
  readonly bundle: Readonly<Record<string, unknown>>;
  readonly width: number;
  readonly height: number;
  readonly small?: boolean;
}

export function Bundle({ bundle, width, height, small = false }: BundleProps): JSX.Element {
  if (PLOTLY_MIME in bundle) {
    const picture = parseFigure(bundle[PLOTLY_MIME]);
    return <Chart picture={picture} width={width} height={height} small={small} />;
  }
  const image = imageUrl(bundle);
  if (image) return <img className="vgd-image" src={image} alt="" style={{ maxWidth: width }} />;
  const text = bundle['text/plain'];
  if (typeof text === 'string') return <pre className="vgd-plain">{text}</pre>;
  const [mime, value] = Object.entries(bundle)[0] ?? ['nothing', null];
  return <ValueTree name={mime} value={value} />;
}

/** Images as data addresses: a picture drawn by `img` runs no code, whatever its SVG holds. */
function imageUrl(bundle: Readonly<Record<string, unknown>>): string {
  for (const mime of ['image/png', 'image/jpeg']) {
    const data = bundle[mime];
    if (typeof data === 'string') return `data:${mime};base64,${data.replace(/\s/g, '')}`;
  }
  const svg = bundle['image/svg+xml'];
  return typeof svg === 'string' ? `data:image/svg+xml,${encodeURIComponent(svg)}` : '';
}
