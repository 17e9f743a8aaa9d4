/** A DataFrame as it travels: column names and the first rows. */

import type { JSX } from 'react';
import { isObject } from '../model/entry.js';

export interface Table {
  readonly type: 'DataFrame';
  readonly columns: readonly string[];
  readonly data: readonly (readonly unknown[])[];
  readonly rows: number;
}

/** Rows that a debug line draws. */
const ROWS_SHOWN = 20;

export function isTable(value: unknown): value is Table {
  return (
    isObject(value) &&
    value['type'] === 'DataFrame' &&
    Array.isArray(value['columns']) &&
    Array.isArray(value['data']) &&
    value['data'].every(Array.isArray)
  );
}

export function DataTable({ table }: { table: Table }): JSX.Element {
  return (
    <div className="vgd-table" tabIndex={0} role="group" aria-label="Table">
      <table>
        <thead>
          <tr>
            {table.columns.map((column, index) => (
              <th key={index}>{column}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.data.slice(0, ROWS_SHOWN).map((row, index) => (
            <tr key={index}>
              {row.map((cell, column) => (
                <td key={column} data-kind={typeof cell}>
                  {cellText(cell)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <span className="vgd-quiet">
        {table.rows} rows × {table.columns.length} columns
      </span>
    </div>
  );
}

function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  if (typeof cell === 'number') {
    return Number.isInteger(cell) ? String(cell) : String(Number(cell.toPrecision(6)));
  }
  return typeof cell === 'string' ? cell : JSON.stringify(cell);
}
