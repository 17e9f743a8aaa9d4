/** Checks the values of a form; a message says what was seen and what was expected. */

import { isObject, typedText, type Json } from './entry.js';
import { isShown, type Field } from './schema.js';

/** Messages by path: `delay`, `rules.2.value`. */
export type Findings = ReadonlyMap<string, string>;

export function validateForm(
  fields: readonly Field[],
  values: Readonly<Record<string, Json | undefined>>
): Findings {
  const found = new Map<string, string>();
  check(fields, values, '', found);
  return found;
}

function check(
  fields: readonly Field[],
  values: Readonly<Record<string, Json | undefined>>,
  prefix: string,
  found: Map<string, string>
): void {
  for (const field of fields) {
    if (!isShown(field, fields, values)) continue;
    const path = prefix + field.key;
    const value = values[field.key];
    const message = checkField(field, value, values);
    if (message) found.set(path, message);
    if (field.kind === 'list' && Array.isArray(value)) {
      value.forEach((item: Json, index) => {
        if (isObject(item)) {
          check(field.fields, item, `${path}.${index}.`, found);
        }
      });
    }
  }
}

function checkField(
  field: Field,
  value: Json | undefined,
  values: Readonly<Record<string, Json | undefined>>
): string {
  switch (field.kind) {
    case 'text':
      return checkText(field, value);
    case 'number':
      return checkNumber(field, value);
    case 'select':
      return value === undefined || field.choices.some(choice => choice.value === value)
        ? ''
        : `${JSON.stringify(value)} is none of the choices; pick one of the list.`;
    case 'typed':
      return checkTyped(typedText(values[field.typeField]) || (field.types[0] ?? 'str'), value);
    case 'list':
      return Array.isArray(value) && value.length < field.minimum
        ? `There are ${value.length} rows; at least ${field.minimum} are needed.`
        : '';
    case 'json':
      return typeof value === 'string' ? jsonError(value) : '';
    default:
      return '';
  }
}

function checkText(field: Field & { kind: 'text' }, value: Json | undefined): string {
  const text = typedText(value);
  if (field.required && text === '') return 'This is needed: type a text.';
  if (field.maxLength !== null && text.length > field.maxLength) {
    return `${text.length} characters; at most ${field.maxLength} are allowed.`;
  }
  if (field.pattern && text !== '' && !new RegExp(field.pattern, 'u').test(text)) {
    return `"${text}" does not have the expected form ${field.pattern}.`;
  }
  return '';
}

function checkNumber(field: Field & { kind: 'number' }, value: Json | undefined): string {
  if (value === undefined) return '';
  if (value === null || value === '') return field.nullable ? '' : 'Type a number.';
  const number = Number(value);
  if (typeof value === 'boolean' || Array.isArray(value) || Number.isNaN(number)) {
    return `${JSON.stringify(value)} is not a number.`;
  }
  if (field.integer && !Number.isInteger(number)) return `${number} is not a whole number.`;
  if (field.minimum !== null && number < field.minimum) {
    return `${number} is too small: at least ${field.minimum}.`;
  }
  if (field.maximum !== null && number > field.maximum) {
    return `${number} is too large: at most ${field.maximum}.`;
  }
  return '';
}

function checkTyped(type: string, value: Json | undefined): string {
  if (value === undefined || value === null) return '';
  const text = typedText(value);
  switch (type) {
    case 'num':
      return text.trim() === '' || Number.isNaN(Number(text))
        ? `"${text}" is not a number; type one, or choose another type.`
        : '';
    case 'json':
      return jsonError(text);
    case 'msg':
    case 'flow':
    case 'global':
      return text.trim() === '' ? `Type the name of a property of ${type}.` : '';
    case 're':
      return patternError(text);
    default:
      return '';
  }
}

function jsonError(text: string): string {
  try {
    JSON.parse(text);
    return '';
  } catch (error) {
    return `Not JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Python's `(?P<name>...)` and flags are no error here: the engine judges patterns. */
function patternError(text: string): string {
  let depth = 0;
  for (const [index, character] of Array.from(text).entries()) {
    if (text[index - 1] === '\\') continue;
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (depth < 0) return 'A ")" of the pattern has no "(".';
  }
  return depth > 0 ? 'A "(" of the pattern has no ")".' : '';
}
