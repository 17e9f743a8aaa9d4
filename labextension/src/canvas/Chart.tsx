/** A compact drawing of a figure's lines, points and bars, with axes. */

import type { JSX } from 'react';
import type { Picture, Series } from '../model/figure.js';
import { axis, scaleOf, thinned, type Scale } from './scale.js';

const COLORS = 8;

interface ChartProps {
  readonly picture: Picture;
  readonly width: number;
  readonly height: number;
  readonly small: boolean;
}

export function Chart({ picture, width, height, small }: ChartProps): JSX.Element {
  const { series, left } = picture;
  const title = small ? '' : picture.title;
  if (series.length === 0) {
    const kinds = left.length > 0 ? `a ${left.join(', ')} figure` : 'an empty figure';
    return <p className="vgd-quiet">The canvas cannot draw {kinds}; show it in a notebook cell.</p>;
  }
  const box = {
    left: small ? 30 : 44,
    right: width - 8,
    top: title ? 24 : 8,
    bottom: height - (small ? 16 : picture.xTitle ? 36 : 22)
  };
  const x = scaleOf(
    series.flatMap(item => item.x),
    [box.left, box.right],
    series.some(item => item.mark === 'bars')
  );
  const heights = series.flatMap(item => item.y).filter(Number.isFinite);
  const floor = series.some(item => item.mark === 'bars') ? [...heights, 0] : heights;
  const y = scaleOf(floor, [box.bottom, box.top], false);
  return (
    <figure className="vgd-chart" data-testid="chart">
      <svg
        width={width}
        height={height}
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={picture.title || `Chart of ${series.length} series`}
      >
        {title ? (
          <text className="vgd-chart-title" x={box.left} y={15}>
            {title}
          </text>
        ) : null}
        {axis(y, small ? 3 : 5).map(tick => (
          <g key={tick.at}>
            <line className="vgd-gridline" x1={box.left} x2={box.right} y1={tick.at} y2={tick.at} />
            <text x={box.left - 5} y={tick.at + 3} textAnchor="end">
              {tick.label}
            </text>
          </g>
        ))}
        {axis(x, small ? 3 : 5).map(tick => (
          <text key={tick.at} x={tick.at} y={box.bottom + 13} textAnchor="middle">
            {tick.label}
          </text>
        ))}
        {series.map((item, index) => (
          <g key={index} data-series={index % COLORS}>
            <Marks series={item} x={x} y={y} at={index} of={series.length} />
          </g>
        ))}
        {picture.xTitle && !small ? (
          <text x={(box.left + box.right) / 2} y={height - 5} textAnchor="middle">
            {picture.xTitle}
          </text>
        ) : null}
      </svg>
      {series.length > 1 && !small ? (
        <figcaption>
          {series.map((item, index) => (
            <span key={index} data-series={index % COLORS}>
              <i /> {item.name || `series ${index + 1}`}
            </span>
          ))}
        </figcaption>
      ) : null}
      {left.length > 0 && !small ? (
        <p className="vgd-quiet">Not drawn here: {left.join(', ')}.</p>
      ) : null}
    </figure>
  );
}

interface MarksProps {
  readonly series: Series;
  readonly x: Scale;
  readonly y: Scale;
  readonly at: number;
  readonly of: number;
}

function Marks({ series, x, y, at, of }: MarksProps): JSX.Element {
  const points = series.y
    .map((value, index) => ({ x: x.place(series.x[index] ?? index), y: y.place(value) }))
    .filter(point => Number.isFinite(point.x) && Number.isFinite(point.y));
  if (series.mark === 'line') {
    const path = thinned(points).map(
      (point, index) => `${index === 0 ? 'M' : 'L'}${point.x.toFixed(1)} ${point.y.toFixed(1)}`
    );
    return <path className="vgd-line" d={path.join('')} />;
  }
  if (series.mark === 'points') {
    return (
      <>
        {thinned(points).map((point, index) => (
          <circle key={index} className="vgd-point" cx={point.x} cy={point.y} r={2.2} />
        ))}
      </>
    );
  }
  const width = Math.max(1, (x.step * 0.78) / of);
  const zero = y.place(0);
  return (
    <>
      {points.map((point, index) => (
        <rect
          key={index}
          className="vgd-bar"
          x={point.x - (x.step * 0.78) / 2 + at * width}
          y={Math.min(point.y, zero)}
          width={width}
          height={Math.max(0.5, Math.abs(zero - point.y))}
        />
      ))}
    </>
  );
}
