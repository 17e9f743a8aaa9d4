/** A fake anywidget model whose kernel is another Yjs document. */

import * as Y from 'yjs';
import type { WidgetModel } from '../../../labextension/src/widget/model.js';

type Callback = (...values: unknown[]) => void;

type Slot = (sender: unknown, value: unknown) => void;

class FakeSignal {
  readonly slots = new Set<Slot>();
  connect(slot: Slot): void {
    this.slots.add(slot);
  }
  disconnect(slot: Slot): void {
    this.slots.delete(slot);
  }
  emit(value: unknown): void {
    for (const slot of this.slots) slot(null, value);
  }
}

export class FakeModel implements WidgetModel {
  readonly commands: unknown[] = [];
  alive = true;
  readonly widget_manager = { kernel: { statusChanged: new FakeSignal() } };
  private readonly callbacks = new Map<string, Set<Callback>>();

  constructor(
    readonly kernel: Y.Doc,
    readonly traits: Readonly<Record<string, unknown>>
  ) {
    kernel.on('update', (update: Uint8Array) => {
      if (this.alive) this.emit('msg:custom', { kind: 'y-up' }, [view(update)]);
    });
  }

  get(name: string): unknown {
    return this.traits[name];
  }

  on(event: string, callback: Callback): void {
    this.callbacks.set(event, (this.callbacks.get(event) ?? new Set()).add(callback));
  }

  off(event: string, callback: Callback): void {
    this.callbacks.get(event)?.delete(callback);
  }

  send(content: unknown, _callbacks?: unknown, buffers: ArrayBuffer[] = []): void {
    if (!this.alive) throw new Error('Cannot send');
    const { kind } = content as { kind: string };
    const [buffer] = buffers;
    if (!buffer) {
      this.commands.push(content);
      return;
    }
    const data = new Uint8Array(buffer);
    if (kind === 'y-sv') {
      this.emit('msg:custom', { kind: 'y-up' }, [view(Y.encodeStateAsUpdate(this.kernel, data))]);
      this.emit('msg:custom', { kind: 'y-sv' }, [view(Y.encodeStateVector(this.kernel))]);
    } else {
      Y.applyUpdate(this.kernel, data);
    }
  }

  emit(event: string, ...values: unknown[]): void {
    for (const callback of this.callbacks.get(event) ?? []) callback(...values);
  }

  listeners(): number {
    return [...this.callbacks.values()].reduce(
      (sum, set) => sum + set.size,
      this.widget_manager.kernel.statusChanged.slots.size
    );
  }
}

function view(data: Uint8Array): DataView {
  return new DataView(data.buffer, data.byteOffset, data.byteLength);
}
