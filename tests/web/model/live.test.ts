import { describe, expect, it, vi } from 'vitest';
import { parseFrame } from '../../../labextension/src/model/frames.js';
import { EVENTS_KEPT, Live } from '../../../labextension/src/model/live.js';

function setUp(): { live: Live; repaint: () => void } {
  const due: (() => void)[] = [];
  const live = new Live(callback => due.push(callback));
  return {
    live,
    repaint: () => {
      due.splice(0).forEach(callback => {
        callback();
      });
    }
  };
}

function take(live: Live, data: unknown): void {
  const frame = parseFrame(data);
  if (frame) live.take(frame);
}

const debug = (value: unknown) => ({
  kind: 'debug',
  node: 'd',
  name: '',
  property: 'payload',
  value,
  msg: {},
  time: 1
});

describe('the live store', () => {
  it('tells its listeners once per repaint', () => {
    const { live, repaint } = setUp();
    const listener = vi.fn();
    live.subscribe(listener);
    take(live, { kind: 'live', nodes: { a: { received: 1 } }, events: [] });
    take(live, { kind: 'live', nodes: { a: { received: 2 } }, events: [] });
    expect(listener).not.toHaveBeenCalled();
    repaint();
    expect(listener).toHaveBeenCalledTimes(1);
    expect(live.node('a').received).toBe(2);
  });

  it('keeps what a frame does not mention', () => {
    const { live } = setUp();
    take(live, {
      kind: 'live',
      nodes: { a: { received: 1, status: { fill: 'red', shape: 'dot', text: 'x' } } },
      events: []
    });
    take(live, { kind: 'live', nodes: { a: { received: 2 } }, events: [] });
    expect(live.node('a')).toMatchObject({ received: 2, status: { text: 'x' } });
    take(live, { kind: 'live', nodes: { a: { status: null } }, events: [] });
    expect(live.node('a').status).toBeNull();
  });

  it('forgets the oldest events', () => {
    const { live } = setUp();
    const events = Array.from({ length: EVENTS_KEPT + 20 }, (_, index) => debug(index));
    take(live, { kind: 'live', nodes: {}, events });
    expect(live.events()).toHaveLength(EVENTS_KEPT);
    expect(live.events()[0]?.event).toMatchObject({ value: 20 });
  });

  it('does not repeat events that a replay brings again', () => {
    const { live } = setUp();
    take(live, { kind: 'live', nodes: {}, events: [debug(1)] });
    take(live, { kind: 'live', nodes: {}, events: [debug(1)], replay: true });
    expect(live.events()).toHaveLength(1);
  });

  it('keeps the last picture of each node', () => {
    const { live } = setUp();
    const display = (text: string) => ({
      kind: 'display',
      node: 'p',
      bundle: { 'text/plain': text },
      time: 1
    });
    take(live, { kind: 'live', nodes: {}, events: [display('one'), display('two')] });
    expect(live.displays()).toHaveLength(1);
    expect(live.display('p')?.bundle).toEqual({ 'text/plain': 'two' });
  });

  it('starts counting anew with each run and sorts problems by node', () => {
    const { live } = setUp();
    take(live, { kind: 'live', nodes: { a: { received: 5 } }, events: [] });
    take(live, {
      kind: 'state',
      running: true,
      where: 'kernel',
      problems: [{ node: 'a', severity: 'error', text: 'bad' }],
      message: ''
    });
    expect(live.node('a').received).toBe(0);
    expect(live.problemsOf('a')).toMatchObject([{ text: 'bad' }]);
    expect(live.problemsOf('b')).toEqual([]);
  });

  it('reads no frame from what is none', () => {
    expect(parseFrame(null)).toBeNull();
    expect(parseFrame({ kind: 'new thing' })).toBeNull();
    expect(parseFrame({ kind: 'live' })).toMatchObject({ nodes: {}, events: [] });
  });
});
