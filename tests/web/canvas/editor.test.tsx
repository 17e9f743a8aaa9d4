import { act, createEvent, fireEvent, render, screen, within } from '@testing-library/react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { FlowEditor } from '../../../labextension/src/canvas/FlowEditor.js';
import type { Host } from '../../../labextension/src/canvas/host.js';
import { FlowDoc } from '../../../labextension/src/model/flow.js';
import { parseFrame } from '../../../labextension/src/model/frames.js';
import { Live } from '../../../labextension/src/model/live.js';
import { ENTRIES, PALETTE } from '../samples.js';

let doc: FlowDoc;
let live: Live;
let host: Host;

function show(entries: readonly unknown[] = ENTRIES): void {
  doc = new FlowDoc();
  doc.load(JSON.stringify(entries));
  live = new Live(callback => {
    callback();
  });
  host = {
    title: 'sample',
    keepKeys: true,
    capabilities: { run: true, stop: true, press: true, deploy: false },
    run: vi.fn(),
    stop: vi.fn(),
    press: vi.fn(),
    send: vi.fn(),
    deploy: vi.fn(),
    openAsText: vi.fn()
  };
  render(<FlowEditor store={doc} live={live} palette={PALETTE} host={host} dark={false} />);
}

function take(data: unknown): void {
  const frame = parseFrame(data);
  if (!frame) throw new Error('not a frame');
  act(() => {
    live.take(frame);
  });
}

const entry = (id: string) => doc.getSnapshot().byId.get(id);
const editor = () => screen.getByTestId('flow-editor');

describe('the canvas', () => {
  beforeEach(() => {
    show();
  });

  it('draws the nodes of the tab with their names', () => {
    expect(screen.getByTestId('node-a').textContent).toContain('Alpha');
    expect(screen.getByTestId('node-b').textContent).toContain('Beta');
  });

  it('follows changes that come from elsewhere', () => {
    act(() => {
      doc.change(writer => {
        writer.update('a', { name: 'Renamed' });
      });
    });
    expect(screen.getByTestId('node-a').textContent).toContain('Renamed');
  });

  it('adds a node from the palette by Enter and by double click', () => {
    fireEvent.keyDown(screen.getByTestId('palette-debug'), { key: 'Enter' });
    fireEvent.doubleClick(screen.getByTestId('palette-switch'));
    const types = doc.getSnapshot().entries.map(item => item.type);
    expect(types).toEqual(['tab', 'inject', 'debug', 'debug', 'switch']);
  });

  it('filters the palette', () => {
    fireEvent.change(screen.getByTestId('palette-search'), { target: { value: 'route' } });
    expect(screen.queryByTestId('palette-inject')).toBeNull();
    expect(screen.getByTestId('palette-switch')).toBeTruthy();
  });

  it('selects all, deletes and undoes by keys', () => {
    fireEvent.keyDown(editor(), { key: 'a', ctrlKey: true });
    fireEvent.keyDown(editor(), { key: 'Delete' });
    expect(doc.getSnapshot().entries.map(item => item.id)).toEqual(['t']);
    expect(screen.getByTestId('empty')).toBeTruthy();
    fireEvent.keyDown(editor(), { key: 'z', ctrlKey: true });
    expect(doc.getSnapshot().entries).toHaveLength(3);
    fireEvent.keyDown(editor(), { key: 'z', ctrlKey: true, shiftKey: true });
    expect(doc.getSnapshot().entries).toHaveLength(1);
  });

  it('moves what is selected by arrow keys, quick steps as one step of undo', () => {
    fireEvent.keyDown(editor(), { key: 'a', ctrlKey: true });
    fireEvent.keyDown(editor(), { key: 'ArrowRight' });
    fireEvent.keyDown(editor(), { key: 'ArrowRight' });
    expect([entry('a')?.['x'], entry('b')?.['x']]).toEqual([120, 320]);
    fireEvent.keyDown(editor(), { key: 'z', ctrlKey: true });
    expect([entry('a')?.['x'], entry('b')?.['x']]).toEqual([100, 300]);
  });

  it('copies and pastes in the format of Node-RED', () => {
    fireEvent.keyDown(editor(), { key: 'a', ctrlKey: true });
    let text = '';
    const copy = createEvent.copy(editor(), {
      clipboardData: {
        setData: (_type: string, data: string) => {
          text = data;
        }
      }
    });
    fireEvent(editor(), copy);
    expect(JSON.parse(text)).toMatchObject([{ id: 'a', wires: [['b']] }, { id: 'b' }]);
    fireEvent(editor(), createEvent.paste(editor(), { clipboardData: { getData: () => text } }));
    const added = doc.getSnapshot().entries.slice(3);
    expect(added.map(item => item.type)).toEqual(['inject', 'debug']);
    expect(added[0]).toMatchObject({ wires: [[added[1]?.id]], x: 120 });
  });

  it('says so when the clipboard holds no flow', () => {
    fireEvent(editor(), createEvent.paste(editor(), { clipboardData: { getData: () => 'hi' } }));
    expect(screen.getByTestId('notice').textContent).toMatch(/holds no flow/);
  });

  it('keeps its keys from the notebook', () => {
    const outside = vi.fn();
    document.addEventListener('keydown', outside);
    fireEvent.keyDown(editor(), { key: 'b' });
    document.removeEventListener('keydown', outside);
    expect(outside).not.toHaveBeenCalled();
    expect(editor().getAttribute('data-lm-suppress-shortcuts')).toBe('true');
  });

  it('switches, adds and renames tabs', () => {
    fireEvent.click(screen.getByTestId('tab-add'));
    const made = doc.getSnapshot().entries.find(item => item.type === 'tab' && item.id !== 't');
    expect(screen.queryByTestId('node-a')).toBeNull();
    fireEvent.doubleClick(screen.getByTestId(`tab-${made?.id ?? ''}`));
    const name = screen.getByTestId(`tab-name-${made?.id ?? ''}`);
    fireEvent.change(name, { target: { value: 'Second' } });
    fireEvent.keyDown(name, { key: 'Enter' });
    expect(entry(made?.id ?? '')).toMatchObject({ label: 'Second' });
    fireEvent.click(screen.getByTestId('tab-t'));
    expect(screen.getByTestId('node-a')).toBeTruthy();
  });

  it('finds a node by its name', () => {
    fireEvent.keyDown(editor(), { key: 'f', ctrlKey: true });
    const search = screen.getByTestId('chooser-search');
    fireEvent.change(search, { target: { value: 'bet' } });
    fireEvent.keyDown(search, { key: 'Enter' });
    expect(screen.getByTestId('node-b').className).toContain('vgd-selected');
  });

  it('shows counts, status, errors and problems of a run on the nodes', () => {
    take({
      kind: 'live',
      nodes: {
        b: { received: 7, sent: [], errors: 2, status: { fill: 'red', shape: 'dot', text: 'hot' } }
      },
      events: []
    });
    expect(screen.getByTestId('count-b').textContent).toBe('7');
    expect(screen.getByTestId('status-b').textContent).toBe('hot');
    expect(screen.getByTestId('problem-b').textContent).toBe('2');
    take({
      kind: 'state',
      running: true,
      where: 'kernel',
      problems: [{ severity: 'error', node: 'a', field: '', text: 'no such thing' }],
      message: ''
    });
    expect(screen.getByTestId('problem-a').getAttribute('aria-label')).toContain('no such thing');
    expect(screen.getByTestId('run-state').textContent).toContain('1 problem');
  });

  it('presses the button of an inject node and runs and stops the flow', () => {
    fireEvent.click(screen.getByTestId('press-a'));
    expect(host.press).toHaveBeenCalledWith('a');
    fireEvent.click(screen.getByTestId('tool-run'));
    expect(host.run).toHaveBeenCalledTimes(1);
    take({ kind: 'state', running: true, where: 'kernel', problems: [], message: '' });
    fireEvent.click(screen.getByTestId('tool-stop'));
    expect(host.stop).toHaveBeenCalledTimes(1);
    expect(screen.queryByTestId('tool-deploy')).toBeNull();
  });

  it('switches a debug node off in the flow, and in the run while it runs', () => {
    fireEvent.click(screen.getByTestId('press-b'));
    expect(entry('b')).toMatchObject({ active: false });
    expect(host.send).not.toHaveBeenCalled();
    take({ kind: 'state', running: true, where: 'kernel', problems: [], message: '' });
    fireEvent.click(screen.getByTestId('press-b'));
    expect(entry('b')).toMatchObject({ active: true });
    expect(host.send).toHaveBeenCalledWith('b', { __debug_active__: true });
  });

  it('lists debug messages as trees and tables, filters, pauses and clears them', () => {
    const debug = (value: unknown) => ({
      kind: 'live',
      nodes: {},
      events: [
        { kind: 'debug', node: 'b', name: 'Beta', property: 'payload', value, msg: {}, time: 1 }
      ]
    });
    fireEvent.click(screen.getByTestId('tool-debug'));
    take(debug({ city: 'Oslo' }));
    take(debug({ type: 'DataFrame', columns: ['temp'], data: [[12.5]], rows: 900 }));
    const panel = screen.getByTestId('debug-panel');
    expect(within(panel).getAllByTestId('debug-message')).toHaveLength(2);
    expect(panel.textContent).toContain('900 rows × 1 columns');
    fireEvent.change(screen.getByTestId('debug-filter'), { target: { value: 'oslo' } });
    expect(within(panel).getAllByTestId('debug-message')).toHaveLength(1);
    fireEvent.change(screen.getByTestId('debug-filter'), { target: { value: '' } });
    fireEvent.click(screen.getByTestId('tool-debug-pause'));
    take(debug('while paused'));
    expect(panel.textContent).not.toContain('while paused');
    fireEvent.click(screen.getByTestId('tool-debug-clear'));
    expect(within(panel).queryAllByTestId('debug-message')).toHaveLength(0);
  });

  it('draws the figure of a node below it', () => {
    const bundle = {
      'application/vnd.plotly.v1+json': { data: [{ type: 'scatter', y: [1, 2, 3] }], layout: {} }
    };
    take({ kind: 'live', nodes: {}, events: [{ kind: 'display', node: 'b', bundle, time: 1 }] });
    const preview = screen.getByTestId('preview-b');
    expect(preview.querySelector('path.vgd-line')?.getAttribute('d')).toMatch(/^M.*L.*L/);
  });
});

describe('a node of an unknown type', () => {
  it('is drawn with a warning, keeps its fields and has no form', () => {
    show([...ENTRIES, { id: 'u', type: 'alien', z: 't', x: 1, y: 1, speed: 9, wires: [['b']] }]);
    expect(screen.getByTestId('node-u').className).toContain('vgd-unknown');
    expect(screen.getByTestId('problem-u').getAttribute('aria-label')).toContain('"alien"');
    fireEvent.doubleClick(screen.getByTestId('node-u'));
    expect(screen.getByTestId('node-form').textContent).toContain('speed');
    expect(entry('u')).toMatchObject({ speed: 9, wires: [['b']] });
  });
});

describe('a file that is no flow', () => {
  it('shows its error and the way to the text instead of the canvas', () => {
    show();
    act(() => {
      doc.load('[{"id":');
    });
    expect(screen.getByTestId('broken-flow').textContent).toMatch(/not JSON/);
    fireEvent.click(screen.getByTestId('open-as-text'));
    expect(host.openAsText).toHaveBeenCalledTimes(1);
    expect(doc.text()).toBe('[{"id":');
  });
});
