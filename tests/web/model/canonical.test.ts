import { describe, expect, it } from 'vitest';
import { canonicalText } from '../../../labextension/src/model/canonical.js';
import { checkEntries, parseEntries } from '../../../labextension/src/model/parse.js';
import pair from '../fixtures/canonical.json';

describe('the canonical text', () => {
  it('has the same bytes as the text that Python writes', () => {
    expect(canonicalText(checkEntries(pair.entries))).toBe(pair.text);
  });

  it('is the same after it was read again', () => {
    expect(canonicalText(parseEntries(pair.text))).toBe(pair.text);
  });

  it('of an empty flow is an empty array', () => {
    expect(canonicalText(parseEntries('  '))).toBe('[]\n');
  });
});

describe('reading a flow file', () => {
  it.each([
    ['[{', /^not JSON: .*expected an array of node objects/],
    ['5', /^saw a JSON number; expected an array/],
    ['[5]', /^entry 0 is a JSON number; expected an object/],
    ['[{"id": "a"}]', /^entry 0 has type = nothing; expected a text/],
    ['[{"id": 7, "type": "tab"}]', /^entry 0 has id = 7/],
    ['[{"id":"a","type":"x"},{"id":"a","type":"y"}]', /^entry 1 repeats the id "a"/]
  ])('refuses %s and says why', (text, reason) => {
    expect(() => parseEntries(text)).toThrow(reason);
  });

  it('takes the object of the admin API', () => {
    expect(parseEntries('{"flows": [{"id": "a", "type": "x"}], "rev": "1"}')).toHaveLength(1);
  });
});
