import { describe, expect, it, vi } from 'vitest';
import * as Y from 'yjs';
import { moveEntries, removeEntries, setFields } from '../../../labextension/src/model/commands.js';
import { FlowDoc } from '../../../labextension/src/model/flow.js';
import { ENTRIES, PALETTE } from '../samples.js';

function loaded(): FlowDoc {
  const doc = new FlowDoc();
  doc.load(JSON.stringify(ENTRIES));
  return doc;
}

function exchange(one: FlowDoc, other: FlowDoc): void {
  Y.applyUpdate(other.ydoc, Y.encodeStateAsUpdate(one.ydoc));
  Y.applyUpdate(one.ydoc, Y.encodeStateAsUpdate(other.ydoc));
}

function pair(): [FlowDoc, FlowDoc] {
  const one = loaded();
  const other = new FlowDoc();
  exchange(one, other);
  return [one, other];
}

const move = (doc: FlowDoc, id: string, x: number, y: number): void => {
  doc.change(writer => {
    moveEntries(writer, new Map([[id, { x, y }]]));
  });
};

describe('a flow document', () => {
  it('keeps the order and the unknown fields of what it read', () => {
    const doc = new FlowDoc();
    doc.load('[{"id":"z","type":"x","odd":{"k":1}},{"id":"a","type":"y"}]');
    const { entries } = doc.getSnapshot();
    expect(entries).toEqual([
      { id: 'z', type: 'x', odd: { k: 1 } },
      { id: 'a', type: 'y' }
    ]);
  });

  it('keeps the identity of entries that did not change', () => {
    const doc = loaded();
    const before = doc.getSnapshot();
    move(doc, 'a', 1, 2);
    const after = doc.getSnapshot();
    expect(after.byId.get('b')).toBe(before.byId.get('b'));
    expect(after.byId.get('a')).toMatchObject({ x: 1, y: 2 });
  });

  it('tells its listeners once per command', () => {
    const doc = loaded();
    const listener = vi.fn();
    const end = doc.subscribe(listener);
    doc.change(writer => {
      writer.update('a', { x: 5 });
      writer.update('b', { x: 6 });
    });
    const calls = listener.mock.calls.length;
    end();
    move(doc, 'a', 9, 9);
    expect(calls).toBeGreaterThan(0);
    expect(listener).toHaveBeenCalledTimes(calls);
  });

  it('keeps a text that is no flow and writes the same text back', () => {
    const doc = loaded();
    doc.load('[{"id": ');
    expect(doc.getSnapshot().broken).toBe('[{"id": ');
    expect(doc.text()).toBe('[{"id": ');
    doc.load('[]');
    expect(doc.getSnapshot().broken).toBeNull();
    expect(doc.text()).toBe('[]\n');
  });

  it('removes a node together with the wires that lead to it', () => {
    const doc = loaded();
    doc.change(writer => {
      removeEntries(writer, new Set(['b']));
    });
    expect(doc.getSnapshot().byId.get('a')).toMatchObject({ wires: [[]] });
    expect(doc.getSnapshot().byId.has('b')).toBe(false);
  });

  it('drops the wires of ports that a node no longer has', () => {
    const doc = new FlowDoc();
    doc.load(
      JSON.stringify([
        {
          id: 's',
          type: 'switch',
          z: 't',
          rules: [{ t: 'eq' }, { t: 'else' }],
          wires: [['b'], ['c']]
        }
      ])
    );
    doc.change(writer => {
      setFields(writer, 's', { rules: [{ t: 'eq' }] }, PALETTE.get('switch'));
    });
    expect(doc.getSnapshot().byId.get('s')).toMatchObject({ wires: [['b']] });
  });
});

describe('undo', () => {
  it('takes one command back at a time, and redo brings it again', () => {
    const doc = loaded();
    expect(doc.getSnapshot().canUndo).toBe(false);
    move(doc, 'a', 1, 1);
    move(doc, 'a', 2, 2);
    doc.undo();
    expect(doc.getSnapshot().byId.get('a')).toMatchObject({ x: 1 });
    doc.undo();
    expect(doc.getSnapshot().byId.get('a')).toMatchObject({ x: 100 });
    doc.redo();
    expect(doc.getSnapshot().byId.get('a')).toMatchObject({ x: 1 });
  });

  it('takes quick repeats of one command back together', () => {
    const doc = loaded();
    for (const x of [110, 120, 130]) {
      doc.change(writer => {
        writer.update('a', { x });
      }, 'move');
    }
    doc.undo();
    expect(doc.getSnapshot().byId.get('a')).toMatchObject({ x: 100 });
  });

  it('brings a removed node back with its wires and its place in the order', () => {
    const doc = loaded();
    doc.change(writer => {
      removeEntries(writer, new Set(['a']));
    });
    doc.undo();
    expect(doc.getSnapshot().entries).toEqual(ENTRIES);
  });

  it('takes back own edits only', () => {
    const [mine, theirs] = pair();
    move(mine, 'a', 5, 5);
    theirs.change(writer => {
      writer.update('a', { name: 'renamed' });
    });
    exchange(mine, theirs);
    mine.undo();
    exchange(mine, theirs);
    expect(theirs.getSnapshot().byId.get('a')).toMatchObject({ x: 100, name: 'renamed' });
  });
});

describe('two people', () => {
  it('may change two fields of one node at once', () => {
    const [one, other] = pair();
    move(one, 'a', 5, 5);
    other.change(writer => {
      writer.update('a', { name: 'renamed' });
    });
    exchange(one, other);
    expect(one.getSnapshot().byId.get('a')).toMatchObject({ x: 5, y: 5, name: 'renamed' });
    expect(other.text()).toBe(one.text());
  });

  it('agree when one deletes the node that the other moves', () => {
    const [one, other] = pair();
    move(one, 'b', 5, 5);
    other.change(writer => {
      removeEntries(writer, new Set(['b']));
    });
    exchange(one, other);
    expect(one.getSnapshot().byId.has('b')).toBe(false);
    expect(other.text()).toBe(one.text());
  });

  it('both add nodes and see both', () => {
    const [one, other] = pair();
    one.change(writer => {
      writer.add({ id: 'c', type: 'debug', z: 't', x: 1, y: 1, wires: [] });
    });
    other.change(writer => {
      writer.add({ id: 'd', type: 'debug', z: 't', x: 2, y: 2, wires: [] });
    });
    exchange(one, other);
    expect(one.getSnapshot().byId.has('d')).toBe(true);
    expect(other.text()).toBe(one.text());
  });
});
