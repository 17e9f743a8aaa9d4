/** A value of a message as a tree that folds; DataFrames as tables. */

import { useState, type JSX } from 'react';
import { isObject } from '../model/entry.js';
import { DataTable, isTable } from './DataTable.js';
import { Icon } from './icons.js';

/** Items of a long list that are drawn at once; the next come on demand. */
const PAGE = 50;

export function ValueTree(props: {
  readonly value: unknown;
  readonly name?: string;
  readonly open?: boolean;
}): JSX.Element {
  const { value, name } = props;
  const [open, setOpen] = useState(props.open ?? false);
  const [shown, setShown] = useState(PAGE);
  const label = name === undefined ? null : <span className="vgd-key">{name}: </span>;
  if (isTable(value)) {
    return (
      <div className="vgd-value">
        {label}
        <DataTable table={value} />
      </div>
    );
  }
  const items = itemsOf(value);
  if (!items) {
    return (
      <div className="vgd-value">
        {label}
        <Leaf value={value} />
      </div>
    );
  }
  return (
    <div className="vgd-value">
      <button
        type="button"
        className="vgd-branch"
        aria-expanded={open}
        onClick={() => {
          setOpen(!open);
        }}
      >
        <Icon name={open ? 'down' : 'right'} size={11} />
        {label}
        <span className="vgd-shape">{summary(value, items.length)}</span>
        {open ? null : <span className="vgd-glance">{glance(value)}</span>}
      </button>
      {open ? (
        <div className="vgd-children">
          {items.slice(0, shown).map(([key, item]) => (
            <ValueTree key={key} name={key} value={item} />
          ))}
          {items.length > shown ? (
            <button
              type="button"
              className="vgd-more"
              onClick={() => {
                setShown(shown + PAGE);
              }}
            >
              {items.length - shown} more…
            </button>
          ) : null}
        </div>
      ) : null}
    </div>
  );
}

function itemsOf(value: unknown): [string, unknown][] | null {
  if (Array.isArray(value)) return value.map((item, index) => [String(index), item]);
  return isObject(value) ? Object.entries(value) : null;
}

function summary(value: unknown, count: number): string {
  if (Array.isArray(value)) return `array[${count}]`;
  return isObject(value) && value['type'] === 'Buffer' ? 'buffer' : 'object';
}

/** The first characters of a folded value, so that many need no click. */
function glance(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

function Leaf({ value }: { value: unknown }): JSX.Element {
  const kind = value === null || value === undefined ? 'null' : typeof value;
  const text =
    typeof value === 'string' ? value : value === undefined ? 'undefined' : JSON.stringify(value);
  return (
    <span className={`vgd-leaf vgd-leaf-${kind}`}>{kind === 'string' ? `"${text}"` : text}</span>
  );
}
