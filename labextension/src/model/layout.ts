/** Places nodes in layers from left to right, as a person would read the flow. */

import { Graph, layout } from '@dagrejs/dagre';
import type { Point } from './commands.js';
import { wiresOf, type Entry } from './entry.js';

export interface Size {
  readonly width: number;
  readonly height: number;
}

const GRID = 10;
const MARGIN = 40;

/** Centres of the nodes, on the grid; nodes without wires stand in a column of their own. */
export function arrange(
  entries: readonly Entry[],
  size: (id: string) => Size
): ReadonlyMap<string, Point> {
  const graph = new Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: 30, ranksep: 70, marginx: MARGIN, marginy: MARGIN });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const entry of entries) graph.setNode(entry.id, { ...size(entry.id) });
  for (const entry of entries) {
    for (const target of wiresOf(entry).flat()) {
      if (graph.hasNode(target)) graph.setEdge(entry.id, target);
    }
  }
  layout(graph);
  const snap = (value: number): number => Math.round(value / GRID) * GRID;
  return new Map(
    entries.map(({ id }) => {
      const place = graph.node(id) as Point;
      return [id, { x: snap(place.x), y: snap(place.y) }];
    })
  );
}
