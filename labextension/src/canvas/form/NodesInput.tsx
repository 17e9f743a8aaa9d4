/** Nodes of the same tab, chosen by check boxes; null means all of them. */

import type { JSX } from 'react';
import { isPlaced, labelOf, tabOf, type Entry } from '../../model/entry.js';
import { useEditor, useSnapshot } from '../context.js';
import type { InputProps } from './inputs.js';

export function NodesInput(props: InputProps & { entry: Entry; title: string }): JSX.Element {
  const { id, value, entry, title, testId, onChange } = props;
  const { store, palette } = useEditor();
  const others = useSnapshot(store).entries.filter(
    other => isPlaced(other) && tabOf(other) === tabOf(entry) && other.id !== entry.id
  );
  const chosen = Array.isArray(value) ? value.filter(item => typeof item === 'string') : null;
  const toggle = (other: string): void => {
    const rest = (chosen ?? []).filter(item => item !== other);
    onChange(rest.length === chosen?.length || !chosen ? [...rest, other] : rest);
  };
  return (
    <div className="vgd-nodes" role="group" aria-label={title} data-testid={testId}>
      <label>
        <input
          id={id}
          type="checkbox"
          checked={chosen === null}
          onChange={event => {
            onChange(event.target.checked ? null : []);
          }}
        />
        all nodes of the tab
      </label>
      {chosen === null
        ? null
        : others.map(other => (
            <label key={other.id}>
              <input
                type="checkbox"
                checked={chosen.includes(other.id)}
                onChange={() => {
                  toggle(other.id);
                }}
              />
              {labelOf(other, palette.get(other.type)?.label)} <small>{other.type}</small>
            </label>
          ))}
    </div>
  );
}
