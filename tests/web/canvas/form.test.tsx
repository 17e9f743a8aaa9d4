import { fireEvent, render, screen } from '@testing-library/react';
import { beforeEach, describe, expect, it } from 'vitest';
import { FlowEditor } from '../../../labextension/src/canvas/FlowEditor.js';
import { FlowDoc } from '../../../labextension/src/model/flow.js';
import { Live } from '../../../labextension/src/model/live.js';
import { PALETTE } from '../samples.js';

const nothing = (): void => undefined;
const host = {
  title: '',
  keepKeys: false,
  capabilities: { run: false, stop: false, press: false, deploy: false },
  run: nothing,
  stop: nothing,
  press: nothing,
  send: nothing,
  deploy: nothing
};

let doc: FlowDoc;
const entry = () => doc.getSnapshot().byId.get('s');
const field = (name: string) => screen.getByTestId(`field-${name}`);
const type = (name: string, value: string) => fireEvent.change(field(name), { target: { value } });

beforeEach(() => {
  doc = new FlowDoc();
  doc.load(
    JSON.stringify([
      {
        id: 's',
        type: 'switch',
        z: 't',
        x: 1,
        y: 1,
        rules: [
          { t: 'eq', v: '1', vt: 'str' },
          { t: 'else', extra: 'kept' }
        ],
        limit: 3,
        odd: true,
        wires: [['x'], []]
      }
    ])
  );
  const live = new Live(nothing);
  render(<FlowEditor store={doc} live={live} palette={PALETTE} host={host} dark={false} />);
  fireEvent.doubleClick(screen.getByTestId('node-s'));
});

describe('the form of a node', () => {
  it('writes what changed, as one step of undo, and nothing else', () => {
    type('name', 'By value');
    type('limit', '5');
    fireEvent.click(screen.getByTestId('form-done'));
    expect(entry()).toMatchObject({ name: 'By value', limit: 5, odd: true });
    expect(screen.queryByTestId('node-form')).toBeNull();
    doc.undo();
    expect(entry()).toMatchObject({ limit: 3 });
    expect(entry()).not.toHaveProperty('name');
  });

  it('writes nothing when it is cancelled', () => {
    type('name', 'By value');
    fireEvent.click(screen.getByTestId('form-cancel'));
    expect(entry()).not.toHaveProperty('name');
  });

  it('refuses a value out of range and says what is allowed', () => {
    type('limit', '12');
    expect(screen.getByTestId('finding-limit').textContent).toBe('12 is too large: at most 9.');
    expect(screen.getByTestId<HTMLButtonElement>('form-done').disabled).toBe(true);
    type('limit', '9');
    expect(screen.queryByTestId('finding-limit')).toBeNull();
  });

  it('changes the type of a typed value together with the value', () => {
    fireEvent.change(screen.getByTestId('field-rules.0.v-type'), { target: { value: 'num' } });
    type('rules.0.v', '42');
    fireEvent.click(screen.getByTestId('form-done'));
    expect(entry()).toMatchObject({ rules: [{ t: 'eq', v: '42', vt: 'num' }, { extra: 'kept' }] });
  });

  it('adds, moves and removes rules, and the ports follow', () => {
    fireEvent.click(screen.getByTestId('field-rules-add'));
    fireEvent.click(screen.getByLabelText('Move Rules, row 3 up'));
    fireEvent.click(screen.getByLabelText('Remove Rules, row 1'));
    fireEvent.click(screen.getByLabelText('Remove Rules, row 2'));
    fireEvent.click(screen.getByTestId('form-done'));
    expect(entry()).toMatchObject({ rules: [{ t: 'eq', v: '', vt: 'str' }], wires: [['x']] });
  });

  it('hides the value of a rule that has none', () => {
    expect(screen.queryByTestId('field-rules.1.v')).toBeNull();
    type('rules.1.t', '0');
    expect(field('rules.1.v')).toBeTruthy();
  });

  it('draws the help text', () => {
    const form = screen.getByTestId('node-form');
    expect(form.querySelector('strong')?.textContent).toBe('messages');
    expect(form.querySelectorAll('li')).toHaveLength(2);
  });
});
