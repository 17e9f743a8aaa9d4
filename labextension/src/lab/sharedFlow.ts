/** The shared model of a flow file; its server twin is `vgd_kernel.notebook.ydoc.YFlow`. */

import { YDocument, type FileChange } from '@jupyter/ydoc';
import { FlowDoc } from '../model/flow.js';

export class SharedFlow extends YDocument<FileChange> {
  readonly flow: FlowDoc;

  constructor() {
    super();
    this.flow = new FlowDoc(this.ydoc);
    this.flow.onEdit(own => {
      if (own) this.dirty = true;
      this._changed.emit({ sourceChange: [] });
    });
  }

  static create(): SharedFlow {
    return new SharedFlow();
  }

  get version(): string {
    return '1.0.0';
  }

  getSource(): string {
    return this.flow.text();
  }

  setSource(value: unknown): void {
    this.flow.load(typeof value === 'string' ? value : JSON.stringify(value));
  }

  override undo(): boolean {
    const able = this.canUndo();
    this.flow.undo();
    return able;
  }

  override redo(): boolean {
    const able = this.canRedo();
    this.flow.redo();
    return able;
  }

  override canUndo(): boolean {
    return this.flow.getSnapshot().canUndo;
  }

  override canRedo(): boolean {
    return this.flow.getSnapshot().canRedo;
  }

  override dispose(): void {
    if (this.isDisposed) return;
    this.flow.destroy();
    super.dispose();
  }
}
