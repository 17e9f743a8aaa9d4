/** A wire: a curve that flashes when a message goes through it. */

import { BaseEdge, getBezierPath, type EdgeProps } from '@xyflow/react';
import { memo, type JSX } from 'react';
import { useEditor, useLive } from './context.js';
import type { Wire } from './graph.js';

export const WireEdge = memo(function WireEdge(props: EdgeProps<Wire>): JSX.Element {
  const { live } = useEditor();
  const port = props.data?.ends.port ?? 0;
  const count = useLive(live, store => store.node(props.source).sent[port] ?? 0);
  const [path] = getBezierPath({ ...props, curvature: 0.35 });
  return (
    <>
      <BaseEdge path={path} interactionWidth={18} />
      {count > 0 ? <path key={count} className="vgd-pulse" d={path} /> : null}
    </>
  );
});
