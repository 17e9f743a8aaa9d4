/** The document model of a flow file. */

import type { IChangedArgs } from '@jupyterlab/coreutils';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { Contents } from '@jupyterlab/services';
import type { PartialJSONValue, ReadonlyPartialJSONValue } from '@lumino/coreutils';
import { Signal } from '@lumino/signaling';
import type { FileChange } from '@jupyter/ydoc';
import { SharedFlow } from './sharedFlow.js';

export class FlowModel implements DocumentRegistry.IModel {
  readonly contentChanged = new Signal<this, void>(this);
  readonly stateChanged = new Signal<this, IChangedArgs<unknown>>(this);
  readonly defaultKernelName = '';
  readonly defaultKernelLanguage = '';
  readonly sharedModel: SharedFlow;
  readonly collaborative: boolean;
  private readonly owned: boolean;
  private locked = false;
  private disposed = false;

  constructor(options: DocumentRegistry.IModelOptions<SharedFlow> = {}) {
    this.owned = options.sharedModel === undefined;
    this.sharedModel = options.sharedModel ?? SharedFlow.create();
    this.collaborative = options.collaborationEnabled === true;
    this.sharedModel.changed.connect(this.onChanged, this);
  }

  get dirty(): boolean {
    return this.sharedModel.dirty;
  }

  set dirty(value: boolean) {
    if (value !== this.dirty) this.sharedModel.dirty = value;
  }

  get readOnly(): boolean {
    return this.locked;
  }

  set readOnly(value: boolean) {
    if (value === this.locked) return;
    this.locked = value;
    this.stateChanged.emit({ name: 'readOnly', oldValue: !value, newValue: value });
  }

  get isDisposed(): boolean {
    return this.disposed;
  }

  toString(): string {
    return this.sharedModel.getSource();
  }

  fromString(value: string): void {
    this.sharedModel.setSource(value);
  }

  toJSON(): PartialJSONValue {
    return JSON.parse(this.toString()) as PartialJSONValue;
  }

  fromJSON(value: ReadonlyPartialJSONValue): void {
    this.sharedModel.setSource(value);
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.sharedModel.changed.disconnect(this.onChanged, this);
    if (this.owned) this.sharedModel.dispose();
    Signal.clearData(this);
  }

  private onChanged(_shared: SharedFlow, change: FileChange): void {
    if (change.sourceChange) this.contentChanged.emit();
    for (const { name, oldValue, newValue } of change.stateChange ?? []) {
      const before: unknown = oldValue;
      const after: unknown = newValue;
      if (before !== after) this.stateChanged.emit({ name, oldValue: before, newValue: after });
    }
  }
}

export class FlowModelFactory implements DocumentRegistry.IModelFactory<FlowModel, SharedFlow> {
  readonly name = 'vgd-flow-model';
  readonly fileFormat: Contents.FileFormat = 'text';
  readonly collaborative = true;
  private disposed = false;

  /**
   * @param contentType With live co-editing the name of the server's twin, else `file`: the
   *   contents manager knows no other.
   */
  constructor(readonly contentType: Contents.ContentType) {}

  get isDisposed(): boolean {
    return this.disposed;
  }

  dispose(): void {
    this.disposed = true;
  }

  preferredLanguage(): string {
    return 'json';
  }

  createNew(options?: DocumentRegistry.IModelOptions<SharedFlow>): FlowModel {
    return new FlowModel(options);
  }
}
