import { PatternError } from './pattern-error.ts'

/** EventBridge compares numbers from -5e9 to 5e9 only. A value beyond (a time in milliseconds!) fulfils no numeric range, and a pattern with one is refused. */
const furthest = 5e9

const comparisons: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
  '=': (value, limit) => value === limit,
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
}

/**
 * The test of `{ "numeric": [">", 0, "<=", 5] }`: one comparison, or a lower limit followed by an upper one.
 *
 * @throws PatternError
 */
export function numericTest(wanted: unknown, path: string): (value: number) => boolean {
  if (!Array.isArray(wanted)) throw new PatternError(path, 'numeric must be an array')
  const [first, low, second, high, ...more] = wanted as unknown[]
  const isRange = wanted.length === 4 && isOneOf(first, ['>', '>=']) && isOneOf(second, ['<', '<='])
  if (more.length > 0 || !(wanted.length === 2 || isRange)) throw new PatternError(path, 'numeric is one comparison, or a lower and then an upper limit')
  const tests = [comparison(first, low, path)]
  if (isRange) {
    tests.push(comparison(second, high, path))
    if (Number(low) > Number(high)) throw new PatternError(path, 'the lower limit of numeric is above its upper limit')
  }
  return (value) => Math.abs(value) <= furthest && tests.every((test) => test(value))
}

function comparison(operator: unknown, limit: unknown, path: string): (value: number) => boolean {
  const compare = typeof operator === 'string' && Object.hasOwn(comparisons, operator) ? comparisons[operator] : undefined
  if (compare === undefined) throw new PatternError(path, `unrecognized numeric operator ${JSON.stringify(operator)}`)
  if (typeof limit !== 'number') throw new PatternError(path, `value of ${String(operator)} must be a number`)
  if (Math.abs(limit) > furthest) throw new PatternError(path, 'numbers in numeric must lie between -5.0e9 and 5.0e9')
  return (value) => compare(value, limit)
}

function isOneOf(value: unknown, words: readonly string[]): boolean {
  return typeof value === 'string' && words.includes(value)
}
