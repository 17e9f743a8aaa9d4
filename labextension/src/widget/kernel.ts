/**
 * Notices that the kernel is gone.
 *
 * A model only says `comm:close` and `comm_live_update`, and neither comes when the kernel dies
 * and is started again by the server; JupyterLab's widget manager has the kernel, which does say.
 * Elsewhere (VS Code, Colab) the manager has no such kernel, and the two events are all there is.
 */

import { isObject } from '../model/entry.js';
import { listen, type WidgetModel } from './model.js';

const LOST = new Set<unknown>([
  'restarting',
  'autorestarting',
  'dead',
  'terminating',
  'disconnected'
]);

/** Calls `onLost` when the comm may be dead, `onBack` when the connection is there again. */
export function watchKernel(
  model: WidgetModel,
  signal: AbortSignal,
  onLost: () => void,
  onBack: () => void
): void {
  listen(
    model,
    ['comm:close', 'comm_live_update'],
    () => {
      onLost();
      onBack();
    },
    signal
  );
  const manager = model.widget_manager;
  const kernel: unknown = isObject(manager) ? manager['kernel'] : null;
  if (!isObject(kernel)) return;
  const onStatus = (_kernel: unknown, status: unknown): void => {
    if (LOST.has(status)) onLost();
    else if (status === 'connected') onBack();
  };
  const sources = [kernel['statusChanged'], kernel['connectionStatusChanged']].filter(isSignal);
  for (const source of sources) source.connect(onStatus);
  signal.addEventListener('abort', () => {
    for (const source of sources) source.disconnect(onStatus);
  });
}

type Slot = (sender: unknown, value: unknown) => void;

interface Signal {
  connect(slot: Slot): unknown;
  disconnect(slot: Slot): unknown;
}

function isSignal(value: unknown): value is Signal {
  return (
    isObject(value) &&
    typeof value['connect'] === 'function' &&
    typeof value['disconnect'] === 'function'
  );
}
