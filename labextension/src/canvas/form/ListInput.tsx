/** A list of rules: rows to add, remove and move, each a small form. */

import type { JSX } from 'react';
import { isObject, type Entry, type Json } from '../../model/entry.js';
import type { Field } from '../../model/schema.js';
import type { Findings } from '../../model/validate.js';
import { Icon } from '../icons.js';
import { Fields, type Values } from './Fields.js';
import type { InputProps } from './inputs.js';

interface ListInputProps extends InputProps {
  readonly field: Field & { kind: 'list' };
  readonly path: string;
  readonly entry: Entry;
  readonly findings: Findings;
}

export function ListInput(props: ListInputProps): JSX.Element {
  const { id, field, value, path, entry, findings, testId, onChange } = props;
  const rows: readonly Json[] = Array.isArray(value) ? value : [];
  const replace = (index: number, ...items: Json[]): void => {
    onChange(rows.toSpliced(index, 1, ...items));
  };
  const move = (index: number, to: number): void => {
    const row = rows[index];
    if (row !== undefined) onChange(rows.toSpliced(index, 1).toSpliced(to, 0, row));
  };
  return (
    <div className="vgd-list" id={id} role="group" aria-label={field.title} data-testid={testId}>
      {rows.map((row, index) => {
        const values = (isObject(row) ? row : {}) as Values;
        const name = `${field.title}, row ${index + 1}`;
        return (
          <fieldset key={index} aria-label={name} data-testid={`${testId}-row-${index}`}>
            <div className="vgd-row-tools">
              <span className="vgd-row-number">{index + 1}</span>
              <RowTool
                icon="up"
                label={`Move ${name} up`}
                disabled={index === 0}
                onClick={() => {
                  move(index, index - 1);
                }}
              />
              <RowTool
                icon="down"
                label={`Move ${name} down`}
                disabled={index === rows.length - 1}
                onClick={() => {
                  move(index, index + 1);
                }}
              />
              <RowTool
                icon="trash"
                label={`Remove ${name}`}
                disabled={rows.length <= field.minimum}
                onClick={() => {
                  replace(index);
                }}
              />
            </div>
            <Fields
              fields={field.fields}
              values={values}
              findings={findings}
              path={`${path}${index}.`}
              entry={entry}
              onChange={change => {
                replace(index, { ...values, ...change } as Record<string, Json>);
              }}
            />
          </fieldset>
        );
      })}
      <button
        type="button"
        className="vgd-button vgd-add"
        data-testid={`${testId}-add`}
        onClick={() => {
          onChange([...rows, field.blank]);
        }}
      >
        <Icon name="plus" size={12} /> Add
      </button>
    </div>
  );
}

function RowTool(props: {
  readonly icon: string;
  readonly label: string;
  readonly disabled: boolean;
  readonly onClick: () => void;
}): JSX.Element {
  return (
    <button
      type="button"
      className="vgd-tool"
      title={props.label}
      aria-label={props.label}
      disabled={props.disabled}
      onClick={props.onClick}
    >
      <Icon name={props.icon} size={12} />
    </button>
  );
}
