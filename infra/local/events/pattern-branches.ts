import type { Value } from './event-leaves.ts'
import { PatternError } from './pattern-error.ts'
import { isOperator, valueTest } from './value-test.ts'

/** One field of a pattern: any of the tests must hold for one of the values at the path. */
export interface Condition {
  readonly path: string
  readonly tests: readonly ((value: Value) => boolean)[]
  /** The list holds `{ "exists": false }`: no value at the path is right too. */
  readonly orAbsent: boolean
}

/** Conditions that must all hold, ordered by path: where `exists: false` stands beside other fields of an array's objects, the fields before it choose the element. */
export type Branch = readonly Condition[]

/** More alternatives than this after multiplying out all `$or` are refused (AWS: "too complex"). */
const mostBranches = 1_000

/**
 * A pattern as a list of alternatives: one, unless it uses `$or`.
 *
 * @throws PatternError
 */
export function branchesOf(pattern: unknown): readonly Branch[] {
  return branchesOfObject(pattern, '', false).map((branch) => branch.toSorted((a, b) => (a.path < b.path ? -1 : Number(a.path > b.path))))
}

function branchesOfObject(pattern: unknown, path: string, isInOr: boolean): Branch[] {
  if (!isObject(pattern)) throw new PatternError(path, 'an object is wanted')
  const fields = Object.entries(pattern)
  if (fields.length === 0) throw new PatternError(path, 'empty objects are not allowed')
  return fields.reduce<Branch[]>((branches, [name, wanted]) => both(branches, branchesOfField(name, wanted, path, isInOr), path), [[]])
}

function branchesOfField(name: string, wanted: unknown, path: string, isInOr: boolean): Branch[] {
  if (name === '$or') return branchesOfOr(wanted, path)
  const below = path === '' ? name : `${path}.${name}`
  if (isInOr && isOperator(name)) throw new PatternError(below, `${name} is an operator and cannot be a field name inside $or`)
  if (Array.isArray(wanted)) return [[conditionOf(wanted, below)]]
  if (isObject(wanted)) return branchesOfObject(wanted, below, isInOr)
  throw new PatternError(below, 'an object or an array is wanted')
}

function branchesOfOr(alternatives: unknown, path: string): Branch[] {
  const place = path === '' ? '$or' : `${path}.$or`
  if (!Array.isArray(alternatives)) throw new PatternError(place, 'an array is wanted')
  if (alternatives.length < 2) throw new PatternError(place, 'at least two objects are wanted')
  return alternatives.flatMap((alternative) => branchesOfObject(alternative, path, true))
}

function both(left: Branch[], right: Branch[], path: string): Branch[] {
  if (left.length * right.length > mostBranches) throw new PatternError(path, 'too many combinations of $or')
  return left.flatMap((one) => right.map((other) => [...one, ...other]))
}

function conditionOf(wanted: readonly unknown[], path: string): Condition {
  if (wanted.length === 0) throw new PatternError(path, 'empty arrays are not allowed')
  const tests: Condition['tests'][number][] = []
  let orAbsent = false
  for (const one of wanted) {
    const test = valueTest(one, path)
    if (test === 'absent') orAbsent = true
    else tests.push(test)
  }
  return { path, tests, orAbsent }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
