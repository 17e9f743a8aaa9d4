/** The form of one node: edits a draft; Done writes what changed as one step of undo. */

import { useEffect, useMemo, useRef, useState, type JSX } from 'react';
import { sameJson, type Entry, type Json } from '../../model/entry.js';
import type { NodeType } from '../../model/palette.js';
import { formFields } from '../../model/schema.js';
import { validateForm } from '../../model/validate.js';
import { useEditor, useLive } from '../context.js';
import { Markdown } from '../Markdown.js';
import { Fields, type Values } from './Fields.js';

export function NodeForm({ entry }: { entry: Entry }): JSX.Element {
  const { palette, actions, ui, live } = useEditor();
  const type = palette.get(entry.type);
  const fields = useMemo(() => formFields(type?.schema), [type]);
  const [changes, setChanges] = useState<Values>({});
  const values: Values = { ...entry, ...changes };
  const findings = validateForm(fields, values);
  const problems = useLive(live, store => store.problemsOf(entry.id));
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    form.current?.querySelector<HTMLElement>('input, select, textarea')?.focus();
  }, []);
  const close = (): void => {
    ui.set({ editing: null, panel: null });
  };
  const done = (): void => {
    if (findings.size > 0) return;
    const changed = Object.entries(changes).filter(([key, value]) => !sameJson(entry[key], value));
    if (changed.length > 0) actions.save(entry.id, Object.fromEntries(changed));
    close();
  };
  return (
    <form
      ref={form}
      className="vgd-form"
      data-testid="node-form"
      onSubmit={event => {
        event.preventDefault();
        done();
      }}
      onKeyDown={event => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) done();
      }}
    >
      <div className="vgd-panel-body">
        {problems.map((problem, index) => (
          <p key={index} className="vgd-finding" role="alert">
            {problem.text}
          </p>
        ))}
        {type ? (
          <Fields
            fields={fields}
            values={values}
            findings={findings}
            path=""
            entry={entry}
            onChange={change => {
              setChanges(old => ({ ...old, ...change }));
            }}
          />
        ) : (
          <Unknown entry={entry} />
        )}
        {type ? <Help type={type} /> : null}
      </div>
      <footer className="vgd-form-foot">
        {findings.size > 0 ? (
          <span className="vgd-finding">
            {findings.size === 1 ? '1 field needs a look' : `${findings.size} fields need a look`}
          </span>
        ) : null}
        <button type="button" className="vgd-button" data-testid="form-cancel" onClick={close}>
          Cancel
        </button>
        <button
          type="submit"
          className="vgd-button vgd-button-primary"
          data-testid="form-done"
          disabled={findings.size > 0}
        >
          Done
        </button>
      </footer>
    </form>
  );
}

function Help({ type }: { type: NodeType }): JSX.Element | null {
  if (!type.help) return null;
  return (
    <details className="vgd-form-help">
      <summary>Help</summary>
      <Markdown source={type.help} />
    </details>
  );
}

/** A node whose type is not installed: its fields to read, nothing to break. */
function Unknown({ entry }: { entry: Entry }): JSX.Element {
  const hidden = new Set(['id', 'type', 'z', 'x', 'y', 'wires']);
  const rest = Object.entries(entry).filter(([key]) => !hidden.has(key));
  return (
    <>
      <p className="vgd-finding">
        The node type “{entry.type}” is not installed here. The node is kept as it is and left out
        of runs.
      </p>
      <dl className="vgd-facts">
        {rest.map(([key, value]: [string, Json]) => (
          <div key={key}>
            <dt>{key}</dt>
            <dd>{typeof value === 'string' ? value : JSON.stringify(value)}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
