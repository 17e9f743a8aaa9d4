/**
 * Yjs over the widget's comm; the kernel holds the twin (`vgd_kernel/notebook/widget.py`).
 *
 * `y-sv` carries a state vector ("send me what I lack"), `y-up` an update. Both sides send a
 * vector when they meet, so edits made while they were apart travel then; `ask` makes them meet again.
 */

import * as Y from 'yjs';
import { isObject } from '../model/entry.js';
import type { FlowDoc } from '../model/flow.js';
import { listen, type WidgetModel } from './model.js';

export function syncFlow(
  model: WidgetModel,
  doc: FlowDoc,
  signal: AbortSignal,
  onContact: () => void,
  onLost: () => void
): { readonly ask: () => void } {
  const remote = Symbol('kernel');
  const send = (kind: string, data: Uint8Array): void => {
    const copy = new Uint8Array(data);
    try {
      model.send({ kind }, undefined, [copy.buffer]);
    } catch {
      onLost(); // a comm whose kernel is gone throws; the edit stays in the document
    }
  };
  listen(
    model,
    ['msg:custom'],
    (message, buffers) => {
      const bytes = firstBuffer(buffers);
      if (!isObject(message) || !bytes) return;
      if (message['kind'] === 'y-sv') send('y-up', Y.encodeStateAsUpdate(doc.ydoc, bytes));
      else if (message['kind'] === 'y-up') Y.applyUpdate(doc.ydoc, bytes, remote);
      onContact();
    },
    signal
  );
  const onUpdate = (update: Uint8Array, origin: unknown): void => {
    if (origin !== remote) send('y-up', update);
  };
  doc.ydoc.on('update', onUpdate);
  signal.addEventListener('abort', () => {
    doc.ydoc.off('update', onUpdate);
  });
  const ask = (): void => {
    send('y-sv', Y.encodeStateVector(doc.ydoc));
  };
  ask();
  return { ask };
}

function firstBuffer(buffers: unknown): Uint8Array | null {
  const [first] = Array.isArray(buffers) ? (buffers as unknown[]) : [];
  if (first instanceof ArrayBuffer) return new Uint8Array(first);
  if (!ArrayBuffer.isView(first)) return null;
  return new Uint8Array(first.buffer, first.byteOffset, first.byteLength);
}
