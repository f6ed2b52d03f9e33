import { describe, expect, it } from 'vitest'
import { PatternError, checkPattern, matches } from '../../../../infra/local/events/pattern.ts'

/** Each case: what it shows, the pattern, an event, and whether it matches. */
type Case = readonly [string, unknown, unknown, boolean]

const x = (...wanted: unknown[]): unknown => ({ x: wanted })
const ruling = (operator: string, wanted: unknown): unknown => x({ [operator]: wanted })

const exact: Case[] = [
  ['a string equals itself', x('a'), { x: 'a' }, true],
  ['letter case counts', x('a'), { x: 'A' }, false],
  ['any value of the list will do', x('a', 'b'), { x: 'b' }, true],
  ['no value of the list', x('a', 'b'), { x: 'c' }, false],
  ['other fields of the event are ignored', x('a'), { x: 'a', y: 1 }, true],
  ['a missing field', x('a'), { y: 'a' }, false],
  ['all fields must match', { x: ['a'], y: ['b'] }, { x: 'a', y: 'b' }, true],
  ['one field of two is not enough', { x: ['a'], y: ['b'] }, { x: 'a', y: 'c' }, false],
  ['nested objects', { detail: { state: ['open'] } }, { detail: { state: 'open' } }, true],
  ['nested objects, elsewhere', { detail: { state: ['open'] } }, { state: 'open' }, false],
  ['null equals null', x(null), { x: null }, true],
  ['null is not the empty string', x(null), { x: '' }, false],
  ['null is not a missing field', x(null), {}, false],
  ['the empty string', x(''), { x: '' }, true],
  ['true', x(true), { x: true }, true],
  ['true is not the string true', x(true), { x: 'true' }, false],
  ['the string true is not true', x('true'), { x: true }, false],
  ['a number is no string', x(300), { x: '300' }, false],
  ['a string is no number', x('300'), { x: 300 }, false],
  ['numbers in other notation: 3.0e2', JSON.parse('{"x":[3.0e2]}'), JSON.parse('{"x":300}'), true],
  ['numbers in other notation: 300.0', JSON.parse('{"x":[300]}'), JSON.parse('{"x":300.0}'), true],
  ['an account number beyond 5e9 is still equal to itself', x(123456789012), { x: 123456789012 }, true],
  ['a dot in a name counts as a level', { detail: { 'a.b': ['x'] } }, { detail: { a: { b: 'x' } } }, true],
  ['names of the prototype are only names', { constructor: ['x'] }, {}, false],
  ['a field called __proto__', JSON.parse('{"__proto__":["a"]}'), JSON.parse('{"__proto__":"a"}'), true],
]

const affixes: Case[] = [
  ['prefix', ruling('prefix', 'eu-'), { x: 'eu-west-1' }, true],
  ['prefix elsewhere', ruling('prefix', 'west'), { x: 'eu-west-1' }, false],
  ['prefix minds letter case', ruling('prefix', 'EU'), { x: 'eu-west-1' }, false],
  ['the empty prefix fits every string', ruling('prefix', ''), { x: 'a' }, true],
  ['the empty prefix does not fit a number', ruling('prefix', ''), { x: 1 }, false],
  ['prefix without letter case', ruling('prefix', { 'equals-ignore-case': 'EU-' }), { x: 'eu-west-1' }, true],
  ['prefix without letter case, elsewhere', ruling('prefix', { 'equals-ignore-case': 'WEST' }), { x: 'eu-west-1' }, false],
  ['suffix', ruling('suffix', '.png'), { x: 'a.png' }, true],
  ['suffix elsewhere', ruling('suffix', '.png'), { x: 'a.png.txt' }, false],
  ['suffix without letter case', ruling('suffix', { 'equals-ignore-case': '.PNG' }), { x: 'a.png' }, true],
  ['suffix minds letter case', ruling('suffix', '.PNG'), { x: 'a.png' }, false],
  ['prefix of a number', ruling('prefix', '1'), { x: 12 }, false],
  ['equals-ignore-case', ruling('equals-ignore-case', 'aLiCe'), { x: 'Alice' }, true],
  ['equals-ignore-case with letters beyond ASCII', ruling('equals-ignore-case', 'ŽĀBA'), { x: 'žāba' }, true],
  ['equals-ignore-case is whole', ruling('equals-ignore-case', 'alice'), { x: 'Alice B' }, false],
]

const anythingBut: Case[] = [
  ['another value', ruling('anything-but', 'a'), { x: 'b' }, true],
  ['the value', ruling('anything-but', 'a'), { x: 'a' }, false],
  ['a missing field is no other value', ruling('anything-but', 'a'), {}, false],
  ['an object is no other value', ruling('anything-but', 'a'), { x: { y: 1 } }, false],
  ['null is another value', ruling('anything-but', 'a'), { x: null }, true],
  ['a number is another value', ruling('anything-but', '1'), { x: 1 }, true],
  ['a string is another value than a number', ruling('anything-but', 1), { x: '1' }, true],
  ['a number in other notation is the number', JSON.parse('{"x":[{"anything-but":3.0e2}]}'), { x: 300 }, false],
  ['none of a list', ruling('anything-but', ['a', 'b']), { x: 'c' }, true],
  ['one of a list', ruling('anything-but', ['a', 'b']), { x: 'b' }, false],
  ['one of a list of numbers', ruling('anything-but', [1, 2]), { x: 2 }, false],
  ['an array with another value beside the unwanted one', ruling('anything-but', 'a'), { x: ['a', 'b'] }, true],
  ['an array of the unwanted alone', ruling('anything-but', 'a'), { x: ['a', 'a'] }, false],
  ['an empty array has no value', ruling('anything-but', 'a'), { x: [] }, false],
  ['prefix', ruling('anything-but', { prefix: 'init' }), { x: 'initial' }, false],
  ['another prefix', ruling('anything-but', { prefix: 'init' }), { x: 'final' }, true],
  ['a list of prefixes', ruling('anything-but', { prefix: ['a', 'b'] }), { x: 'bc' }, false],
  ['suffix', ruling('anything-but', { suffix: '.png' }), { x: 'a.png' }, false],
  ['another suffix', ruling('anything-but', { suffix: '.png' }), { x: 'a.txt' }, true],
  ['letter case ignored', ruling('anything-but', { 'equals-ignore-case': 'Initializing' }), { x: 'INITIALIZING' }, false],
  ['letter case ignored in a list', ruling('anything-but', { 'equals-ignore-case': ['a', 'b'] }), { x: 'B' }, false],
  ['letter case ignored, none', ruling('anything-but', { 'equals-ignore-case': ['a', 'b'] }), { x: 'c' }, true],
  ['wildcard', ruling('anything-but', { wildcard: '*/lib/*' }), { x: '/usr/lib/a' }, false],
  ['another than the wildcard', ruling('anything-but', { wildcard: '*/lib/*' }), { x: '/usr/bin/a' }, true],
  ['a list of wildcards', ruling('anything-but', { wildcard: ['*/lib/*', '*/bin/*'] }), { x: '/usr/bin/a' }, false],
]

const numeric: Case[] = [
  ['=', ruling('numeric', ['=', 3.018e2]), { x: 301.8 }, true],
  ['> excludes the limit', ruling('numeric', ['>', 10]), { x: 10 }, false],
  ['>= includes it', ruling('numeric', ['>=', 10]), { x: 10 }, true],
  ['< excludes the limit', ruling('numeric', ['<', 10]), { x: 10 }, false],
  ['<= includes it', ruling('numeric', ['<=', 10]), { x: 10 }, true],
  ['a range: inside', ruling('numeric', ['>', 0, '<=', 5]), { x: 5 }, true],
  ['a range: at the open end', ruling('numeric', ['>', 0, '<=', 5]), { x: 0 }, false],
  ['a range: above', ruling('numeric', ['>', 0, '<=', 5]), { x: 5.000001 }, false],
  ['negative numbers', ruling('numeric', ['<', -1]), { x: -2 }, true],
  ['a string of digits is no number', ruling('numeric', ['>', 0]), { x: '5' }, false],
  ['null is no number', ruling('numeric', ['<', 1]), { x: null }, false],
  ['EventBridge compares up to 5e9 only: a time in milliseconds is beyond', ruling('numeric', ['>', 0]), { x: 1_770_000_000_000 }, false],
  ['5e9 itself is inside', ruling('numeric', ['>', 0]), { x: 5e9 }, true],
]

const exists: Case[] = [
  ['a value is there', ruling('exists', true), { x: 'a' }, true],
  ['null is there', ruling('exists', true), { x: null }, true],
  ['an object is not a value', ruling('exists', true), { x: { y: 1 } }, false],
  ['an empty array has no value', ruling('exists', true), { x: [] }, false],
  ['an array with a value', ruling('exists', true), { x: [0] }, true],
  ['nothing is there', ruling('exists', true), {}, false],
  ['absent', ruling('exists', false), {}, true],
  ['absent, but it is there', ruling('exists', false), { x: 'a' }, false],
  ['absent, but null is there', ruling('exists', false), { x: null }, false],
  ['an object counts as absent', ruling('exists', false), { x: { y: 1 } }, true],
  ['absent deep in a missing object', { a: { b: [{ exists: false }] } }, {}, true],
  ['absent or a value: absent', x({ exists: false }, 'a'), {}, true],
  ['absent or a value: the value', x({ exists: false }, 'a'), { x: 'a' }, true],
  ['absent or a value: another', x({ exists: false }, 'a'), { x: 'b' }, false],
  ['absent beside another field', { x: [{ exists: false }], y: [1] }, { y: 1 }, true],
]

const wildcard: Case[] = [
  ['in the middle', ruling('wildcard', 'dir/*.png'), { x: 'dir/a.png' }, true],
  ['it may be empty', ruling('wildcard', 'a*b'), { x: 'ab' }, true],
  ['its ends must not overlap', ruling('wildcard', 'aba*ba'), { x: 'aba' }, false],
  ['its ends may touch', ruling('wildcard', 'ab*ba'), { x: 'abba' }, true],
  ['anchored at the start', ruling('wildcard', 'a*'), { x: 'ba' }, false],
  ['anchored at the end', ruling('wildcard', '*a'), { x: 'ab' }, false],
  ['several', ruling('wildcard', '*/lib/*/bin'), { x: '/usr/lib/x/bin' }, true],
  ['pieces in order only', ruling('wildcard', '*b*a*'), { x: 'ab' }, false],
  ['a middle piece may not reach into the end', ruling('wildcard', 'a*bc*c'), { x: 'abc' }, false],
  ['a star alone', ruling('wildcard', '*'), { x: '' }, true],
  ['no star is equality', ruling('wildcard', 'abc'), { x: 'abc' }, true],
  ['no star, longer', ruling('wildcard', 'abc'), { x: 'abcd' }, false],
  ['an escaped star is a star', ruling('wildcard', 'a\\*b'), { x: 'a*b' }, true],
  ['an escaped star is nothing else', ruling('wildcard', 'a\\*b'), { x: 'axb' }, false],
  ['an escaped backslash', ruling('wildcard', 'a\\\\*'), { x: 'a\\b' }, true],
  ['an escaped star after a star is not two in a row', ruling('wildcard', '*\\*'), { x: 'ab*' }, true],
  ['a question mark and a dot mean themselves', ruling('wildcard', 'a?.*'), { x: 'a?.b' }, true],
  ['not for numbers', ruling('wildcard', '*'), { x: 1 }, false],
]

const cidr: Case[] = [
  ['IPv4 inside', ruling('cidr', '10.0.0.0/24'), { x: '10.0.0.255' }, true],
  ['IPv4 outside', ruling('cidr', '10.0.0.0/24'), { x: '10.0.1.0' }, false],
  ['a range that is not on its border', ruling('cidr', '10.0.0.77/24'), { x: '10.0.0.3' }, true],
  ['everything', ruling('cidr', '0.0.0.0/0'), { x: '203.0.113.9' }, true],
  ['one address', ruling('cidr', '10.0.0.1/32'), { x: '10.0.0.2' }, false],
  ['IPv6 inside', ruling('cidr', '2001:db8::/32'), { x: '2001:db8:1::1' }, true],
  ['IPv6 in other notation', ruling('cidr', '2001:db8::/32'), { x: '2001:0DB8:0:0::1' }, true],
  ['IPv6 outside', ruling('cidr', '2001:db8::/32'), { x: '2001:db9::1' }, false],
  ['an IPv4 address is not in an IPv6 range', ruling('cidr', '2001:db8::/32'), { x: '10.0.0.1' }, false],
  ['no address at all', ruling('cidr', '0.0.0.0/0'), { x: 'elsewhere' }, false],
]

const or: Case[] = [
  ['the first', { $or: [{ a: ['1'] }, { b: ['2'] }] }, { a: '1' }, true],
  ['the second', { $or: [{ a: ['1'] }, { b: ['2'] }] }, { b: '2' }, true],
  ['neither', { $or: [{ a: ['1'] }, { b: ['2'] }] }, { a: '2', b: '1' }, false],
  ['beside another field', { s: ['x'], $or: [{ a: ['1'] }, { b: ['2'] }] }, { s: 'y', a: '1' }, false],
  ['an and inside', { $or: [{ a: ['1'], b: ['1'] }, { c: ['1'] }] }, { a: '1', b: '2' }, false],
  ['nested', { $or: [{ a: [1], $or: [{ b: [1] }, { c: [1] }] }, { d: [1] }] }, { a: 1, c: 1 }, true],
  ['nested, only half', { $or: [{ a: [1], $or: [{ b: [1] }, { c: [1] }] }, { d: [1] }] }, { a: 1 }, false],
  ['below a field', { detail: { $or: [{ a: [1] }, { b: [1] }] } }, { detail: { b: 1 } }, true],
  ['two beside each other', { $or: [{ a: [1] }, { b: [1] }], detail: { $or: [{ c: [1] }, { d: [1] }] } }, { b: 1, detail: { c: 1 } }, true],
  ['two beside each other, only one', { $or: [{ a: [1] }, { b: [1] }], detail: { $or: [{ c: [1] }, { d: [1] }] } }, { b: 1 }, false],
  ['of numbers', { $or: [{ a: [{ numeric: ['>', 5] }] }, { b: [{ exists: false }] }] }, { a: 1, b: 1 }, false],
]

const employees = { employees: [{ first: 'John', last: 'Doe' }, { first: 'Anna', last: 'Smith' }] }
const arrays: Case[] = [
  ['any element may match', x('b'), { x: ['a', 'b'] }, true],
  ['no element', x('c'), { x: ['a', 'b'] }, false],
  ['elements of nested arrays', x('c'), { x: [['a'], ['b', ['c']]] }, true],
  ['objects in an array', { employees: { first: ['Anna'] } }, employees, true],
  ['two fields of one object', { employees: { first: ['Anna'], last: ['Smith'] } }, employees, true],
  ['two fields of two objects', { employees: { first: ['Anna'], last: ['Doe'] } }, employees, false],
  ['two fields of one object in nested arrays', { employees: { first: ['Anna'], last: ['Smith'] } }, { employees: [[{ first: 'John', last: 'Doe' }], [{ first: 'Anna', last: 'Smith' }]] }, true],
  ['two fields of two nested arrays', { employees: { first: ['Anna'], last: ['Doe'] } }, { employees: [[{ first: 'John', last: 'Doe' }], [{ first: 'Anna', last: 'Smith' }]] }, false],
  ['the first candidate fails, a later one fits', { a: { b: ['x'], c: ['y'] } }, { a: [{ b: 'x', c: 'n' }, { b: 'x', c: 'y' }] }, true],
  ['fields at different depths of one element', { a: { b: ['x'], c: { d: ['y'] } } }, { a: [{ b: 'x', c: [{ d: 'n' }, { d: 'y' }] }] }, true],
  ['fields at different depths of two elements', { a: { b: ['x'], c: { d: ['y'] } } }, { a: [{ b: 'x', c: [{ d: 'n' }] }, { b: 'n', c: [{ d: 'y' }] }] }, false],
  ['two different arrays are free of each other', { a: { x: [1] }, b: { x: [2] } }, { a: [{ x: 0 }, { x: 1 }], b: [{ x: 2 }] }, true],
  ['alternatives keep to one element too', { a: { b: [1], $or: [{ c: [1] }, { d: [1] }] } }, { a: [{ b: 1 }, { d: 1 }] }, false],
  ['alternatives in one element', { a: { b: [1], $or: [{ c: [1] }, { d: [1] }] } }, { a: [{ b: 0 }, { b: 1, d: 1 }] }, true],
  ['absent in the chosen element', { a: { b: [1], c: [{ exists: false }] } }, { a: [{ b: 0, c: 1 }, { b: 1 }] }, true],
  ['absent, but there in the chosen element', { a: { b: [1], c: [{ exists: false }] } }, { a: [{ b: 0 }, { b: 1, c: 1 }] }, false],
  ['plain values beside objects', { a: [1], 'a.b': [2] }, { a: [1, { b: 2 }] }, true],
]

const image = (kind: string): unknown => ({ eventName: 'MODIFY', dynamodb: { NewImage: { kind: { S: kind }, id: { N: '88' } }, Keys: { pk: { S: 'ITEM#deal#88' } } } })
const streamRecords: Case[] = [
  ['the kind of the new image', { dynamodb: { NewImage: { kind: { S: ['item', 'mail'] } } } }, image('item'), true],
  ['another kind', { dynamodb: { NewImage: { kind: { S: ['item'] } } } }, image('counter'), false],
  ['new or old image', { dynamodb: { $or: [{ NewImage: { kind: { S: ['item'] } } }, { OldImage: { kind: { S: ['item'] } } }] } }, { dynamodb: { OldImage: { kind: { S: 'item' } } } }, true],
  ['a removed row has no new image', { eventName: ['REMOVE'], dynamodb: { NewImage: { kind: { S: [{ exists: false }] } } } }, { eventName: 'REMOVE', dynamodb: { OldImage: { kind: { S: 'item' } } } }, true],
  ['prefix of a key', { dynamodb: { Keys: { pk: { S: [{ prefix: 'ITEM#' }] } } } }, image('item'), true],
]

const all = { exact, affixes, anythingBut, numeric, exists, wildcard, cidr, or, arrays, streamRecords }

describe.each(Object.entries(all))('a pattern: %s', (_name, cases) => {
  it.each(cases)('%s', (_what, pattern, event, expected) => {
    expect(matches(pattern, event)).toBe(expected)
  })
})

describe('a pattern', () => {
  it('matches no event that is not an object', () => {
    for (const event of [null, 'a', 1, ['a'], undefined]) expect(matches(x({ exists: false }), event)).toBe(false)
  })

  it('stays quick on an event with hundreds of array elements', () => {
    const rows = Array.from({ length: 500 }, (_, n) => ({ a: n, b: n, c: n }))
    const startedAt = performance.now()
    expect(matches({ rows: { a: [{ exists: true }], b: [{ numeric: ['>', 498] }], c: [0] } }, { rows })).toBe(false)
    expect(performance.now() - startedAt).toBeLessThan(1_000)
  })
})

const wrong: [string, unknown, string][] = [
  ['no object', [], 'its root'],
  ['null', null, 'its root'],
  ['an empty pattern', {}, 'empty objects'],
  ['an empty object inside', { detail: {} }, 'detail'],
  ['an empty list', x(), 'empty arrays'],
  ['a value outside a list', { x: 'a' }, 'an object or an array'],
  ['a list in a list', x(['a']), 'match expression'],
  ['an unknown operator', ruling('regex', '.*'), 'regex'],
  ['a name of the prototype as operator', ruling('toString', 'a'), 'toString'],
  ['two operators in one object', x({ prefix: 'a', suffix: 'b' }), 'exactly one operator'],
  ['no operator', x({}), 'exactly one operator'],
  ['a prefix of a number', ruling('prefix', 1), 'prefix'],
  ['a suffix with a strange inside', ruling('suffix', { wildcard: 'a' }), 'suffix'],
  ['exists as text', ruling('exists', 'true'), 'exists'],
  ['anything-but of mixed types', ruling('anything-but', ['a', 1]), 'anything-but'],
  ['anything-but null', ruling('anything-but', null), 'anything-but'],
  ['anything-but nothing', ruling('anything-but', []), 'anything-but'],
  ['anything-but an empty prefix', ruling('anything-but', { prefix: '' }), 'must not be empty'],
  ['anything-but numeric', ruling('anything-but', { numeric: ['=', 1] }), 'unsupported'],
  ['numeric without a list', ruling('numeric', 5), 'numeric'],
  ['numeric with an unknown operator', ruling('numeric', ['!=', 5]), '!='],
  ['numeric of a string', ruling('numeric', ['>', '5']), 'must be a number'],
  ['numeric with upper limit first', ruling('numeric', ['<', 5, '>', 0]), 'lower and then'],
  ['numeric upside down', ruling('numeric', ['>', 5, '<', 0]), 'above its upper'],
  ['numeric beyond 5e9', ruling('numeric', ['>', 6e9]), '5.0e9'],
  ['two stars in a row', ruling('wildcard', 'a**'), 'consecutive'],
  ['a stray backslash', ruling('wildcard', 'a\\b'), 'backslash'],
  ['a backslash at the end', ruling('wildcard', 'a\\'), 'backslash'],
  ['a range without length', ruling('cidr', '10.0.0.0'), 'CIDR'],
  ['a range that is too long', ruling('cidr', '10.0.0.0/33'), 'CIDR'],
  ['$or with one alternative', { $or: [{ a: [1] }] }, 'at least two'],
  ['$or of something else', { detail: { $or: { a: [1] } } }, 'detail.$or'],
  ['$or of values', { $or: ['a', 'b'] }, 'an object is wanted'],
  ['an operator as a name in $or', { $or: [{ prefix: ['a'] }, { b: [1] }] }, 'operator'],
]

describe('checkPattern', () => {
  it.each(wrong)('refuses %s', (_what, pattern, problem) => {
    expect(() => checkPattern(pattern)).toThrow(PatternError)
    expect(() => checkPattern(pattern)).toThrow(problem)
    expect(() => matches(pattern, {})).toThrow(PatternError)
  })

  it('accepts a full pattern', () => {
    expect(() => checkPattern({ source: ['leadline'], 'detail-type': [{ suffix: '.updated' }], detail: { id: [{ numeric: ['>', 0] }] } })).not.toThrow()
  })
})
