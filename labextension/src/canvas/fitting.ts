/** Keeps the whole tab in view until the person moves the view. */

import { useReactFlow } from '@xyflow/react';
import { useCallback, useEffect, useRef, type RefObject } from 'react';
import type { CanvasNode, Graph, Wire } from './graph.js';

const FIT = { padding: 0.15, maxZoom: 1 };

/**
 * Fits the view when a tab is first drawn and whenever the stage gets another size (a panel
 * opens, a hidden document is shown).
 *
 * @returns What to call when the view was moved, with the event of the person, if one did it.
 */
export function useFitting(
  stage: RefObject<HTMLElement>,
  graph: Graph,
  tab: string
): (event: unknown) => void {
  const flow = useReactFlow<CanvasNode, Wire>();
  const moved = useRef(false);
  const drawn = graph.nodes.length > 0 && graph.nodes[0]?.data.entry['z'] === tab;

  useEffect(() => {
    moved.current = false;
  }, [tab]);

  useEffect(() => {
    const element = stage.current;
    if (!drawn || !element) return;
    let frame = 0;
    const fit = (): void => {
      cancelAnimationFrame(frame);
      if (moved.current || element.clientWidth === 0) return;
      frame = requestAnimationFrame(() => void flow.fitView(FIT));
    };
    const observer = new ResizeObserver(fit);
    observer.observe(element);
    fit();
    return () => {
      observer.disconnect();
      cancelAnimationFrame(frame);
    };
  }, [drawn, tab, flow, stage]);

  return useCallback((event: unknown) => {
    if (event) moved.current = true;
  }, []);
}
