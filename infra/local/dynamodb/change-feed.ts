import type { Change, ChangeLog } from './change-log.ts'
import { equalItems } from './values.ts'

/** The change log, read once for all who follow it: the newest changes stay at hand. */
export interface ChangeFeed {
  /** Changes that nobody has been told of yet. */
  news(): readonly Change[]
  /** Up to `most` changes of a table after the one with that id. */
  after(id: number, most: number, table: string): readonly Change[]
}

/** Changes at hand; who is further behind reads the log itself. */
const mostAtHand = 2_000
const readAtOnce = 1_000

export function createChangeFeed(log: ChangeLog): ChangeFeed {
  const atHand: Change[] = []
  /** All changes after this one are at hand, as far as they are known. */
  let floor = log.newest()
  let newest = floor

  function news(): readonly Change[] {
    const fresh: Change[] = []
    for (;;) {
      const read = log.after(newest, readAtOnce)
      fresh.push(...read)
      newest = read.at(-1)?.id ?? newest
      if (read.length < readAtOnce) break
    }
    atHand.push(...fresh)
    const surplus = atHand.length - mostAtHand
    // Dropped in portions, since each drop moves all that remain.
    if (surplus > readAtOnce) floor = atHand.splice(0, surplus).at(-1)?.id ?? floor
    return fresh
  }

  return {
    news,
    after(id, most, table) {
      if (id < floor) return log.after(id, most, table)
      const found: Change[] = []
      for (let at = firstAfter(atHand, id); at < atHand.length && found.length < most; at += 1) {
        const change = atHand[at]
        if (change?.table === table) found.push(change)
      }
      return found
    },
  }
}

/** The place of the first change with a higher id. */
function firstAfter(changes: readonly Change[], id: number): number {
  let [low, high] = [0, changes.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((changes[middle]?.id ?? Infinity) <= id) low = middle + 1
    else high = middle
  }
  return low
}

const real = new WeakMap<Change, boolean>()

/** Whether anything is different after it: the engine also records a write that changed nothing, which DynamoDB does not. */
export function changesAnything(change: Change): boolean {
  const known = real.get(change)
  if (known !== undefined) return known
  const is = change.before === undefined || change.after === undefined || !equalItems(change.before, change.after)
  real.set(change, is)
  return is
}
