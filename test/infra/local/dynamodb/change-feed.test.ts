import { describe, expect, it } from 'vitest'
import { createChangeFeed } from '../../../../infra/local/dynamodb/change-feed.ts'
import type { Change, ChangeLog } from '../../../../infra/local/dynamodb/change-log.ts'

/** A log in memory, which counts how often it is read. */
function aLog(): ChangeLog & { add(count: number): void; reads: number } {
  const changes: Change[] = []
  const log = {
    reads: 0,
    add(count: number) {
      // Two tables in turn, and ids with gaps.
      for (let n = 0; n < count; n += 1) changes.push({ id: 3 * changes.length + 1, table: changes.length % 2 === 0 ? 'even' : 'odd', event: 'INSERT', key: {}, before: undefined, after: {}, atSeconds: 0, isExpiry: false })
    },
    after(id: number, most: number, table?: string) {
      log.reads += 1
      return changes.filter((one) => one.id > id && (table === undefined || one.table === table)).slice(0, most)
    },
    newest: () => changes.at(-1)?.id ?? 0,
    expired: () => [],
    markExpiring: () => undefined,
    close: () => undefined,
  }
  return log
}

/** Everything that a follower of a table gets who reads so many at once. */
function follow(feed: ReturnType<typeof createChangeFeed>, from: number, table: string, most: number): number[] {
  const ids: number[] = []
  for (;;) {
    const found = feed.after(ids.at(-1) ?? from, most, table)
    if (found.length === 0) return ids
    ids.push(...found.map(({ id }) => id))
  }
}

describe('the newest changes at hand', () => {
  it('are all there, in order, for whoever follows from wherever', () => {
    const log = aLog()
    log.add(50)
    const feed = createChangeFeed(log)
    for (const count of [10, 1_000, 2_500, 1, 0]) {
      log.add(count)
      expect(feed.news()).toHaveLength(count)
    }
    for (const table of ['even', 'odd']) {
      const all = log.after(0, Infinity, table).map(({ id }) => id)
      for (const from of [0, 100, 151, 3_000, 10_000, log.newest()]) expect(follow(feed, from, table, 100)).toEqual(all.filter((id) => id > from))
    }
  })

  it('are read from the log once, and only by those who are far behind a second time', () => {
    const log = aLog()
    const feed = createChangeFeed(log)
    log.add(500)
    feed.news()
    log.reads = 0
    follow(feed, 0, 'even', 100)
    follow(feed, 0, 'odd', 100)
    expect(log.reads).toBe(0)
    log.add(5_000)
    feed.news()
    log.reads = 0
    expect(follow(feed, 0, 'even', 1_000)).toHaveLength(2_750)
    expect(log.reads).toBeGreaterThan(0)
  })
})
