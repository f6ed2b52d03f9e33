/** Texts that have broken programs before. None begins or ends with white space: many fields trim it, and would then take what is left. */
export const NAUGHTY_TEXTS: readonly string[] = [
  'undefined', 'null', 'NaN', 'true', '[object Object]', '__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype', '__defineGetter__', 'then',
  '0', '-1', '1e400', '0x10', '1,5', '١٢٣', '9007199254740993', '-0', '00', '+5', 'Infinity',
  '\u0000', 'a\u0000b', '\u0001\u001f', '\u007f', '\u0085x', 'a\u2028b', '\ufffe', '\uffff', '\ufdd0',
  'Ω≈ç√∫˜µ≤≥÷', '田中さんにあげて下さい', 'ثم نفس سقطت', '👩‍👩‍👧‍👦', '🏳️‍🌈', 'e\u0301', 'Z̮̞̠͙͔ͅḀ̗̞͈̻̗Ḷ͙͎̯̹̞͓G̻O̭̗̮', 'ﷺ', 'İıŞş', 'ß', 'ſ', '\u202egnp.exe', 'a\u200db', '￹x￻', '\u{10ffff}',
  "' OR '1'='1", "'; DROP TABLE items;--", '1; SELECT * FROM users', '" and ""="', '`id`', '$(id)', '{{7*7}}', '${7*7}', '#{7*7}', '%s%s%n', '{% include "x" %}',
  '<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', 'javascript:alert(1)', '<svg/onload=alert(1)>', '<!--#exec cmd="ls"-->', '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/passwd">]><r>&e;</r>',
  '../../etc/passwd', '..\\..\\windows', 'file:///etc/passwd', 'http://169.254.169.254/latest/meta-data', '\\\\host\\share', 'CON', 'nul.txt', '.', '..', '/', '//', '~', '*', '?', '#', '%', '%00', '%2e%2e', '%c0%ae', '%ud800',
  'x\r\nset-cookie: a=b', 'a\nb', 'a\tb', 'a\rb', '"', "'", '\\', '\\u0000', '\\ud800', '{', '[', '}', ']]>', '[]', '{}', '""',
  'ITEM#deal#1', 'WORKSPACE', 'USER#1', 'pk', 'sk', 'attribute_exists(pk)', ':v', '#n', 'n', 'kind', 'version',
  'a'.repeat(65), 'a'.repeat(256), 'a'.repeat(2_100), 'é'.repeat(1_500), '😀'.repeat(600), '('.repeat(900), 'a@'.repeat(200), `${'a'.repeat(250)}@example.org`, '1'.repeat(400), `${'9'.repeat(30)}.99`, `0.${'0'.repeat(40)}1`,
]

/** Values of other types than whatever is wanted, and numbers at the edges. */
export const NAUGHTY_VALUES: readonly unknown[] = [
  null, true, false, 0, -1, 1, 1.5, -0.1, 2 ** 31, 2 ** 53, -(2 ** 53), 1e21, 1e308, -1e308, 5e-324, [], {}, [[]], [null], [[[[]]]], [{}], { odd: 1 }, { length: 3 }, { constructor: {} }, { toString: 1 }, { valueOf: 1 }, { $ref: '#' }, { S: 'x' }, ['a', 'a'], [0], [''],
]

/** Bodies that are no JSON, or JSON that must not be taken, as bytes. */
export function brokenBodies(valid: string): readonly { readonly what: string; readonly body: Uint8Array; readonly contentType?: string }[] {
  const text = (what: string, body: string, contentType?: string) => ({ what, body: Buffer.from(body), ...(contentType === undefined ? {} : { contentType }) })
  const nested = (open: string, close: string, times: number, inside = '') => open.repeat(times) + inside + close.repeat(times)
  return [
    text('nothing', ''),
    text('white space', ' \n'),
    text('cut short', valid.slice(0, Math.max(1, valid.length - 1))),
    text('one brace too many', `${valid}}`),
    text('twice', `${valid}${valid}`),
    text('a comma too many', valid.replace(/}$/, ',}')),
    text('single quotes', valid.replaceAll('"', "'")),
    text('a comment', `/* x */${valid}`),
    text('NaN', '{"a":NaN}'),
    text('a leading zero', '{"a":01}'),
    text('an open escape', '{"a":"\\u12"}'),
    text('a control character', '{"a":"\u0001"}'),
    text('half a character in a value', '{"title":"\\ud800","name":"\\udfff"}'),
    text('half a character in a name', '{"\\ud83d":1}'),
    text('__proto__', `{"__proto__":{"admin":true},${valid.slice(1)}`),
    text('__proto__ further in', '{"fields":{"__proto__":{"x":1}}}'),
    text('deep lists', nested('[', ']', 100_000)),
    text('deep objects', nested('{"a":', '}', 50_000, '1')),
    text('deep lists in a field', `{"name":${nested('[', ']', 20_000)}}`),
    text('a very long list', `[${'0,'.repeat(100_000)}0]`),
    text('very many fields', `{${Array.from({ length: 20_000 }, (_, index) => `"f${index}":1`).join(',')}}`),
    text('a very long number', `{"odd":${'9'.repeat(100_000)}}`),
    text('more than a body may have', `{"odd":"${'x'.repeat(1_000_100)}"}`),
    text('plain text', valid, 'text/plain'),
    text('a form', 'a=b', 'application/x-www-form-urlencoded'),
    text('XML', '<a/>', 'application/xml'),
    text('no type', valid, ''),
    text('an odd type', valid, 'application/json-patch'),
    text('a type of nothing', valid, '/'),
    { what: 'bytes that are no UTF-8', body: Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xc3, 0x28, 0x22, 0x7d]) },
    { what: 'an overlong character', body: Buffer.from([0x22, 0xc0, 0xaf, 0x22]) },
    { what: 'UTF-16', body: Buffer.from(valid, 'utf16le') },
    { what: 'compressed-looking bytes', body: Buffer.from([0x1f, 0x8b, 0x08, 0x00, 0x00]) },
  ]
}

/** Parts of a path that name nothing, as they stand in the request line. */
export const NAUGHTY_PATH_PARTS: readonly string[] = [
  '%00', 'a%00b', '%ED%A0%80', '%C3%28', '%', '%zz', '%2e', '%2e%2e', '..%2f..', '%2F', 'a%2Fb', '%5c', '-1', '0', '00', '1e3', '0x1', '1.0', '%201', '1%20', '+1', '1%2c2', '99999999999999999999', '999999999999999', 'NaN', 'null', 'undefined', '__proto__', 'constructor', 'toString',
  '%27%20OR%201%3D1', '%3Cscript%3E', '%F0%9F%98%80', '%E2%80%AE', '%0d%0aset-cookie:a=b', '{id}', '*', '$default', 'a'.repeat(65), 'a'.repeat(1_000), '%F4%8F%BF%BF', '~', ';', 'a;b=c', '@', ':', '%25', '%2500', '%252e%252e', 'I%CC%87',
]

/** Headers that are not what they should be. */
export const NAUGHTY_IF_MATCH: readonly string[] = ['3', '"x"', 'W/"3"', '""', '"-1"', '"3", "4"', `"${'9'.repeat(30)}"`, '"1', '1"', "'1'", '"1.0"', '"0x1"', '* ,"1"', 'null', '{}', '"\u00e9"']
export const NAUGHTY_KEYS: readonly string[] = ['', 'a'.repeat(256), 'a'.repeat(3_000), 'caf\u00e9', 'a\tb', '\u00ff']
export const NAUGHTY_TOKENS: readonly string[] = ['Bearer', 'Bearer x', 'Bearer a.b.c', 'Basic YTpi', `Bearer ${'a'.repeat(2_000)}`, 'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.', 'Bearer null', 'bearer undefined']
