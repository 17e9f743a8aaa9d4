import { act, fireEvent, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { FlowDoc } from '../../../labextension/src/model/flow.js';
import createWidget from '../../../labextension/src/widget/index.js';
import { ENTRIES, PALETTE_JSON } from '../samples.js';
import { FakeModel } from './fakeModel.js';

let stop: (() => void) | null = null;

function start(commands: readonly string[] = ['run', 'stop', 'press']) {
  const kernel = new FlowDoc(new Y.Doc());
  kernel.load(JSON.stringify(ENTRIES));
  const model = new FakeModel(kernel.ydoc, {
    palette: PALETTE_JSON,
    height: 300,
    title: 'T',
    commands
  });
  const controller = new AbortController();
  const { signal } = controller;
  const el = document.body.appendChild(document.createElement('div'));
  const widget = createWidget();
  act(() => {
    widget.initialize({ model, signal });
    stop = widget.render({ model, el, signal });
  });
  return { kernel, model, el, controller };
}

afterEach(() => {
  act(() => stop?.());
});

describe('the notebook widget', () => {
  it('shows the nodes of the kernel and those that come later', async () => {
    const { kernel, el } = start();
    expect((await screen.findByTestId('node-a')).textContent).toContain('Alpha');
    act(() => {
      kernel.change(writer => {
        writer.add({ id: 'c', type: 'debug', z: 't', name: 'Gamma', x: 1, y: 1, wires: [] });
      });
    });
    expect((await screen.findByTestId('node-c')).textContent).toContain('Gamma');
    expect(el.querySelector('div')?.style.height).toBe('300px');
  });

  it('brings edits to the kernel', async () => {
    const { kernel } = start();
    await screen.findByTestId('node-a');
    fireEvent.keyDown(screen.getByTestId('palette-debug'), { key: 'Enter' });
    expect(kernel.getSnapshot().entries.at(-1)).toMatchObject({ type: 'debug', z: 't' });
  });

  it('sends commands, and shows no buttons that the kernel does not offer', async () => {
    const { model } = start(['run']);
    fireEvent.click(await screen.findByTestId('tool-run'));
    expect(model.commands).toEqual([{ kind: 'command', command: 'run' }]);
    expect(screen.queryByTestId('tool-stop')).toBeNull();
  });

  it('shows the live frames of a run', async () => {
    const { model } = start();
    await screen.findByTestId('node-b');
    act(() => {
      model.emit('msg:custom', { kind: 'live', nodes: { b: { received: 3 } }, events: [] }, []);
    });
    expect((await screen.findByTestId('count-b')).textContent).toBe('3');
  });

  it('says that the kernel is gone, keeps edits, and brings them when it is back', async () => {
    const { kernel, model } = start();
    await screen.findByTestId('node-a');
    model.alive = false;
    act(() => {
      model.emit('comm:close');
    });
    expect((await screen.findByTestId('banner')).textContent).toContain('The kernel is gone');
    fireEvent.keyDown(screen.getByTestId('palette-debug'), { key: 'Enter' });
    expect(kernel.getSnapshot().entries).toHaveLength(3);
    model.alive = true;
    act(() => {
      model.emit('msg:custom', { kind: 'y-sv' }, [
        new DataView(new Uint8Array(Y.encodeStateVector(kernel.ydoc)).buffer)
      ]);
    });
    expect(kernel.getSnapshot().entries).toHaveLength(4);
  });

  it('hears from JupyterLab that the kernel died, and does not claim that the flow runs', async () => {
    const { model } = start();
    await screen.findByTestId('node-a');
    act(() => {
      model.emit('msg:custom', { kind: 'state', running: true, where: 'kernel' }, []);
    });
    expect((await screen.findByTestId('run-state')).textContent).toContain('Running');
    act(() => {
      model.widget_manager.kernel.statusChanged.emit('autorestarting');
    });
    expect((await screen.findByTestId('banner')).textContent).toContain('The kernel is gone');
    expect(screen.queryByTestId('run-state')).toBeNull();
  });

  it('lets go of all listeners when it ends', async () => {
    const { model, controller } = start();
    await screen.findByTestId('node-a');
    expect(model.listeners()).toBeGreaterThan(0);
    controller.abort();
    expect(model.listeners()).toBe(0);
  });
});
