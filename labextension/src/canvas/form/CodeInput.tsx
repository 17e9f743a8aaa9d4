/** Code: a plain text area with line numbers; Tab indents, Escape then Tab leaves it. */

import { useRef, useState, type JSX, type KeyboardEvent } from 'react';
import { typedText } from '../../model/entry.js';
import type { InputProps } from './inputs.js';

const INDENT: Readonly<Record<string, string>> = { python: '    ' };

export function CodeInput(props: InputProps & { language: string }): JSX.Element {
  const { id, describedBy, testId, language, onChange } = props;
  const text = typedText(props.value);
  const gutter = useRef<HTMLDivElement>(null);
  const [leaving, setLeaving] = useState(false);
  const count = text.split('\n').length;
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      setLeaving(true);
      return;
    }
    if (event.key !== 'Tab' || event.shiftKey || leaving) {
      if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) keepIndent(event, onChange);
      return;
    }
    event.preventDefault();
    insert(event.currentTarget, INDENT[language] ?? '  ', onChange);
  };
  return (
    <div className="vgd-code" data-language={language}>
      <div className="vgd-gutter" ref={gutter} aria-hidden="true">
        {Array.from({ length: count }, (_, line) => line + 1).join('\n')}
      </div>
      <textarea
        id={id}
        value={text}
        rows={Math.min(24, Math.max(8, count + 1))}
        wrap="off"
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        aria-describedby={describedBy}
        aria-label={language ? `${language} code` : 'Code'}
        data-testid={testId}
        onFocus={() => {
          setLeaving(false);
        }}
        onChange={event => {
          onChange(event.target.value);
        }}
        onKeyDown={onKeyDown}
        onScroll={event => {
          if (gutter.current) gutter.current.scrollTop = event.currentTarget.scrollTop;
        }}
      />
    </div>
  );
}

type Write = (text: string) => void;

function insert(area: HTMLTextAreaElement, text: string, write: Write): void {
  const { selectionStart, selectionEnd } = area;
  area.setRangeText(text, selectionStart, selectionEnd, 'end');
  write(area.value);
}

/** A new line starts where the last one did. */
function keepIndent(event: KeyboardEvent<HTMLTextAreaElement>, write: Write): void {
  const area = event.currentTarget;
  const before = area.value.slice(0, area.selectionStart);
  const margin = /^[ \t]*/.exec(before.slice(before.lastIndexOf('\n') + 1))?.[0] ?? '';
  if (!margin) return;
  event.preventDefault();
  insert(area, `\n${margin}`, write);
}
