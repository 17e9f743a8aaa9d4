/** A node's form, from the JSON Schema of its config. */

import { isObject, textOf, type Json } from './entry.js';

interface Common {
  readonly key: string;
  readonly title: string;
  readonly description: string;
  readonly required: boolean;
  /** What stands there when the entry has no such field. */
  readonly initial: Json;
  /** The field is shown only while other fields have one of these values. */
  readonly when: Readonly<Record<string, readonly Json[]>>;
}

export interface Choice {
  readonly value: Json;
  readonly label: string;
}

export type Field =
  | (Common & {
      readonly kind: 'text';
      readonly pattern: string;
      readonly maxLength: number | null;
    })
  | (Common & {
      readonly kind: 'number';
      readonly integer: boolean;
      readonly minimum: number | null;
      readonly maximum: number | null;
      readonly nullable: boolean;
    })
  | (Common & { readonly kind: 'boolean' })
  | (Common & { readonly kind: 'select'; readonly choices: readonly Choice[] })
  | (Common & {
      readonly kind: 'typed';
      readonly typeField: string;
      readonly types: readonly string[];
    })
  | (Common & { readonly kind: 'code'; readonly language: string })
  | (Common & { readonly kind: 'nodes' })
  | (Common & {
      readonly kind: 'list';
      readonly fields: readonly Field[];
      readonly blank: Json;
      readonly minimum: number;
    })
  | (Common & { readonly kind: 'json' });

type Schema = Record<string, unknown>;

/** The fields of a form, in the order of the schema; hidden ones are left out. */
export function formFields(schema: unknown): Field[] {
  if (!isObject(schema)) return [];
  const definitions = isObject(schema['$defs']) ? schema['$defs'] : {};
  return fieldsOf(schema, definitions);
}

/** Whether a field is shown, given the values of its neighbours. */
export function isShown(
  field: Field,
  fields: readonly Field[],
  values: Readonly<Record<string, Json | undefined>>
): boolean {
  return Object.entries(field.when).every(([key, allowed]) => {
    const initial = fields.find(other => other.key === key)?.initial;
    return allowed.includes(values[key] ?? initial ?? null);
  });
}

function fieldsOf(schema: Schema, definitions: Schema): Field[] {
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  const required: readonly unknown[] = Array.isArray(schema['required']) ? schema['required'] : [];
  return Object.entries(properties).flatMap(([key, property]) => {
    const resolved = resolve(property, definitions);
    const field = fieldOf(key, resolved, definitions, required.includes(key));
    return field ? [field] : [];
  });
}

/** Follows `$ref` and the single branch that is not null of `anyOf`. */
function resolve(schema: unknown, definitions: Schema): Schema {
  if (!isObject(schema)) return {};
  const { $ref: reference, allOf, anyOf, ...rest } = schema;
  if (typeof reference === 'string') {
    const name = reference.split('/').at(-1) ?? '';
    return { ...resolve(definitions[name], definitions), ...rest };
  }
  if (Array.isArray(allOf) && allOf.length === 1) {
    return { ...resolve(allOf[0], definitions), ...rest };
  }
  if (Array.isArray(anyOf)) {
    const branches = anyOf.map(branch => resolve(branch, definitions));
    const values = branches.filter(branch => branch['type'] !== 'null');
    const nullable = values.length < branches.length;
    const [only] = values;
    if (only && values.length === 1) return { ...only, ...rest, nullable };
    const kinds = new Set(values.map(branch => branch['type']));
    if (kinds.size === 2 && kinds.has('integer') && kinds.has('number')) {
      return { type: 'number', ...rest, nullable };
    }
    return { ...rest, nullable, mixed: values.map(branch => textOf(branch['type'])) };
  }
  return schema;
}

function fieldOf(
  key: string,
  schema: Schema,
  definitions: Schema,
  required: boolean
): Field | null {
  const hint = isObject(schema['x-vgd']) ? schema['x-vgd'] : {};
  const common: Common = {
    key,
    title: textOf(schema['title']) || key,
    description: textOf(schema['description']),
    required,
    initial: (schema['default'] ?? null) as Json,
    when: isObject(hint['when']) ? (hint['when'] as Record<string, readonly Json[]>) : {}
  };
  switch (hint['widget']) {
    case 'hidden':
      return null;
    case 'typed': {
      const types: readonly unknown[] = Array.isArray(hint['types']) ? hint['types'] : [];
      return {
        ...common,
        kind: 'typed',
        typeField: textOf(hint['typeField']),
        types: types.filter(item => typeof item === 'string')
      };
    }
    case 'code':
      return { ...common, kind: 'code', language: textOf(hint['language']) };
    case 'nodes':
      return { ...common, kind: 'nodes' };
    default:
      return plainField(common, schema, definitions);
  }
}

function plainField(common: Common, schema: Schema, definitions: Schema): Field {
  const choices = choicesOf(schema);
  if (choices) return { ...common, kind: 'select', choices };
  switch (schema['type']) {
    case 'string':
      return {
        ...common,
        kind: 'text',
        pattern: textOf(schema['pattern']),
        maxLength: bound(schema['maxLength'])
      };
    case 'integer':
    case 'number':
      return {
        ...common,
        kind: 'number',
        integer: schema['type'] === 'integer',
        minimum: bound(schema['minimum']) ?? bound(schema['exclusiveMinimum']),
        maximum: bound(schema['maximum']) ?? bound(schema['exclusiveMaximum']),
        nullable: schema['nullable'] === true
      };
    case 'boolean':
      return { ...common, kind: 'boolean' };
    case 'array': {
      const item = resolve(schema['items'], definitions);
      if (item['type'] === 'object' && isObject(item['properties'])) {
        return {
          ...common,
          kind: 'list',
          fields: fieldsOf(item, definitions),
          blank: blankOf(item, definitions),
          minimum: bound(schema['minItems']) ?? 0
        };
      }
      return { ...common, kind: 'json' };
    }
    default:
      return Array.isArray(schema['mixed']) && schema['mixed'].includes('string')
        ? { ...common, kind: 'text', pattern: '', maxLength: null }
        : { ...common, kind: 'json' };
  }
}

function bound(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

function choicesOf(schema: Schema): Choice[] | null {
  const labels = isObject(schema['x-vgd']) ? schema['x-vgd']['labels'] : undefined;
  const values: unknown = Array.isArray(schema['enum'])
    ? schema['enum']
    : 'const' in schema
      ? [schema['const']]
      : null;
  if (!Array.isArray(values)) return null;
  return values.map((value: Json) => ({
    value,
    label: isObject(labels) ? textOf(labels[name(value)]) || name(value) : name(value)
  }));
}

function name(value: Json): string {
  return value === '' ? '(none)' : typeof value === 'string' ? value : JSON.stringify(value);
}

/** A new item of a list: the defaults of its fields. */
function blankOf(item: Schema, definitions: Schema): Json {
  const properties = isObject(item['properties']) ? item['properties'] : {};
  const blank: Record<string, Json> = {};
  for (const [key, property] of Object.entries(properties)) {
    const schema = resolve(property, definitions);
    if ('default' in schema) blank[key] = schema['default'] as Json;
    else if ('const' in schema) blank[key] = schema['const'] as Json;
    else if (Array.isArray(schema['enum'])) blank[key] = (schema['enum'][0] ?? null) as Json;
    else if (schema['type'] === 'string') blank[key] = '';
  }
  return blank;
}
