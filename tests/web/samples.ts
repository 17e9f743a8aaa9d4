/** Node types and entries that the tests share. */

import { parsePalette } from '../../labextension/src/model/palette.js';

const name = { type: 'string', title: 'Name', default: '' };

export const PALETTE_JSON = [
  {
    type: 'inject',
    category: 'common',
    color: '#A6BBCF',
    icon: 'inject',
    inputs: 0,
    outputs: 1,
    button: 'press',
    help: 'Starts a flow.',
    defaults: { name: '' },
    schema: { properties: { name } }
  },
  {
    type: 'debug',
    category: 'common',
    color: '#87A980',
    icon: 'debug',
    inputs: 1,
    outputs: 0,
    alignRight: true,
    button: 'toggle',
    help: 'Shows messages.',
    defaults: { name: '' },
    schema: { properties: { name } }
  },
  {
    type: 'switch',
    category: 'function',
    label: 'switch',
    color: '#E2D96E',
    icon: 'switch',
    inputs: 1,
    outputs: { field: 'rules', by: 'length' },
    tags: ['route', 'if'],
    help: 'Routes **messages**.\n\n- first\n- second',
    defaults: { name: '', rules: [{ t: 'eq', v: '', vt: 'str' }] },
    schema: {
      $defs: {
        Rule: {
          type: 'object',
          properties: {
            t: { enum: ['eq', 'else'], title: 'Operator', default: 'eq' },
            v: {
              title: 'Value',
              default: '',
              'x-vgd': {
                widget: 'typed',
                typeField: 'vt',
                types: ['str', 'num', 'json'],
                when: { t: ['eq'] }
              }
            },
            vt: { type: 'string', default: 'str', 'x-vgd': { widget: 'hidden' } }
          }
        }
      },
      properties: {
        name,
        rules: { type: 'array', title: 'Rules', items: { $ref: '#/$defs/Rule' } },
        limit: { type: 'integer', title: 'Limit', minimum: 1, maximum: 9, default: 3 }
      }
    }
  }
];

export const PALETTE = parsePalette(PALETTE_JSON);

export const ENTRIES = [
  { id: 't', type: 'tab', label: 'Flow 1' },
  { id: 'a', type: 'inject', z: 't', name: 'Alpha', x: 100, y: 100, wires: [['b']] },
  { id: 'b', type: 'debug', z: 't', name: 'Beta', x: 300, y: 100, wires: [] }
];
