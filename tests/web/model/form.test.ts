import { describe, expect, it } from 'vitest';
import { formFields, isShown } from '../../../labextension/src/model/schema.js';
import { validateForm } from '../../../labextension/src/model/validate.js';
import { PALETTE } from '../samples.js';

describe('the fields of a form', () => {
  it('come from the JSON Schema, hidden ones left out', () => {
    const fields = formFields(PALETTE.get('switch')?.schema);
    expect(fields.map(field => [field.key, field.kind])).toEqual([
      ['name', 'text'],
      ['rules', 'list'],
      ['limit', 'number']
    ]);
    const rules = fields[1];
    if (rules?.kind !== 'list') throw new Error('rules are no list');
    expect(rules.fields.map(field => field.kind)).toEqual(['select', 'typed']);
    expect(rules.blank).toEqual({ t: 'eq', v: '', vt: 'str' });
  });

  it.each([
    [{ type: 'boolean' }, 'boolean'],
    [{ anyOf: [{ type: 'integer' }, { type: 'null' }] }, 'number'],
    [{ anyOf: [{ type: 'integer' }, { type: 'string' }] }, 'text'],
    [{ const: 'only' }, 'select'],
    [{ type: 'array', items: { type: 'string' } }, 'json'],
    [{ type: 'string', 'x-vgd': { widget: 'code', language: 'python' } }, 'code'],
    [{ 'x-vgd': { widget: 'nodes' } }, 'nodes']
  ])('%j is drawn as %s', (schema, kind) => {
    expect(formFields({ properties: { f: schema } })[0]?.kind).toBe(kind);
  });

  it('are hidden while another field has another value', () => {
    const rules = formFields(PALETTE.get('switch')?.schema)[1];
    if (rules?.kind !== 'list') throw new Error('rules are no list');
    const value = rules.fields[1];
    if (!value) throw new Error('no value field');
    expect(isShown(value, rules.fields, { t: 'eq' })).toBe(true);
    expect(isShown(value, rules.fields, {})).toBe(true);
    expect(isShown(value, rules.fields, { t: 'else' })).toBe(false);
  });
});

describe('checking a form', () => {
  const fields = formFields(PALETTE.get('switch')?.schema);
  const messages = (values: Parameters<typeof validateForm>[1]) =>
    Object.fromEntries(validateForm(fields, values));

  it('names what was seen and what is allowed', () => {
    expect(messages({ limit: 0 })).toEqual({ limit: '0 is too small: at least 1.' });
    expect(messages({ limit: 10 })).toEqual({ limit: '10 is too large: at most 9.' });
    expect(messages({ limit: 2.5 })).toEqual({ limit: '2.5 is not a whole number.' });
    expect(messages({ limit: '' })).toEqual({ limit: 'Type a number.' });
    expect(messages({ limit: 5 })).toEqual({});
  });

  it('looks into the rows of a list, but not at hidden fields', () => {
    const found = messages({
      rules: [
        { t: 'eq', v: 'x', vt: 'num' },
        { t: 'eq', v: '{', vt: 'json' },
        { t: 'else', v: 'x', vt: 'num' }
      ]
    });
    expect(Object.keys(found)).toEqual(['rules.0.v', 'rules.1.v']);
    expect(found['rules.0.v']).toMatch(/"x" is not a number/);
    expect(found['rules.1.v']).toMatch(/^Not JSON/);
  });
});
