/** A value with its type, as in Node-RED: `msg.` payload, number 5, JSONata … */

import type { JSX } from 'react';
import { typedText, type Json } from '../../model/entry.js';
import type { InputProps } from './inputs.js';

const LABELS: Readonly<Record<string, string>> = {
  msg: 'msg.',
  flow: 'flow.',
  global: 'global.',
  str: 'text',
  num: 'number',
  bool: 'boolean',
  json: 'JSON',
  bin: 'buffer',
  date: 'timestamp',
  jsonata: 'JSONata',
  env: 'env',
  re: 'regex',
  jsonata_or_empty: 'JSONata'
};

const PLACEHOLDERS: Readonly<Record<string, string>> = {
  msg: 'payload',
  json: '{"key": "value"}',
  bin: '[1, 2, 3]',
  jsonata: '$sum(payload.price)',
  env: 'NAME',
  re: '^a.*z$'
};

/** Types that need no value. */
const WITHOUT_VALUE = new Set(['date', 'prev', 'jsonata_empty', 'full', 'nul']);

interface TypedInputProps extends InputProps {
  readonly types: readonly string[];
  readonly type: string;
  readonly title: string;
  readonly onType: (type: string, value: Json) => void;
}

export function TypedInput(props: TypedInputProps): JSX.Element {
  const { id, value, types, title, describedBy, testId, onChange, onType } = props;
  const type = props.type || (types[0] ?? 'str');
  const choices = types.includes(type) ? types : [...types, type];
  return (
    <div className="vgd-typed" data-type={type}>
      <select
        aria-label={`Type of ${title}`}
        data-testid={`${testId}-type`}
        value={type}
        onChange={event => {
          onType(event.target.value, convert(value, event.target.value));
        }}
      >
        {choices.map(choice => (
          <option key={choice} value={choice}>
            {LABELS[choice] ?? choice}
          </option>
        ))}
      </select>
      {WITHOUT_VALUE.has(type) ? (
        <span className="vgd-quiet">{type === 'date' ? 'now, in milliseconds' : ''}</span>
      ) : type === 'bool' ? (
        <select
          id={id}
          value={typedText(value) === 'true' ? 'true' : 'false'}
          aria-describedby={describedBy}
          data-testid={testId}
          onChange={event => {
            onChange(event.target.value);
          }}
        >
          <option value="true">true</option>
          <option value="false">false</option>
        </select>
      ) : (
        <input
          id={id}
          type="text"
          inputMode={type === 'num' ? 'decimal' : 'text'}
          className={type === 'str' || type === 'num' ? '' : 'vgd-mono'}
          value={typedText(value)}
          placeholder={PLACEHOLDERS[type] ?? ''}
          spellCheck={false}
          aria-describedby={describedBy}
          data-testid={testId}
          onChange={event => {
            onChange(event.target.value);
          }}
        />
      )}
    </div>
  );
}

/** What a value becomes when its type changes, so that the form is not at once in error. */
function convert(value: Json, type: string): Json {
  const text = typedText(value);
  if (type === 'bool') return text === 'true' ? 'true' : 'false';
  if (type === 'num') return text.trim() === '' || Number.isNaN(Number(text)) ? '0' : text;
  return text;
}
