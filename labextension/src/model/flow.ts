/**
 * The flow document: entries over Yjs, with a log of changes that undo and collaboration share.
 *
 * Roots: `nodes` (map of id to a map of fields, each one JSON value), `order` (array of ids) and
 * `meta` (`broken`: the text of a file that is no flow, kept as it is). The twins in Python are
 * `vgd_kernel/notebook/ysync.py` and `ydoc.py`.
 */

import * as Y from 'yjs';
import { canonicalText } from './canonical.js';
import { sameJson, type Entry, type Json } from './entry.js';
import { FlowSyntaxError, parseEntries } from './parse.js';

type Fields = Y.Map<unknown>;

/** Quick repeats of one command (arrow keys) are one step of undo within this time. */
const MERGE_MS = 600;

/** What a view draws: entries in order (unchanged entries keep their identity). */
export interface FlowSnapshot {
  readonly entries: readonly Entry[];
  readonly byId: ReadonlyMap<string, Entry>;
  readonly broken: string | null;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
}

/** Writes inside one command. */
export interface FlowWriter {
  get(id: string): Entry | undefined;
  entries(): readonly Entry[];
  add(entry: Entry): void;
  remove(id: string): void;
  update(id: string, fields: Readonly<Record<string, Json | undefined>>): void;
}

/** What the canvas knows of the document. */
export interface FlowStore {
  getSnapshot(): FlowSnapshot;
  subscribe(listener: () => void): () => void;
  /** Carries out a command as one step of undo; same `merge` in quick succession: one step. */
  change(command: (writer: FlowWriter) => void, merge?: string): void;
  undo(): void;
  redo(): void;
}

export class FlowDoc implements FlowStore {
  readonly ydoc: Y.Doc;
  private readonly nodes: Y.Map<Fields>;
  private readonly order: Y.Array<string>;
  private readonly meta: Y.Map<unknown>;
  private readonly undoManager: Y.UndoManager;
  private readonly listeners = new Set<() => void>();
  private readonly editListeners = new Set<(own: boolean) => void>();
  private readonly cache = new Map<string, Entry>();
  private snapshot: FlowSnapshot | null = null;
  private merging = '';

  constructor(ydoc: Y.Doc = new Y.Doc()) {
    this.ydoc = ydoc;
    this.nodes = ydoc.getMap('nodes');
    this.order = ydoc.getArray('order');
    this.meta = ydoc.getMap('meta');
    this.undoManager = new Y.UndoManager([this.nodes, this.order], {
      trackedOrigins: new Set([this]),
      captureTimeout: MERGE_MS
    });
    this.nodes.observeDeep(events => {
      for (const event of events) {
        const [id] = event.path;
        if (id !== undefined) this.cache.delete(String(id));
        else for (const key of event.changes.keys.keys()) this.cache.delete(key);
      }
    });
    ydoc.on('afterTransaction', transaction => {
      const roots = [this.nodes, this.order, this.meta] as Y.AbstractType<unknown>[];
      if (!roots.some(root => hasChanged(root, transaction))) return;
      this.notify();
      const own = transaction.local && transaction.origin !== null;
      for (const listener of [...this.editListeners]) listener(own);
    });
    for (const kind of ['stack-item-added', 'stack-item-popped', 'stack-cleared'] as const) {
      this.undoManager.on(kind, () => {
        this.notify();
      });
    }
  }

  getSnapshot = (): FlowSnapshot => (this.snapshot ??= this.read());

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Hears of each change of the content; `own`: the person at this screen made it. */
  onEdit(listener: (own: boolean) => void): void {
    this.editListeners.add(listener);
  }

  change(command: (writer: FlowWriter) => void, merge = ''): void {
    if (merge === '' || merge !== this.merging) this.undoManager.stopCapturing();
    this.merging = merge;
    this.ydoc.transact(() => {
      command(this.writer());
    }, this);
  }

  undo(): void {
    this.merging = '';
    this.undoManager.undo();
  }

  redo(): void {
    this.undoManager.redo();
  }

  /** The text to save: canonical flow JSON, or the broken text as it was read. */
  text(): string {
    const { broken, entries } = this.getSnapshot();
    return broken ?? canonicalText(entries);
  }

  /** Takes in the text of a file; only what differs is written, and it is no step of undo. */
  load(text: string): void {
    let entries: Entry[] | null = null;
    try {
      entries = parseEntries(text);
    } catch (error) {
      if (!(error instanceof FlowSyntaxError)) throw error;
    }
    this.ydoc.transact(() => {
      if (entries === null) this.meta.set('broken', text);
      else if (this.meta.has('broken')) this.meta.delete('broken');
      this.replace(entries ?? []);
    });
    this.undoManager.clear();
  }

  destroy(): void {
    this.undoManager.destroy();
    this.listeners.clear();
    this.editListeners.clear();
  }

  private notify(): void {
    this.snapshot = null;
    for (const listener of [...this.listeners]) listener();
  }

  private read(): FlowSnapshot {
    const byId = new Map<string, Entry>();
    const rest = [...this.nodes.keys()].sort();
    for (const id of [...this.order.toArray(), ...rest]) {
      const entry = byId.has(id) ? undefined : this.entry(id);
      if (entry) byId.set(id, entry);
    }
    const broken = this.meta.get('broken');
    return {
      entries: [...byId.values()],
      byId,
      broken: typeof broken === 'string' ? broken : null,
      canUndo: this.undoManager.canUndo(),
      canRedo: this.undoManager.canRedo()
    };
  }

  private entry(id: string): Entry | undefined {
    const known = this.cache.get(id);
    if (known) return known;
    const fields = this.nodes.get(id);
    const type = fields?.get('type');
    if (!fields || typeof type !== 'string' || type === '') return undefined;
    const entry = { ...(plain(fields.toJSON()) as Record<string, Json>), id, type };
    this.cache.set(id, entry);
    return entry;
  }

  private writer(): FlowWriter {
    return {
      get: id => this.entry(id),
      entries: () => this.read().entries,
      add: entry => {
        this.nodes.set(entry.id, new Y.Map(Object.entries(entry)));
        this.cache.delete(entry.id);
        this.order.push([entry.id]);
      },
      remove: id => {
        this.nodes.delete(id);
        this.cache.delete(id);
        const ids = this.order.toArray();
        for (let index = ids.length - 1; index >= 0; index -= 1) {
          if (ids[index] === id) this.order.delete(index);
        }
      },
      update: (id, fields) => {
        this.update(id, fields);
      }
    };
  }

  private update(id: string, fields: Readonly<Record<string, Json | undefined>>): void {
    const map = this.nodes.get(id);
    if (!map) return;
    for (const [key, value] of Object.entries(fields)) {
      if (value === undefined) map.delete(key);
      else if (!map.has(key) || !sameJson(plain(map.get(key)), value)) map.set(key, value);
    }
    this.cache.delete(id);
  }

  private replace(entries: readonly Entry[]): void {
    const writer = this.writer();
    const wanted = new Map(entries.map(entry => [entry.id, entry]));
    for (const id of [...this.nodes.keys()]) if (!wanted.has(id)) writer.remove(id);
    for (const entry of entries) {
      const old = this.entry(entry.id);
      if (!old) {
        this.nodes.set(entry.id, new Y.Map(Object.entries(entry)));
        continue;
      }
      const gone = Object.keys(old).filter(key => !(key in entry));
      this.update(entry.id, { ...entry, ...Object.fromEntries(gone.map(key => [key, undefined])) });
    }
    if (!sameJson(this.order.toArray(), [...wanted.keys()])) {
      this.order.delete(0, this.order.length);
      this.order.push([...wanted.keys()]);
    }
  }
}

function hasChanged(root: Y.AbstractType<unknown>, transaction: Y.Transaction): boolean {
  return [...transaction.changedParentTypes.keys()].some(type => (type as unknown) === root);
}

/** JSON values; integers that another replica wrote as 64-bit ones become numbers. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
  }
  return value;
}
