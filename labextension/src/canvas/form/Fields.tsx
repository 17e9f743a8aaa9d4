/** The fields of a form or of one row of a list, each with its label, hint and finding. */

import { useId, type JSX } from 'react';
import { textOf, type Entry, type Json } from '../../model/entry.js';
import { isShown, type Field } from '../../model/schema.js';
import type { Findings } from '../../model/validate.js';
import { CodeInput } from './CodeInput.js';
import { ListInput } from './ListInput.js';
import { NodesInput } from './NodesInput.js';
import { NumberInput, SelectInput, TextInput } from './inputs.js';
import { JsonInput } from './JsonInput.js';
import { TypedInput } from './TypedInput.js';

export type Values = Readonly<Record<string, Json | undefined>>;

interface FieldsProps {
  readonly fields: readonly Field[];
  readonly values: Values;
  readonly findings: Findings;
  /** Path of the surroundings, with a dot at the end; empty at the top. */
  readonly path: string;
  readonly entry: Entry;
  readonly onChange: (change: Values) => void;
}

export function Fields(props: FieldsProps): JSX.Element {
  const { fields, values } = props;
  return (
    <>
      {fields
        .filter(field => isShown(field, fields, values))
        .map(field => (
          <FieldRow key={field.key} {...props} field={field} />
        ))}
    </>
  );
}

function FieldRow(props: FieldsProps & { field: Field }): JSX.Element {
  const { field, path, findings } = props;
  const id = useId();
  const finding = findings.get(path + field.key) ?? '';
  const note = `${id}-note`;
  const described = finding || field.description ? note : undefined;
  return (
    <div className={`vgd-field vgd-field-${field.kind}`} data-invalid={finding !== ''}>
      <label htmlFor={id}>{field.title}</label>
      <Control {...props} id={id} describedBy={described} />
      {finding ? (
        <p id={note} className="vgd-finding" data-testid={`finding-${path}${field.key}`}>
          {finding}
        </p>
      ) : field.description ? (
        <p id={note} className="vgd-description">
          {field.description}
        </p>
      ) : null}
    </div>
  );
}

type ControlProps = FieldsProps & {
  readonly field: Field;
  readonly id: string;
  readonly describedBy: string | undefined;
};

function Control(props: ControlProps): JSX.Element {
  const { field, values, path, id, describedBy, entry, findings, onChange } = props;
  const value = values[field.key] ?? field.initial;
  const set = (next: Json): void => {
    onChange({ [field.key]: next });
  };
  const common = {
    id,
    value,
    onChange: set,
    describedBy,
    testId: `field-${path}${field.key}`
  };
  switch (field.kind) {
    case 'text':
      return <TextInput {...common} />;
    case 'number':
      return <NumberInput {...common} field={field} />;
    case 'boolean':
      return (
        <input
          id={id}
          type="checkbox"
          className="vgd-check"
          checked={value === true}
          aria-describedby={describedBy}
          data-testid={common.testId}
          onChange={event => {
            set(event.target.checked);
          }}
        />
      );
    case 'select':
      return <SelectInput {...common} choices={field.choices} />;
    case 'typed':
      return (
        <TypedInput
          {...common}
          types={field.types}
          type={textOf(values[field.typeField])}
          title={field.title}
          onType={(type, next) => {
            onChange({ [field.typeField]: type, [field.key]: next });
          }}
        />
      );
    case 'code':
      return <CodeInput {...common} language={languageOf(field.language, values)} />;
    case 'nodes':
      return <NodesInput {...common} entry={entry} title={field.title} />;
    case 'list':
      return (
        <ListInput
          {...common}
          field={field}
          path={`${path}${field.key}.`}
          entry={entry}
          findings={findings}
        />
      );
    case 'json':
      return <JsonInput {...common} />;
  }
}

/** A language that starts with "=" names the field that holds it. */
function languageOf(language: string, values: Values): string {
  if (!language.startsWith('=')) return language;
  const value = values[language.slice(1)];
  return typeof value === 'string' ? value : '';
}
