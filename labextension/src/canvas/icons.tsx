/** Icons as strokes on a 24 by 24 field; they take the colour of the text. */

import type { JSX } from 'react';

/** Path data by name. Names of node types' icons first, then those of the canvas's own buttons. */
const PATHS: Readonly<Record<string, string>> = {
  inject: 'M3 12h11 M10 7l5 5-5 5 M19 4v16',
  debug:
    'M8 9h8v6a4 4 0 0 1-8 0z M9 9a3 3 0 0 1 6 0 M3 13h5 M16 13h5 M5 7l3 3 M19 7l-3 3 M5 20l3-3 M19 20l-3-3',
  function: 'M14 5h-1a3 3 0 0 0-3 3v8a3 3 0 0 1-3 3H6 M7 12h7',
  change: 'M4 8h13 M13 4l4 4-4 4 M20 16H7 M11 12l-4 4 4 4',
  switch: 'M3 12h6 M9 12l6-6h6 M9 12l6 6h6 M18 3l3 3-3 3 M18 15l3 3-3 3',
  template:
    'M8 4H7a2 2 0 0 0-2 2v4l-2 2 2 2v4a2 2 0 0 0 2 2h1 M16 4h1a2 2 0 0 1 2 2v4l2 2-2 2v4a2 2 0 0 1-2 2h-1',
  delay: 'M12 21a8 8 0 1 0 0-16 8 8 0 0 0 0 16z M12 9v4l3 2 M9 2h6',
  split: 'M3 12h7 M14 5h7 M14 12h7 M14 19h7 M10 12l4-7 M10 12l4 7',
  join: 'M21 12h-7 M3 5h7 M3 12h7 M3 19h7 M10 5l4 7 M10 19l4-7',
  catch: 'M12 3l9 16H3z M12 10v4 M12 16.5v.5',
  python:
    'M8 7V5a2 2 0 0 1 2-2h4a2 2 0 0 1 2 2v5a2 2 0 0 1-2 2h-4a2 2 0 0 0-2 2v5a2 2 0 0 0 2 2h4a2 2 0 0 0 2-2v-2 M12 7H6a2 2 0 0 0-2 2v5a2 2 0 0 0 2 2h2 M12 17h6a2 2 0 0 0 2-2v-5a2 2 0 0 0-2-2h-2',
  table: 'M4 5h16v14H4z M4 10h16 M4 14.5h16 M10 5v14',
  chart: 'M4 4v16h16 M8 16v-4 M12 16V8 M16 16v-6',
  notebook: 'M6 3h12a1 1 0 0 1 1 1v16a1 1 0 0 1-1 1H6z M9 3v18 M4 7h2 M4 12h2 M4 17h2 M12 8h4',
  link: 'M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1 M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1',
  status: 'M3 12h4l3-7 4 14 3-7h4',
  complete: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z M8 12l3 3 5-6',
  comment: 'M4 5h16v11H10l-4 4v-4H4z',
  junction: 'M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8z M2 12h6 M16 12h6',
  bolt: 'M13 2L5 14h6l-1 8 8-12h-6z',
  clock: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z M12 7v5l4 2',
  file: 'M6 3h8l4 4v14H6z M14 3v4h4 M9 12h6 M9 16h6',
  globe: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z M3 12h18 M12 3c3 3 3 15 0 18 M12 3c-3 3-3 15 0 18',
  database: 'M4 6c0-4 16-4 16 0v12c0 4-16 4-16 0z M4 6c0 4 16 4 16 0 M4 12c0 4 16 4 16 0',
  gear: 'M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z M12 3v3 M12 18v3 M3 12h3 M18 12h3 M5.6 5.6l2.2 2.2 M16.2 16.2l2.2 2.2 M18.4 5.6l-2.2 2.2 M7.8 16.2l-2.2 2.2',
  robot: 'M5 8h14v11H5z M12 8V4 M10 4h4 M9 12.5v1 M15 12.5v1 M9 16h6 M2 12v4 M22 12v4',
  unknown: 'M9 9a3 3 0 1 1 4.5 2.6c-1 .6-1.5 1.2-1.5 2.4 M12 17.5v.5',
  filter: 'M4 5h16l-6 8v6l-4-2v-4z',
  range: 'M4 17L20 7 M4 7v10 M20 7v10',
  trigger: 'M3 17h5V7h8v10h5',
  sort: 'M7 4v16 M3 16l4 4 4-4 M13 7h8 M13 12h6 M13 17h4',
  batch: 'M4 4h10v10H4z M8 17h9V8 M11 20h9v-9',
  exec: 'M4 5h16v14H4z M7 9l3 3-3 3 M12 15h5',
  run: 'M7 4l12 8-12 8z',
  stop: 'M6 6h12v12H6z',
  deploy: 'M12 16V4 M7 9l5-5 5 5 M5 20h14',
  undo: 'M8 5L3 10l5 5 M3 10h11a6 6 0 0 1 0 12h-3',
  redo: 'M16 5l5 5-5 5 M21 10H10a6 6 0 0 0 0 12h3',
  trash: 'M4 7h16 M9 7V4h6v3 M6 7l1 13h10l1-13 M10 11v6 M14 11v6',
  copy: 'M9 9h11v11H9z M5 15H4V4h11v1',
  layout: 'M3 9h6v6H3z M15 3h6v6h-6z M15 15h6v6h-6z M9 12h3 M15 6h-3v12h3',
  fit: 'M4 9V4h5 M20 9V4h-5 M4 15v5h5 M20 15v5h-5',
  plus: 'M12 5v14 M5 12h14',
  minus: 'M5 12h14',
  map: 'M4 4h16v16H4z M13 12h5v5h-5z',
  search: 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13z M15.5 15.5L21 21',
  close: 'M6 6l12 12 M18 6L6 18',
  up: 'M6 15l6-6 6 6',
  down: 'M6 9l6 6 6-6',
  right: 'M9 6l6 6-6 6',
  pause: 'M8 5v14 M16 5v14',
  palette: 'M4 4h6v6H4z M14 4h6v6h-6z M4 14h6v6H4z M14 14h6v6h-6z',
  pencil: 'M4 20l1-5L16 4l4 4L9 19z M13 7l4 4',
  info: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z M12 11v6 M12 7v.5',
  power: 'M12 3v9 M6.5 7a8 8 0 1 0 11 0',
  press: 'M8 5l9 7-9 7z',
  on: 'M5 5h14v14H5z',
  off: 'M5 5h14v14H5z'
};

const SOLID = new Set(['run', 'stop', 'press', 'on']);

export function Icon({ name, size = 16 }: { name: string; size?: number }): JSX.Element {
  return (
    <svg
      className="vgd-icon"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill={SOLID.has(name) ? 'currentColor' : 'none'}
      stroke="currentColor"
      strokeWidth={1.8}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name] ?? PATHS['unknown']} />
    </svg>
  );
}

export const ICON_NAMES: readonly string[] = Object.keys(PATHS);
