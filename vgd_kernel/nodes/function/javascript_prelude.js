// What JavaScript function nodes find in their isolate, and the border to the host.
// Values cross as JSON text; what JSON lacks is {"$vgd": kind, ...}: b Buffer (hex), d Date (ms),
// n number (text), h host object (number), o first and r further places of a shared object, e Error, q request.
(() => {
  'use strict';
  const HEX = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'));
  const B64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

  function utf8(text) {
    const out = [];
    for (const character of String(text)) {
      const c = character.codePointAt(0);
      if (c < 0x80) out.push(c);
      else if (c < 0x800) out.push(0xc0 | (c >> 6), 0x80 | (c & 63));
      else if (c < 0x10000) out.push(0xe0 | (c >> 12), 0x80 | ((c >> 6) & 63), 0x80 | (c & 63));
      else out.push(0xf0 | (c >> 18), 0x80 | ((c >> 12) & 63), 0x80 | ((c >> 6) & 63), 0x80 | (c & 63));
    }
    return out;
  }
  function fromUtf8(bytes) {
    let out = '';
    for (let i = 0; i < bytes.length; ) {
      const b = bytes[i++];
      const more = b < 0x80 ? 0 : b >= 0xf0 && b < 0xf8 ? 3 : b >= 0xe0 && b < 0xf0 ? 2 : b >= 0xc2 && b < 0xe0 ? 1 : -1;
      let c = more <= 0 ? b : b & (0x3f >> more);
      let good = more >= 0;
      for (let n = 0; n < more; n++) {
        if ((bytes[i] & 0xc0) !== 0x80) { good = false; break; }
        c = (c << 6) | (bytes[i++] & 63);
      }
      out += good ? String.fromCodePoint(c) : '\ufffd';
    }
    return out;
  }
  function toBase64(bytes) {
    let out = '';
    for (let i = 0; i < bytes.length; i += 3) {
      const n = (bytes[i] << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
      out += B64[n >> 18] + B64[(n >> 12) & 63];
      out += i + 1 < bytes.length ? B64[(n >> 6) & 63] : '=';
      out += i + 2 < bytes.length ? B64[n & 63] : '=';
    }
    return out;
  }
  function fromBase64(text) {
    const out = []; let n = 0, bits = 0;
    for (const c of text.replace(/-/g, '+').replace(/_/g, '/')) {
      const v = B64.indexOf(c);
      if (v < 0) continue;
      n = (n << 6) | v; bits += 6;
      if (bits >= 8) { bits -= 8; out.push((n >> bits) & 255); }
    }
    return out;
  }
  const utf16 = t => Array.from({ length: 2 * t.length }, (_, i) => (t.charCodeAt(i >> 1) >> (i & 1 ? 8 : 0)) & 255);
  const fromUtf16 = b => Array.from({ length: b.length >> 1 }, (_, i) => String.fromCharCode(b[2 * i] | (b[2 * i + 1] << 8))).join('');
  const ENCODE = {
    utf16le: utf16, 'utf-16le': utf16, ucs2: utf16, 'ucs-2': utf16,
    utf8, 'utf-8': utf8,
    hex: t => (t.match(/[0-9a-f]{2}/gi) ?? []).map(x => parseInt(x, 16)),
    base64: fromBase64, base64url: fromBase64,
    ascii: t => Array.from(t, c => c.charCodeAt(0) & 255), latin1: t => Array.from(t, c => c.charCodeAt(0) & 255),
    binary: t => Array.from(t, c => c.charCodeAt(0) & 255),
  };
  const DECODE = {
    utf16le: fromUtf16, 'utf-16le': fromUtf16, ucs2: fromUtf16, 'ucs-2': fromUtf16,
    base64url: b => toBase64(b).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, ''),
    utf8: fromUtf8, 'utf-8': fromUtf8, hex: b => Array.from(b, x => HEX[x]).join(''), base64: toBase64,
    ascii: b => Array.from(b, x => String.fromCharCode(x & 127)).join(''),
    latin1: b => Array.from(b, x => String.fromCharCode(x)).join(''), binary: b => Array.from(b, x => String.fromCharCode(x)).join(''),
  };
  function codec(table, name) {
    const found = table[String(name ?? 'utf8').toLowerCase()];
    if (!found) throw new TypeError('Unknown encoding: ' + name);
    return found;
  }

  class Buffer extends Uint8Array {
    static from(value, encoding) {
      if (typeof value === 'string') return new Buffer(codec(ENCODE, encoding)(value));
      if (value && value.type === 'Buffer') return new Buffer(value.data);
      return new Buffer(value instanceof ArrayBuffer ? new Uint8Array(value) : Array.from(value, x => x & 255));
    }
    static alloc(size, fill) { const b = new Buffer(size); return fill === undefined ? b : b.fill(fill); }
    static allocUnsafe(size) { return new Buffer(size); }
    static isBuffer(value) { return value instanceof Buffer; }
    static byteLength(text, encoding) { return codec(ENCODE, encoding)(text).length; }
    static concat(list, length) {
      const all = new Buffer(length ?? list.reduce((n, b) => n + b.length, 0)); let at = 0;
      for (const b of list) { all.set(b.subarray(0, Math.max(0, all.length - at)), at); at += b.length; if (at >= all.length) break; }
      return all;
    }
    static compare(a, b) { return a.compare(b); }
    toString(encoding, start, end) { return codec(DECODE, encoding)(this.subarray(start ?? 0, end ?? this.length)); }
    toJSON() { return { type: 'Buffer', data: Array.from(this) }; }
    equals(other) { return this.compare(other) === 0; }
    compare(other) {
      for (let i = 0; i < Math.min(this.length, other.length); i++) if (this[i] !== other[i]) return this[i] < other[i] ? -1 : 1;
      return Math.sign(this.length - other.length);
    }
    slice(start, end) { return this.subarray(start, end); }
    indexOf(value, from) {
      if (typeof value === 'number') return super.indexOf(value, from);
      const wanted = typeof value === 'string' ? utf8(value) : value;
      for (let i = from ?? 0; i <= this.length - wanted.length; i++) if (wanted.every((b, n) => this[i + n] === b)) return i;
      return -1;
    }
    lastIndexOf(value, from = this.length) {
      if (typeof value === 'number') return super.lastIndexOf(value, from);
      const wanted = typeof value === 'string' ? utf8(value) : value;
      for (let i = Math.min(from, this.length - wanted.length); i >= 0; i--) if (wanted.every((b, n) => this[i + n] === b)) return i;
      return -1;
    }
    fill(value, start = 0, end = this.length, encoding = undefined) {
      if (typeof start === 'string') { encoding = start; start = 0; }
      if (typeof value === 'number' || typeof value === 'boolean') return super.fill(Number(value), start, end);
      const part = typeof value === 'string' ? codec(ENCODE, encoding)(value) : value;
      for (let i = start; i < end; i++) this[i] = part.length ? part[(i - start) % part.length] : 0;
      return this;
    }
    includes(value, from) { return this.indexOf(value, from) >= 0; }
    write(text, offset = 0) { const bytes = utf8(text).slice(0, this.length - offset); this.set(bytes, offset); return bytes.length; }
    copy(target, at = 0, start = 0, end = this.length) { const part = this.subarray(start, Math.min(end, start + target.length - at)); target.set(part, at); return part.length; }
    view() { return new DataView(this.buffer, this.byteOffset, this.byteLength); }
  }
  for (const [name, method, size] of [['UInt8', 'Uint8', 1], ['Int8', 'Int8', 1], ['UInt16', 'Uint16', 2], ['Int16', 'Int16', 2], ['UInt32', 'Uint32', 4],
    ['Int32', 'Int32', 4], ['Float', 'Float32', 4], ['Double', 'Float64', 8], ['BigInt64', 'BigInt64', 8], ['BigUInt64', 'BigUint64', 8]]) {
    for (const end of size === 1 ? [''] : ['LE', 'BE']) {
      Buffer.prototype['read' + name + end] = function (at = 0) { return this.view()['get' + method](at, end === 'LE'); };
      Buffer.prototype['write' + name + end] = function (value, at = 0) { this.view()['set' + method](at, value, end === 'LE'); return at + size; };
    }
  }

  class MissingEnvironment extends Error { constructor(name) { super('the environment value ' + name + ' is not known yet'); this.wanted = name; } }
  const requests = new WeakMap();  // requests of the host that came in, to their number
  class HostObject { constructor(number) { Object.defineProperty(this, 'number', { value: number }); } }

  // -- crossing --------------------------------------------------------------------------------
  const plain = v => v === null || typeof v === 'string' || typeof v === 'boolean' || (typeof v === 'number' && Number.isFinite(v)) || v === undefined;
  function simple(value, seen) {
    if (plain(value)) return true;
    if (typeof value !== 'object' || seen.has(value) || requests.has(value)) return false;
    const proto = Object.getPrototypeOf(value);
    if (proto !== Object.prototype && proto !== Array.prototype && proto !== null) return false;
    seen.add(value);
    if (Array.isArray(value)) { for (const item of value) if (!simple(item, seen)) return false; return true; }
    for (const key of Object.keys(value)) if (key === '$vgd' || value[key] === undefined || !simple(value[key], seen)) return false;
    return true;
  }
  // Tells whether JSON holds a message as it is, which has no container: no look for shared ones.
  function flat(msg) {
    if (Object.getPrototypeOf(msg) !== Object.prototype) return false;
    for (const key in msg) {
      const value = msg[key];
      switch (typeof value) {
        case 'string': case 'boolean': break;
        case 'number': if (value - value !== 0) return false; break;
        default: return false;
      }
      if (key === '$vgd') return false;
    }
    return true;
  }
  const leaf = v => plain(v) || typeof v !== 'object' || v instanceof Date || v instanceof Uint8Array || v instanceof HostObject || v instanceof Error;
  function container(value) {
    if (value instanceof Map) return Object.fromEntries(value);
    return value instanceof Set || ArrayBuffer.isView(value) ? Array.from(value) : value;
  }
  function count(value, seen) {
    if (leaf(value)) return seen;
    const before = seen.get(value) ?? 0;
    seen.set(value, before + 1);
    if (!before) for (const item of Object.values(container(value))) count(item, seen);
    return seen;
  }
  function packed(value, seen, ids) {
    if (plain(value)) return value;
    switch (typeof value) {
      case 'number': case 'bigint': return { $vgd: 'n', v: String(value) };
      case 'function': case 'symbol': return undefined;
    }
    if (value instanceof Date) return { $vgd: 'd', v: value.getTime() };
    if (value instanceof Uint8Array) return { $vgd: 'b', v: Array.from(value, x => HEX[x]).join('') };
    if (value instanceof HostObject) return { $vgd: 'h', v: value.number };
    if (value instanceof Error) return { $vgd: 'e', v: { name: String(value.name), message: String(value.message), ...(value.code !== undefined ? { code: String(value.code) } : {}) } };
    if (requests.has(value)) { const v = {}; for (const key of Object.keys(value)) v[key] = packed(value[key], seen, ids); return { $vgd: 'q', i: requests.get(value), v }; }
    if (ids.has(value)) return { $vgd: 'r', i: ids.get(value) };
    const shared = seen.get(value) > 1;
    if (shared) ids.set(value, ids.size);
    const held = container(value);
    let out;
    if (Array.isArray(held)) out = Array.from(held, item => packed(item, seen, ids) ?? null);
    else { out = {}; for (const key of Object.keys(held)) { const item = held[key] === undefined ? { $vgd: 'u' } : packed(held[key], seen, ids); if (item !== undefined) out[key] = item; } }
    return shared ? { $vgd: 'o', i: ids.get(value), v: out } : out;
  }
  const pack = value => simple(value, new Set()) ? value : packed(value, count(value, new Map()), new Map());
  function revive(value, known) {
    if (value === null || typeof value !== 'object') return value;
    if (Array.isArray(value)) { for (let i = 0; i < value.length; i++) value[i] = revive(value[i], known); return value; }
    switch (value.$vgd) {
      case 'b': return Buffer.from(value.v, 'hex');
      case 'd': return new Date(value.v);
      case 'n': return Number(value.v);
      case 'h': return new HostObject(value.v);
      case 'u': return undefined;
      case 'q': { const request = revive(value.v, known); requests.set(request, value.i); return request; }
      case 'e': return Object.defineProperty(Object.assign(new Error(value.v.message), value.v.code === undefined ? {} : { code: value.v.code }), 'name', { value: value.v.name, configurable: true, writable: true });
      case 'r': return known.get(value.i);
      case 'o': {
        const inner = value.v; known.set(value.i, inner);
        if (Array.isArray(inner)) { for (let i = 0; i < inner.length; i++) inner[i] = revive(inner[i], known); } else for (const k of Object.keys(inner)) inner[k] = revive(inner[k], known);
        return inner;
      }
    }
    for (const key of Object.keys(value)) value[key] = revive(value[key], known);
    return value;
  }
  const receive = text => { const value = JSON.parse(text); return text.includes('"$vgd"') ? revive(value, new Map()) : value; };

  // -- RED.util and friends ----------------------------------------------------------------------
  function clone(value, seen = new Map()) {
    if (value === null || typeof value !== 'object' || value instanceof HostObject) return value;
    if (seen.has(value)) return seen.get(value);
    if (value instanceof Date) return new Date(value);
    if (value instanceof Buffer) return Buffer.from(value);
    if (ArrayBuffer.isView(value)) return value.slice();
    const out = Array.isArray(value) ? [] : value instanceof Map ? new Map() : value instanceof Set ? new Set() : Object.create(Object.getPrototypeOf(value));
    seen.set(value, out);
    if (value instanceof Map) value.forEach((v, k) => out.set(clone(k, seen), clone(v, seen)));
    else if (value instanceof Set) value.forEach(v => out.add(clone(v, seen)));
    else for (const key of Object.keys(value)) out[key] = clone(value[key], seen);
    if (value instanceof Error) Object.assign(out, { message: value.message, stack: value.stack });
    return out;
  }
  function cloneMessage(msg) {
    if (msg === null || typeof msg !== 'object') return msg;
    const { req, res } = msg; const out = clone(msg);
    if (req !== undefined) out.req = req;
    if (res !== undefined) out.res = res;
    return out;
  }
  const invalid = text => Object.assign(new Error(text), { code: 'INVALID_EXPR' });
  const wrong = text => invalid('Invalid property expression: ' + text);
  const SIMPLE_PATH = /^[A-Za-z_$][\w$]*$/;
  // The keys of a property path, by the rules and with the errors of the host's path parser.
  function keysOf(path, msg) {
    if (typeof path === 'string' && SIMPLE_PATH.test(path)) return [path];
    const text = String(path); const keys = []; let at = 0, start = 0, inside = false;
    if (!text) throw wrong('zero-length');
    const unexpected = (seen, where) => wrong('unexpected ' + seen + ' at position ' + where);
    const following = () => { if (at + 1 >= text.length) throw wrong('unterminated expression'); return text[at + 1]; };
    for (; at < text.length; at++) {
      const c = text[at];
      if (c === "'" || c === '"') {
        if (at !== start) throw unexpected(c, at);
        const end = text.indexOf(c, at + 1);
        if (end < 0) throw wrong('unterminated expression');
        if (end === at + 1) throw wrong('zero-length string at position ' + end);
        keys.push(text.slice(at + 1, end));
        const next = text[end + 1];
        if (inside && next !== ']') throw wrong('unexpected array expression at position ' + (at + 1));
        if (!inside && next !== undefined && next !== '[' && next !== '.') throw wrong('unexpected ' + next + ' expression at position ' + (end + 1));
        at = end; start = end + 1;
      } else if (c === '.') {
        if (at === 0) throw unexpected('.', 0);
        if (start !== at) { const name = text.slice(start, at); keys.push(/^\d+$/.test(name) ? Number(name) : name); }
        if (!/[a-zA-Z0-9$_]/.test(following())) throw unexpected(text[at + 1], at + 1);
        start = at + 1;
      } else if (c === '[') {
        if (at === 0) throw unexpected('[', 0);
        if (start !== at) keys.push(text.slice(start, at));
        following();
        if (/^msg[.[]/.test(text.slice(at + 1, at + 5))) {
          let depth = 1, end = at;
          while (depth && ++end < text.length) depth += text[end] === '[' ? 1 : text[end] === ']' ? -1 : 0;
          if (depth) throw wrong("unmatched '[' at position " + at);
          let key;
          try { key = get(msg, text.slice(at + 1, end).replace(/^msg\./, ''), msg); } catch (error) { throw invalid('Invalid expression started at position ' + (at + 1)); }
          if (key === undefined) throw invalid('Invalid expression: undefined reference at position ' + (at + 1) + ' : ' + text.slice(at + 1, end));
          keys.push(key); inside = false; at = end; start = end + 1;
        } else {
          if (!/["'0-9]/.test(text[at + 1])) throw unexpected(text[at + 1], at + 1);
          start = at + 1; inside = true;
        }
      } else if (c === ']') {
        if (!inside) throw unexpected(']', at);
        if (start !== at) {
          const number = text.slice(start, at);
          if (!/^\d+$/.test(number)) throw wrong('unexpected array expression at position ' + start);
          keys.push(Number(number));
        }
        start = at + 1; inside = false;
      } else if (c === ' ') throw unexpected("' '", at);
    }
    if (inside) throw wrong('unterminated expression');
    if (start < text.length) keys.push(text.slice(start));
    return keys;
  }
  function get(root, path, msg) { let value = root; for (const key of keysOf(path, msg ?? root)) value = value[key]; return value; }
  function set(root, path, value, make = value !== undefined) {
    const keys = keysOf(path, root); const last = keys.pop();
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i]; const there = Array.isArray(root) && typeof key === 'number' ? root[key] !== undefined : Object.hasOwn(root, key);
      if (!there) { if (!make) return false; root[key] = typeof (keys[i + 1] ?? last) === 'string' ? {} : []; }
      root = root[key];
      if (root === null || (typeof root !== 'object' && typeof root !== 'function')) return false;
    }
    if (value === undefined) { if (Array.isArray(root) && typeof last === 'number') root.splice(last, 1); else delete root[last]; return true; }
    if (root === null || typeof root !== 'object') return false;
    root[last] = value;
    return true;
  }
  function equal(a, b) {
    if (Object.is(a, b)) return true;
    if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object' || Array.isArray(a) !== Array.isArray(b)) return false;
    if (a instanceof Date && b instanceof Date) return a.getTime() === b.getTime();
    const keys = Object.keys(a);
    return keys.length === Object.keys(b).length && keys.every(key => Object.hasOwn(b, key) && equal(a[key], b[key]));
  }
  const generateId = () => Array.from({ length: 8 }, () => HEX[Math.floor(Math.random() * 256)]).join('');
  const stripped = path => path.replace(/^msg\./, '');
  function evaluateNodeProperty(value, type, node, msg, done) {
    const found = (() => {
      switch (type) {
        case 'num': return Number(value);
        case 'bool': return /^true$/i.test(value);
        case 'json': return JSON.parse(value);
        case 're': return new RegExp(value);
        case 'date': return value === 'object' ? new Date() : value === 'iso' ? new Date().toISOString() : Date.now();
        case 'bin': return Buffer.from(JSON.parse(value));
        case 'msg': return msg === undefined || msg === null ? undefined : get(msg, stripped(value));
        case 'flow': case 'global': case 'env': case 'jsonata': throw new Error('RED.util.evaluateNodeProperty has no type ' + type + ' here; use ' + (type === 'jsonata' ? 'a change node' : type + '.get'));
        default: return String(value);
      }
    })();
    if (done) done(null, found); else return found;
  }
  const redUtil = {
    evaluateNodeProperty,
    cloneMessage, generateId, compareObjects: equal,
    getMessageProperty: (msg, path) => get(msg, stripped(path)), setMessageProperty: (msg, path, value, make) => set(msg, stripped(path), value, make),
    getObjectProperty: get, setObjectProperty: set, normalisePropertyExpression: (path, msg) => keysOf(path, msg),
    ensureString: v => v instanceof Buffer ? v.toString() : typeof v === 'object' ? JSON.stringify(v) : String(v),
    ensureBuffer: v => v instanceof Buffer ? v : Buffer.from(typeof v === 'object' ? JSON.stringify(v) : String(v)),
    parseContextStore: key => { const m = /^#:\((\S+?)\)::(.*)$/.exec(key); return m ? { store: m[1], key: m[2] } : { key }; },
  };
  function inspect(value, depth = 2) {
    if (typeof value === 'string') return "'" + value + "'";
    if (value === null || typeof value !== 'object') return typeof value === 'function' ? /^class\b/.test(Function.prototype.toString.call(value)) ? '[class ' + (value.name || '(anonymous)') + ']' : '[Function: ' + (value.name || '(anonymous)') + ']' : String(value);
    if (value instanceof Error) return value.stack ?? String(value);
    if (value instanceof Date) return value.toISOString();
    if (value instanceof Map) return 'Map(' + value.size + ') {' + (value.size ? ' ' + Array.from(value, ([k, v]) => inspect(k, depth - 1) + ' => ' + inspect(v, depth - 1)).join(', ') + ' ' : '') + '}';
    if (value instanceof Set) return 'Set(' + value.size + ') {' + (value.size ? ' ' + Array.from(value, v => inspect(v, depth - 1)).join(', ') + ' ' : '') + '}';
    if (value instanceof Buffer) return '<Buffer ' + Array.from(value.subarray(0, 50), x => HEX[x]).join(' ') + '>';
    if (depth < 0) return Array.isArray(value) ? '[Array]' : '[Object]';
    const items = Array.isArray(value) ? value.map(v => inspect(v, depth - 1)) : Object.entries(value).map(([k, v]) => k + ': ' + inspect(v, depth - 1));
    const [open, close] = Array.isArray(value) ? '[]' : '{}';
    return items.length ? open + ' ' + items.join(', ') + ' ' + close : open + close;
  }
  const format = (first, ...rest) => {
    const text = typeof first === 'string' ? first.replace(/%[sdifjoO%]/g, mark => mark === '%%' ? '%' : !rest.length ? mark : mark === '%i' ? String(parseInt(rest.shift(), 10)) : mark === '%s' ? String(rest.shift()) : mark === '%j' ? JSON.stringify(rest.shift()) : mark === '%o' || mark === '%O' ? inspect(rest.shift()) : String(Number(rest.shift()))) : inspect(first);
    return [text, ...rest.map(v => typeof v === 'string' ? v : inspect(v))].join(' ');
  };
  const promisify = call => (...args) => new Promise((ok, no) => call(...args, (error, value) => error ? no(error) : ok(value)));
  const util = { inspect: (v, o) => inspect(v, o?.depth ?? 2), format, promisify, isDeepStrictEqual: equal, types: { isDate: v => v instanceof Date } };

  class URLSearchParams {
    constructor(init = '') {
      this.list = typeof init === 'string' ? init.replace(/^\?/, '').split('&').filter(Boolean).map(p => p.split('=').map(t => decodeURIComponent((t ?? '').replace(/\+/g, ' ')))).map(([k, v]) => [k, v ?? '']) : Array.isArray(init) ? init.map(([k, v]) => [String(k), String(v)]) : Object.entries(init).map(([k, v]) => [k, String(v)]);
    }
    get(name) { return this.list.find(([k]) => k === name)?.[1] ?? null; }
    getAll(name) { return this.list.filter(([k]) => k === name).map(([, v]) => v); }
    has(name) { return this.list.some(([k]) => k === name); }
    append(name, value) { this.list.push([String(name), String(value)]); }
    delete(name) { this.list = this.list.filter(([k]) => k !== name); }
    set(name, value) { this.delete(name); this.append(name, value); }
    forEach(call) { this.list.forEach(([k, v]) => call(v, k, this)); }
    keys() { return this.list.map(([k]) => k)[Symbol.iterator](); }
    values() { return this.list.map(([, v]) => v)[Symbol.iterator](); }
    entries() { return this.list[Symbol.iterator](); }
    [Symbol.iterator]() { return this.entries(); }
    toString() { return this.list.map(p => p.map(t => encodeURIComponent(t).replace(/%20/g, '+')).join('=')).join('&'); }
  }
  class URL {
    constructor(text, base) {
      let m = /^([a-z][a-z0-9+.-]*:)(?:\/\/(?:([^:@/]*)(?::([^@/]*))?@)?([^:/?#]*)(?::(\d+))?)?([^?#]*)(\?[^#]*)?(#.*)?$/i.exec(text);
      if (!m && base !== undefined) { const b = new URL(base); return new URL(b.origin + (text.startsWith('/') ? text : b.pathname.replace(/[^/]*$/, '') + text)); }
      if (!m) throw new TypeError('Invalid URL');
      const usual = { 'http:': '80', 'https:': '443', 'ws:': '80', 'wss:': '443', 'ftp:': '21' };
      this.protocol = m[1].toLowerCase(); this.username = m[2] ?? ''; this.password = m[3] ?? ''; this.hostname = (m[4] ?? '').toLowerCase();
      this.port = m[5] === usual[this.protocol] ? '' : m[5] ?? ''; this.pathname = (this.hostname && /\/\.{1,2}(\/|$)/.test(m[6]) ? path.normalize(m[6]) : m[6]) || (this.hostname ? '/' : ''); this.hash = m[8] ?? '';
      this.searchParams = new URLSearchParams(m[7] ?? '');
      const given = m[7] === '?' ? '' : m[7] ?? ''; const parsed = this.searchParams.toString();
      Object.defineProperty(this, 'asGiven', { value: () => this.searchParams.toString() === parsed ? given : null });
    }
    get host() { return this.hostname + (this.port ? ':' + this.port : ''); }
    get origin() { return this.protocol + '//' + this.host; }
    get search() { const given = this.asGiven(); if (given !== null) return given; const s = this.searchParams.toString(); return s ? '?' + s : ''; }
    get href() { const login = this.username ? this.username + (this.password ? ':' + this.password : '') + '@' : ''; return this.protocol + (this.hostname ? '//' + login + this.host : '') + this.pathname + this.search + this.hash; }
    toString() { return this.href; }
    toJSON() { return this.href; }
  }

  const path = {
    sep: '/', delimiter: ':',
    normalize(text) {
      const out = [];
      for (const part of text.split('/')) { if (part === '..' && out.length && out.at(-1) !== '..') out.pop(); else if (part === '..' && text[0] !== '/') out.push(part); else if (part && part !== '.' && part !== '..') out.push(part); }
      return ((text[0] === '/' ? '/' : '') + out.join('/') + (text.endsWith('/') && out.length ? '/' : '')) || '.';
    },
    join: (...parts) => path.normalize(parts.filter(Boolean).join('/') || '.'), isAbsolute: text => text.startsWith('/'),
    resolve: (...parts) => path.normalize('/' + parts.reduce((all, part) => part.startsWith('/') ? part : all + '/' + part, '')).replace(/(.)\/$/, '$1'),
    basename: (text, end = '') => { const name = text.replace(/\/+$/, '').split('/').at(-1); return end && name !== end && name.endsWith(end) ? name.slice(0, -end.length) : name; },
    dirname: text => text.replace(/\/+$/, '').replace(/\/?[^/]*$/, '') || (text[0] === '/' ? '/' : '.'),
    extname: text => /[^/](\.[^./]*)$/.exec(text)?.[1] ?? '',
  };
  path.posix = path;
  // V8 alone has a clock of milliseconds: the host tells a finer time with each call.
  const began = Date.now(); const told = { at: began, ms: 0 };
  const performance_ = { timeOrigin: began, now: () => told.ms + Math.max(0, Date.now() - told.at) };
  class EventEmitter {
    constructor() { Object.defineProperty(this, 'heard', { value: new Map() }); }
    on(event, call) { this.heard.set(event, [...this.listeners(event), call]); return this; }
    prependListener(event, call) { this.heard.set(event, [call, ...this.listeners(event)]); return this; }
    once(event, call) { const once = (...args) => { this.off(event, once); call.apply(this, args); }; once.listener = call; return this.on(event, once); }
    off(event, call) { const all = this.listeners(event); const at = all.findLastIndex(item => item === call || item.listener === call); if (at >= 0) all.splice(at, 1); if (all.length) this.heard.set(event, all); else this.heard.delete(event); return this; }
    emit(event, ...args) {
      const all = this.listeners(event);
      if (!all.length && event === 'error') throw args[0] instanceof Error ? args[0] : new Error('Unhandled error. (' + inspect(args[0]) + ')');
      for (const call of all) call.apply(this, args);
      return all.length > 0;
    }
    listeners(event) { return [...this.heard.get(event) ?? []]; }
    listenerCount(event) { return this.listeners(event).length; }
    eventNames() { return [...this.heard.keys()]; }
    removeAllListeners(event) { if (event === undefined) this.heard.clear(); else this.heard.delete(event); return this; }
    setMaxListeners() { return this; }
  }
  EventEmitter.prototype.addListener = EventEmitter.prototype.on;
  EventEmitter.prototype.removeListener = EventEmitter.prototype.off;
  EventEmitter.EventEmitter = EventEmitter;
  const unescape_ = text => { try { return decodeURIComponent(text); } catch (error) { return text; } };
  const querystring = {
    escape: value => encodeURIComponent(value), unescape: unescape_,
    parse(text, between = '&', equals = '=') {
      const out = Object.create(null);
      for (const part of String(text).split(between).filter(Boolean)) {
        const at = part.indexOf(equals); const [key, value] = (at < 0 ? [part, ''] : [part.slice(0, at), part.slice(at + equals.length)]).map(t => unescape_(t.replace(/\+/g, ' ')));
        out[key] = key in out ? [].concat(out[key], value) : value;
      }
      return out;
    },
    stringify(object, between = '&', equals = '=') {
      const text = v => ['string', 'boolean', 'bigint'].includes(typeof v) || Number.isFinite(v) ? encodeURIComponent(v) : '';
      return Object.entries(object ?? {}).flatMap(([key, value]) => [].concat(value).map(item => text(key) + equals + text(item))).join(between);
    },
  };
  querystring.decode = querystring.parse; querystring.encode = querystring.stringify;
  class StringDecoder {
    constructor(encoding = 'utf8') { codec(DECODE, encoding); this.encoding = encoding; this.rest = []; }
    write(bytes) {
      const all = [...this.rest, ...bytes]; let end = all.length;
      if (/^utf-?8$/i.test(this.encoding)) {
        let at = end - 1;
        while (at >= 0 && end - at < 4 && (all[at] & 0xc0) === 0x80) at--;
        const size = at < 0 || all[at] < 0xc2 ? 1 : all[at] < 0xe0 ? 2 : all[at] < 0xf0 ? 3 : all[at] < 0xf5 ? 4 : 1;
        if (at >= 0 && end - at < size) end = at;
      } else end -= end % (/^base64/.test(this.encoding) ? 3 : /^(utf-?16|ucs)/i.test(this.encoding) ? 2 : 1);
      this.rest = all.slice(end);
      return Buffer.from(all.slice(0, end)).toString(this.encoding);
    }
    end(bytes = []) { const text = this.write(bytes); const rest = this.rest; this.rest = []; return text + (!rest.length ? '' : /^utf-?8$/i.test(this.encoding) ? '\ufffd' : Buffer.from(rest).toString(this.encoding)); }
  }
  class AssertionError extends Error {
    constructor(told) { super(told.message); Object.assign(this, { code: 'ERR_ASSERTION', actual: told.actual, expected: told.expected, operator: told.operator }); this.name = 'AssertionError'; }
  }
  const claim = (good, actual, expected, operator, message) => {
    if (good) return;
    if (message instanceof Error) throw message;
    throw new AssertionError({ message: message ?? inspect(actual) + ' ' + operator + ' ' + inspect(expected), actual, expected, operator });
  };
  const assert = (value, message) => claim(Boolean(value), value, true, '==', message ?? 'The expression evaluated to a falsy value');
  Object.assign(assert, {
    AssertionError, ok: assert, strict: assert,
    equal: (a, b, m) => claim(a == b || (a !== a && b !== b), a, b, '==', m), notEqual: (a, b, m) => claim(!(a == b || (a !== a && b !== b)), a, b, '!=', m),
    strictEqual: (a, b, m) => claim(Object.is(a, b), a, b, 'strictEqual', m), notStrictEqual: (a, b, m) => claim(!Object.is(a, b), a, b, 'notStrictEqual', m),
    deepStrictEqual: (a, b, m) => claim(equal(a, b), a, b, 'deepStrictEqual', m), notDeepStrictEqual: (a, b, m) => claim(!equal(a, b), a, b, 'notDeepStrictEqual', m),
    match: (text, pattern, m) => claim(pattern.test(text), text, pattern, 'match', m), fail: m => claim(false, undefined, undefined, 'fail', m ?? 'Failed'),
    throws(call, expected, message) {
      try { call(); } catch (error) {
        if (expected instanceof RegExp) claim(expected.test(String(error)), error, expected, 'throws', message);
        else if (typeof expected === 'function' && expected.prototype instanceof Error && !(error instanceof expected)) throw error;
        return;
      }
      claim(false, undefined, expected, 'throws', message ?? 'Missing expected exception.');
    },
  });
  const MODULES = { events: EventEmitter, querystring, string_decoder: { StringDecoder }, assert, perf_hooks: { performance: performance_ }, path, util, url: { URL, URLSearchParams }, buffer: { Buffer } };

  // -- nodes ---------------------------------------------------------------------------------------
  const nodes = new Map(); let ops = [], written = [];
  // What one message caused is written down before the next one runs: both may share objects.
  const write = () => {
    if (!ops.length) return;
    for (const op of ops) if (op[1] === 'm') { const msgs = op[2]; for (let i = 0; i < msgs.length; i++) if (!flat(msgs[i])) msgs[i] = pack(msgs[i]); }
    // Sent without a copy over several wires, and not changed since: the host makes the copies.
    ops = ops.map(op => op[1] === 's' && op[4] !== null && op[3].length === 1 && op[3][0]?.length === 1 && JSON.stringify(op[3]) === JSON.stringify(op[4]) ? [op[0], 'm', op[3][0]] : op);
    written.push(JSON.stringify(ops).slice(1, -1)); ops = [];
  };
  const touched = new Set(), moved = new Set();
  // Messages for nodes of this isolate, in order; those of a run of function nodes never leave it.
  const SLICE_MS = 8; let waiting = [], promised = false, turn = 0, running = null;
  const shared = new Map();  // context values that several nodes see, by scope
  function takeContexts(self, given) {
    for (const scope of Object.keys(given ?? {})) {
      if (scope === 'gone') continue;
      const [base, parents, name] = scope.split('|');
      if (name !== undefined) {  // another store, or a flow above: all that there is
        if (parents || base === 'node') { self.contexts[scope] = given[scope]; continue; }
        const place = base + '|' + name + (base === 'flow' ? '|' + self.spec.flow : '');
        const known = shared.get(place) ?? {};
        shared.set(place, known);
        for (const key of Object.keys(known)) if (!Object.hasOwn(given[scope], key)) delete known[key];
        self.contexts[scope] = Object.assign(known, given[scope]);
        continue;
      }
      const id = scope === 'global' ? 'global' : scope === 'flow' ? 'flow ' + self.spec.flow : null;
      if (id === null) { for (const [key, value] of Object.entries(given.node)) if (value === null && given.gone?.includes(key)) delete self.contexts.node[key]; else self.contexts.node[key] = value; continue; }
      let values = shared.get(id);
      if (values === undefined) shared.set(id, values = {});
      for (const key of self.spec.needs[scope] ?? Object.keys(values)) if (!Object.hasOwn(given[scope], key)) delete values[key];
      self.contexts[scope] = Object.assign(values, given[scope]);
    }
  }
  let head = 0;  // no finally here: it does not run when the host ends what runs
  const forget = () => { waiting = head < waiting.length ? waiting.slice(head) : []; head = 0; running = null; };
  function work() {
    const end = Date.now() + SLICE_MS;
    while (head < waiting.length) {
      running = waiting[head++];
      vgd.run(running.self, running.token, running.msg); write();
      if ((head & 15) === 0 && Date.now() > end) break;
    }
    forget();
  }
  let timers = 0; const calls = new Map(), links = new Map();
  const textOf = value => typeof value === 'string' ? value : value instanceof Error ? String(value) : value !== null && typeof value === 'object' ? JSON.stringify(value) : String(value);

  const extras = error => ({ ...(Object.hasOwn(error, 'code') ? { code: error.code } : {}), ...(Object.hasOwn(error, 'cause') ? { cause: pack(error.cause) } : {}) });
  // What the host is told of something thrown; an Error is also left in the message.
  function failure(error, msg) {
    if (error instanceof Error || (error !== null && typeof error === 'object' && Object.hasOwn(error, 'stack'))) {
      const where = error.name === 'ReferenceError' ? /<anonymous>:(\d+):(\d+)/.exec(error.stack ?? '') : null;
      if (error.name === 'ReferenceError') error.message = String(error) + (where ? ' (line ' + (Number(where[1]) - 1) + ', col ' + where[2] + ')' : '');
      if (msg !== undefined) msg.error = error;
      return { message: String(error), ...extras(error) };
    }
    return { message: typeof error === 'string' ? error : String(JSON.stringify(error)) };
  }
  function reported(error, heard) {
    const told = typeof error === 'boolean' ? error : error || '';
    if (told === null || typeof told !== 'object') return { message: String(told) };
    return { message: heard || told instanceof Error ? String(told) : textOf(told), ...extras(told) };
  }

  function results(self, token, msgid, msgs, copy, live = false) {
    if (msgs === null || msgs === undefined) return;
    let count = 0; const list = (Array.isArray(msgs) ? msgs : [msgs]).map(port => {
      if (!port) return port;
      return (Array.isArray(port) ? port : [port]).filter(msg => {
        if (msg === null || msg === undefined) return false;
        if (typeof msg === 'object' && !(msg instanceof Buffer) && !Array.isArray(msg)) { if (!(count++ === 0 && copy)) msg._msgid = msgid; return true; }
        const type = typeof msg !== 'object' ? typeof msg : msg instanceof Buffer ? 'Buffer' : Array.isArray(msg) ? 'Array' : 'Date';
        self.op('e', null, { message: 'Function tried to send a message of type ' + type }, null);
        return false;
      });
    });
    if (!count) return;
    const first = list[0];
    if (self.next !== null && count === 1 && list.length === 1 && self.outside !== turn) {
      self.passed++; moved.add(self);
      waiting.push({ self: self.next, msg: first[0], token: -1 });
      return;
    }
    self.outside = turn;  // what follows in this turn must not overtake it
    if (count === 1 && list.length === 1 && !(live && self.spec.several)) {
      // The usual case: messages for output 0 alone, written down when their handler has returned.
      const last = ops.at(-1);
      if (last !== undefined && last[1] === 'm' && last[0] === self.key) last[2].push(first[0]);
      else ops.push([self.key, 'm', [first[0]]]);
    } else self.op('s', token, pack(list), live && self.spec.several ? pack(clone(list)) : null);
  }

  // One scope as the code sees it. A place is a scope in one store, maybe of a flow above.
  function store(self, scope) {
    const callback = args => {
      const done = typeof args.at(-1) === 'function' ? args.pop() : args[2];
      if (done && typeof done !== 'function') throw new Error('Callback must be a function');
      return done;
    };
    const check = key => {
      const keys = Array.isArray(key) ? key : [key];
      if (!keys.length || keys.some(item => typeof item !== 'string' || !item)) throw new Error('Invalid context key');
    };
    const placeOf = (base, parents, wanted) => {
      const named = self.spec.stores.indexOf(wanted) > 0 ? wanted : '';
      const place = parents || named ? base + '|' + parents + '|' + named : base;
      return { base, parents, named, place, values: self.contexts[place] ?? (self.contexts[place] = {}), seed: base === 'global' ? self.seed : null };
    };
    // Returns the place and the path there; null where there is no flow above.
    const find = (key, wanted) => {
      const given = redUtil.parseContextStore(key); let path = given.key, parents = '', base = scope;
      while (path.startsWith('$parent.')) { parents += '$parent.'; path = path.slice(8); }
      if (path === '$parent' || (parents && scope !== 'flow')) return null;
      if (parents && !self.spec.inSubflow) { if (parents !== '$parent.') return null; parents = ''; base = 'global'; }
      return [placeOf(base, parents, wanted || given.store), path];
    };
    const reach = (values, keys) => { for (const key of keys) { if (values === undefined || values === null) return undefined; values = values[key]; } return values; };
    const read = (place, path) => {
      const keys = keysOf(path, place.values); let value = reach(place.values, keys);
      if (value === undefined && place.seed !== null) value = reach(place.seed, keys);
      if (value !== null && typeof value === 'object') {
        const name = place.place + ' ' + path;
        if (self.watched.get(name)?.value !== value) self.watched.set(name, { place, path, value, text: JSON.stringify(pack(value)), at: 0 });
        touched.add(self);
      }
      return value;
    };
    const write = (place, path, value) => {
      set(place.values, path, value);
      if (!path.startsWith('__proto__')) self.op('c', place.base, place.parents + path, value === undefined ? { $vgd: 'u' } : pack(value), place.named);
    };
    return {
      get(...args) {
        const done = callback(args); const [key, wanted] = args; const several = Array.isArray(key); let found;
        try {
          check(key);
          if (several) { const place = placeOf(scope, '', wanted); found = key.map(path => read(place, path)); }
          else { const [place, path] = find(key, wanted) ?? []; found = place && read(place, path); }
        } catch (error) { if (!done) throw error; return done(error); }
        if (!done) return found;
        if (several) done(undefined, ...found); else done(undefined, found);
      },
      set(...args) {
        const done = typeof args.at(-1) === 'function' && args.length > 2 ? args.pop() : args[3]; const [key, given, wanted] = args;
        if (done && typeof done !== 'function') throw new Error('Callback must be a function');
        try {
          check(key);
          if (Array.isArray(key)) {
            const place = placeOf(scope, '', wanted); const values = Array.isArray(given) ? given : [given];
            key.forEach((path, i) => write(place, path, i < values.length ? values[i] : null));
          } else { const [place, path] = find(key, wanted) ?? []; if (place) write(place, path, given); }
        } catch (error) { if (!done) throw error; return done(error); }
        done?.();
      },
      keys(...args) {
        const done = typeof args[0] === 'function' ? args.shift() : args[1];
        if (done && typeof done !== 'function') throw new Error('Callback must be a function');
        const { values, seed } = placeOf(scope, '', args[0]); let found = Object.keys(values);
        if (seed !== null) found = [...new Set([...Object.keys(seed), ...found.filter(key => key !== 'get' && key !== 'set' && key !== 'keys')])];
        if (!done) return found;
        done(null, found);
      },
    };
  }

  function timer(self, call, delay, args, repeat) {
    const id = ++timers;
    calls.set(id, { self, repeat, run: () => { try { call.apply(self.node, args); } catch (error) { self.op('e', null, failure(error), {}); } } });
    self.op('t', id, Math.max(Number(delay) || 0, repeat ? 1 : 0), repeat);
    return id;
  }
  const cancel = self => id => { if (calls.delete(Number(id))) self.op('x', Number(id)); };

  const vgd = globalThis.__vgd = {
    define(key, spec, make) {
      const facts = receive(spec.facts);
      const self = { key, spec, seed: facts.seed, contexts: { node: {} }, watched: new Map(), next: null, outside: -1, passed: 0, env: facts.env, asked: new Set(), closers: [], op: (...op) => ops.push([key, ...op]) };
      const log = level => (...args) => self.op('l', level, args.map(textOf).join(' '));
      self.node = {
        id: spec.id, name: spec.name, path: spec.path, outputCount: spec.outputs, log: log('info'), warn: log('warn'), debug: log('debug'), trace: log('debug'),
        error(error, msg) { const heard = msg !== null && typeof msg === 'object'; self.op('e', null, reported(error, heard), heard ? pack(cloneMessage(msg)) : null); },
        status(status) { self.op('u', status !== null && typeof status === 'object' ? { fill: status.fill, shape: status.shape, text: status.text === undefined ? undefined : String(status.text) } : { text: String(status ?? '') }); },
        on(event, call) { if (event === 'input') throw new Error('Cannot add listener to "input" event within Function'); if (event === 'close') self.closers.push(call); },
        linkcall: async (target, msg, options) => {
          if (typeof target !== 'string' || target.trim() === '') throw new Error('linkcall: the target must be the id or the name of a link in node');
          if (typeof msg !== 'object' || msg === null) throw new Error('linkcall: the message must be an object');
          const id = ++timers;
          const answered = new Promise((resolve, reject) => { links.set(id, { resolve, reject }); });
          self.op('k', id, target, pack(cloneMessage(msg)), Number(options?.timeout) || null);
          return answered;
        },
      };
      const flow = store(self, 'flow'), global = store(self, 'global');
      const context = { ...store(self, 'node'), flow, global };
      const console = { log: log('info'), info: log('info'), warn: log('warn'), error: log('error'), debug: log('debug') };
      const env = { get: name => { if (!Object.hasOwn(self.env, name)) { if (spec.envKnown && !String(name).startsWith('$parent.')) return undefined; throw new MissingEnvironment(String(name)); } return self.env[name] ?? undefined; } };
      const later = (call, delay, ...args) => timer(self, call, delay, args, false);
      const every = (call, delay, ...args) => timer(self, call, delay, args, true), soon = (call, ...args) => timer(self, call, 0, args, false), stop = cancel(self);
      const timersOf = { setTimeout: later, setInterval: every, setImmediate: soon, clearTimeout: stop, clearInterval: stop, clearImmediate: stop };
      self.code = make(context, flow, global, env, { util: redUtil }, Buffer, util, console, later, every,
        soon, stop, stop, stop, URL, URLSearchParams, promisify, value => clone(value), spec.libs.map(name => name.endsWith('timers') ? timersOf : MODULES[name.replace(/^node:/, '')]));
      nodes.set(key, self);
      return true;
    },
    enter(given) {
      const key = given.key;
      if (given.rest) {
        // The host ended what ran: that message failed, the others go on.
        if (running) { running.self.op('f', running.token, { message: given.rest }, pack(running.msg)); forget(); }
        return this.drain();
      }
      if (given.close) return this.close(key, given);
      const self = nodes.get(key);
      if (!self) return '[]';
      turn++;
      if (given.now !== undefined) { told.ms = given.now; told.at = Date.now(); }
      takeContexts(self, given.contexts); Object.assign(self.env, given.env);
      if (given.also) for (const other of Object.keys(given.also)) takeContexts(nodes.get(other), given.also[other]);
      if (given.next) for (const from of Object.keys(given.next)) nodes.get(from).next = nodes.get(given.next[from]) ?? null;
      if (given.around) for (const other of Object.keys(given.around)) Object.assign(nodes.get(other).spec, given.around[other]);
      if (given.more) promised = false;
      const msgs = given.msgs;
      if (msgs) for (let i = 0; i < msgs.length; i++) waiting.push({ self, msg: msgs[i], token: given.first + i });
      if (given.fire !== undefined) { const call = calls.get(given.fire); if (call) { if (!call.repeat) calls.delete(given.fire); call.run(); } }
      if (given.answer) {
        const [id, good, value] = given.answer; const link = links.get(id);
        links.delete(id);
        if (good) link?.resolve(value); else link?.reject(new Error(value));
      }
      if (given.init) this.init(self);
      if (waiting.length) work();
      return given.drain ? this.drain() : '';
    },
    run(self, token, msg) {
      const msgid = msg._msgid;
      const base = self.node;
      const node = {
        id: base.id, name: base.name, path: base.path, outputCount: base.outputCount, log: base.log, error: base.error, warn: base.warn,
        debug: base.debug, trace: base.trace, on: base.on, status: base.status,
        send: (msgs, copy) => results(self, token, msgid, copy === false ? msgs : sendable(msgs, msgid), copy !== false, copy === false),
        done: () => self.op('d', token), linkcall: base.linkcall,
      };
      const end = self.spec.heard && !self.spec.ownDone;
      const finish = value => { if (value !== null && value !== undefined) results(self, token, msg._msgid, value, false); if (end) self.op('d', token); };
      const before = ops.length;
      const fail = error => {
        if (error instanceof MissingEnvironment && !self.asked.has(error.wanted)) { self.asked.add(error.wanted); ops.length = Math.min(before, ops.length); self.op('n', token, error.wanted); } else if (error === undefined) self.op('d', token); else { const told = failure(error, msg); self.op('f', token, told, pack(msg)); }
      };
      try {
        const value = self.code.run(msg, node);
        if (value instanceof Promise) value.then(finish).catch(fail); else finish(value);
      } catch (error) { fail(error); }
    },
    init(self) {
      const node = Object.assign(Object.create(self.node), self.node, { send: msgs => { const id = generateId(); results(self, null, id, sendable(msgs, id), true); } });
      Promise.resolve().then(() => self.code.init(node)).then(() => self.op('r', true), error => { self.op('e', null, { message: textOf(error) }, null); self.op('r', false); });
    },
    close(key, given) {
      const self = nodes.get(key);
      if (!self) return '[]';
      takeContexts(self, given.contexts);
      waiting = waiting.filter(item => item.self !== self); promised = false;
      for (const other of nodes.values()) if (other.next === self) other.next = null;
      const node = { ...self.node, send: () => self.op('e', null, { message: 'Cannot send from close function' }, null) };
      for (const call of [() => self.code.close(node), ...self.closers]) try { call.call(self.node, () => {}); } catch (error) { self.op('e', null, { message: textOf(error) }, null); }
      for (const [id, call] of calls) if (call.self === self) calls.delete(id);
      touched.add(self);
      const text = this.drain(true);
      nodes.delete(key);
      return text;
    },
    drain(all = false) {
      for (const self of touched) {
        let later = false;
        for (const [name, seen] of self.watched) {
          // The own context is ours alone: a large value of it is told now and then.
          const now = Date.now(); const own = seen.place.place === 'node';
          if (own && !all && seen.text.length > 4000 && now - seen.at < 250) { later = true; continue; }
          const held = pack(seen.value); const text = JSON.stringify(held);
          if (text !== seen.text) { seen.text = text; seen.at = now; self.op('c', seen.place.base, seen.place.parents + seen.path, held, seen.place.named); }
          if (!own) self.watched.delete(name);
        }
        if (later) self.op('y'); else touched.delete(self);
      }
      for (const self of moved) { self.op('p', self.passed); self.passed = 0; }
      moved.clear();
      if (waiting.length && !promised) { promised = true; waiting[0].self.op('q'); }
      write(); const text = '[' + written.join(',') + ']'; written = []; return text;
    },
  };
  __host.enter = text => vgd.enter(receive(String(text)));
  __host.settle = () => vgd.drain();
  function sendable(msgs, msgid) {
    const first = list => { for (let i = 0; i < list.length; i++) { const m = list[i]; if (Array.isArray(m)) { const c = m.slice(); list[i] = c; if (first(c)) return true; } else if (m !== null && typeof m === 'object') { list[i] = Object.assign(cloneMessage(m), { _msgid: msgid }); return true; } } return false; };
    if (msgs === null || typeof msgs !== 'object') return msgs;
    const list = Array.isArray(msgs) ? msgs.slice() : [msgs];
    first(list);
    return list;
  }
})();
