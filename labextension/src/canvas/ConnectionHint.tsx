/** While a wire is drawn: why it may not end where the pointer is. */

import { useConnection } from '@xyflow/react';
import type { JSX } from 'react';
import { checkWire } from '../model/wiring.js';
import { useEditor } from './context.js';
import { portOf } from './graph.js';

export function ConnectionHint(): JSX.Element | null {
  const { store, palette } = useEditor();
  const connection = useConnection();
  if (!connection.inProgress || !connection.toNode) return null;
  const { fromHandle, fromNode, toNode, toHandle } = connection;
  const forward = fromHandle.type === 'source';
  const check = checkWire(
    {
      source: forward ? fromNode.id : toNode.id,
      port: portOf(forward ? fromHandle.id : toHandle?.id),
      target: forward ? toNode.id : fromNode.id
    },
    store.getSnapshot().byId,
    palette
  );
  const text = check.allowed ? check.warning : check.reason;
  return text ? (
    <div className="vgd-hint" role="status">
      {text}
    </div>
  ) : null;
}
