import { cidrTest } from './cidr.ts'
import type { Value } from './event-leaves.ts'
import { numericTest } from './numeric.ts'
import { PatternError } from './pattern-error.ts'
import { wildcardTest } from './wildcard.ts'

/** Whether a value of an event is one that the pattern wants. */
export type ValueTest = (value: Value) => boolean

/** Prepares one operator from what stands beside it in the pattern. `absent` is `{ "exists": false }`: it looks at the field, not at a value. */
type Operator = (wanted: unknown, path: string) => ValueTest | 'absent'

const operators: Readonly<Record<string, Operator>> = {
  prefix: (wanted, path) => affix('startsWith', wanted, path),
  suffix: (wanted, path) => affix('endsWith', wanted, path),
  'equals-ignore-case': (wanted, path) => {
    const folded = text(wanted, path, 'equals-ignore-case').toLowerCase()
    return onText((value) => value.toLowerCase() === folded)
  },
  wildcard: (wanted, path) => onText(wildcardTest(text(wanted, path, 'wildcard'), path)),
  cidr: (wanted, path) => onText(cidrTest(text(wanted, path, 'cidr'), path)),
  numeric: (wanted, path) => {
    const test = numericTest(wanted, path)
    return (value) => typeof value === 'number' && test(value)
  },
  exists: (wanted, path) => {
    if (typeof wanted !== 'boolean') throw new PatternError(path, 'exists must be true or false')
    return wanted ? () => true : 'absent'
  },
  'anything-but': anythingBut,
}

/** Whether a word is one of the operators; names inside `$or` may not be. */
export function isOperator(word: string): boolean {
  return Object.hasOwn(operators, word)
}

/**
 * One member of a pattern's list: a plain value (equal in type and value; numbers as numbers) or an object with one operator.
 *
 * @throws PatternError
 */
export function valueTest(wanted: unknown, path: string): ValueTest | 'absent' {
  if (wanted === null || typeof wanted === 'string' || typeof wanted === 'number' || typeof wanted === 'boolean') return (value) => value === wanted
  const { name, value } = onlyMember(wanted, path)
  const operator = Object.hasOwn(operators, name) ? operators[name] : undefined
  if (operator === undefined) throw new PatternError(path, `unrecognized match type ${name}`)
  return operator(value, path)
}

/** What of `anything-but` may stand inside it. Each takes one text or a list of texts. */
const excludable = new Set(['prefix', 'suffix', 'equals-ignore-case', 'wildcard'])

/** Holds for every value that is there and is none of the unwanted; a value of another type is none of them. */
function anythingBut(unwanted: unknown, path: string): ValueTest {
  const unwantedTests = isPlainObject(unwanted) ? excludedByOperator(unwanted, path) : excludedValues(unwanted, path)
  return (value) => !unwantedTests.some((test) => test(value))
}

function excludedByOperator(unwanted: object, path: string): ValueTest[] {
  const { name, value } = onlyMember(unwanted, path)
  if (!excludable.has(name)) throw new PatternError(path, `unsupported anything-but pattern ${name}`)
  const texts = Array.isArray(value) ? value : [value]
  if (texts.length === 0) throw new PatternError(path, 'empty arrays are not allowed')
  return texts.map((one) => {
    if (text(one, path, `anything-but ${name}`) === '') throw new PatternError(path, `anything-but ${name} must not be empty`)
    return valueTest({ [name]: one }, path) as ValueTest
  })
}

function excludedValues(unwanted: unknown, path: string): ValueTest[] {
  const values: readonly unknown[] = Array.isArray(unwanted) ? unwanted : [unwanted]
  const areTexts = values.every((value) => typeof value === 'string')
  const areNumbers = values.every((value) => typeof value === 'number')
  if (values.length === 0 || !(areTexts || areNumbers)) throw new PatternError(path, 'anything-but takes strings only or numbers only')
  const excluded = new Set<unknown>(values)
  return [(value) => excluded.has(value)]
}

function affix(side: 'startsWith' | 'endsWith', wanted: unknown, path: string): ValueTest {
  if (typeof wanted === 'string') return onText((value) => value[side](wanted))
  const word = side === 'startsWith' ? 'prefix' : 'suffix'
  if (!isPlainObject(wanted)) throw new PatternError(path, `${word} must be a string`)
  const { name, value: folded } = onlyMember(wanted, path)
  if (name !== 'equals-ignore-case' || typeof folded !== 'string') throw new PatternError(path, `${word} takes a string or equals-ignore-case`)
  const lower = folded.toLowerCase()
  return onText((value) => value.toLowerCase()[side](lower))
}

function onText(test: (value: string) => boolean): ValueTest {
  return (value) => typeof value === 'string' && test(value)
}

function text(wanted: unknown, path: string, operator: string): string {
  if (typeof wanted !== 'string') throw new PatternError(path, `${operator} must be a string`)
  return wanted
}

function onlyMember(wanted: unknown, path: string): { name: string; value: unknown } {
  const members = isPlainObject(wanted) ? Object.entries(wanted) : []
  const [first] = members
  if (first === undefined || members.length > 1) throw new PatternError(path, 'a match expression is a value or an object with exactly one operator')
  return { name: first[0], value: first[1] }
}

function isPlainObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
