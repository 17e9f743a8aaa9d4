/** One-line inputs: text, number, choice. */

import { useState, type JSX } from 'react';
import { typedText, type Json } from '../../model/entry.js';
import type { Choice, Field } from '../../model/schema.js';

export interface InputProps {
  readonly id: string;
  readonly value: Json;
  readonly describedBy: string | undefined;
  readonly testId: string;
  readonly onChange: (value: Json) => void;
}

export function TextInput({ id, value, describedBy, testId, onChange }: InputProps): JSX.Element {
  return (
    <input
      id={id}
      type="text"
      value={typedText(value)}
      spellCheck={false}
      aria-describedby={describedBy}
      data-testid={testId}
      onChange={event => {
        onChange(event.target.value);
      }}
    />
  );
}

/** Keeps what is typed ("1e", "-") until it is a number; then the value is a number. */
export function NumberInput(
  props: InputProps & { field: Field & { kind: 'number' } }
): JSX.Element {
  const { id, value, describedBy, testId, field, onChange } = props;
  const [typed, setTyped] = useState<string | null>(null);
  const shown = typed !== null && Number(typed) === Number(value) ? typed : typedText(value);
  return (
    <input
      id={id}
      type="number"
      value={shown}
      min={field.minimum ?? undefined}
      max={field.maximum ?? undefined}
      step={field.integer ? 1 : 'any'}
      aria-describedby={describedBy}
      data-testid={testId}
      onChange={event => {
        const text = event.target.value;
        setTyped(text);
        onChange(text === '' ? (field.nullable ? null : '') : Number(text));
      }}
    />
  );
}

export function SelectInput(props: InputProps & { choices: readonly Choice[] }): JSX.Element {
  const { id, value, describedBy, testId, choices, onChange } = props;
  const at = choices.findIndex(choice => choice.value === value);
  return (
    <select
      id={id}
      value={at}
      aria-describedby={describedBy}
      data-testid={testId}
      onChange={event => {
        onChange(choices[Number(event.target.value)]?.value ?? null);
      }}
    >
      {at < 0 ? <option value={-1}>{typedText(value) || '(choose)'}</option> : null}
      {choices.map((choice, index) => (
        <option key={index} value={index}>
          {choice.label}
        </option>
      ))}
    </select>
  );
}
