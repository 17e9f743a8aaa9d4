/** A value that has no form of its own, as JSON text. */

import { useState, type JSX } from 'react';
import type { Json } from '../../model/entry.js';
import type { InputProps } from './inputs.js';

export function JsonInput({ id, value, describedBy, testId, onChange }: InputProps): JSX.Element {
  const [text, setText] = useState(() => JSON.stringify(value, null, 2));
  return (
    <textarea
      id={id}
      className="vgd-mono"
      rows={Math.min(10, Math.max(2, text.split('\n').length))}
      value={text}
      spellCheck={false}
      aria-describedby={describedBy}
      data-testid={testId}
      onChange={event => {
        setText(event.target.value);
        onChange(parsed(event.target.value));
      }}
    />
  );
}

/** The value of a JSON text; a text that is no JSON stays a text, which the form refuses. */
function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
