/** The icon of flows: two nodes and the wire between them. */

import { LabIcon } from '@jupyterlab/ui-components';

const SVG = `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 24 24">
  <g class="jp-icon3" fill="#616161">
    <rect x="2" y="4" width="9" height="7" rx="2"/>
    <rect x="13" y="13" width="9" height="7" rx="2"/>
  </g>
  <path class="jp-icon-accent0" d="M11 7.5c6 0-4 9 2 9" fill="none" stroke="#1976d2" stroke-width="2"/>
</svg>`;

export const flowIcon = new LabIcon({ name: 'visualgriddev:flow', svgstr: SVG });
