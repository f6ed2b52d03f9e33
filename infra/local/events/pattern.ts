import { leavesOf, together } from './event-leaves.ts'
import type { Leaf, Place } from './event-leaves.ts'
import { branchesOf } from './pattern-branches.ts'
import type { Branch } from './pattern-branches.ts'

export { PatternError } from './pattern-error.ts'

/** A pattern that was checked and prepared once. */
export type Matcher = (event: unknown) => boolean

/** Patterns come from the template and live as long as the host, so each is prepared once. */
const prepared = new WeakMap<object, Matcher>()

/**
 * Whether an event matches an event pattern, by the rules of EventBridge: all fields of the pattern must match, each by any of
 * its listed values; arrays in the event stand for any of their elements, but fields below an array of objects must all match
 * in the same element. Serves rules and the filters of Lambda's event sources alike.
 *
 * @throws PatternError if the pattern itself is wrong
 */
export function matches(pattern: unknown, event: unknown): boolean {
  if (typeof pattern !== 'object' || pattern === null) return prepare(pattern)(event)
  const known = prepared.get(pattern)
  if (known !== undefined) return known(event)
  const matcher = prepare(pattern)
  prepared.set(pattern, matcher)
  return matcher(event)
}

/**
 * Refuses a pattern that EventBridge would refuse.
 *
 * @throws PatternError which names the place in the pattern and what is wrong there
 */
export function checkPattern(pattern: unknown): void {
  branchesOf(pattern)
}

function prepare(pattern: unknown): Matcher {
  const branches = branchesOf(pattern)
  return (event) => {
    if (typeof event !== 'object' || event === null || Array.isArray(event)) return false
    const leaves = leavesOf(event)
    return branches.some((branch) => fits(branch, 0, leaves, new Map()))
  }
}

/** Tries every leaf that could fulfil the next condition and goes on from there; `place` is the array elements chosen so far. */
function fits(branch: Branch, next: number, leaves: ReadonlyMap<string, readonly Leaf[]>, place: Place): boolean {
  const condition = branch[next]
  if (condition === undefined) return true
  let isThere = false
  for (const leaf of leaves.get(condition.path) ?? []) {
    const narrower = together(place, leaf.place)
    if (narrower === undefined) continue
    isThere = true
    if (condition.tests.some((test) => test(leaf.value)) && fits(branch, next + 1, leaves, narrower)) return true
  }
  return !isThere && condition.orAbsent && fits(branch, next + 1, leaves, place)
}
