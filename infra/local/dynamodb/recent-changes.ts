import type { Change } from './change-log.ts'
import type { Table } from './tables.ts'
import { rowName } from './values.ts'
import type { Item } from './values.ts'

/** A row that changed a moment ago: as it was before that moment, and as it is. */
export interface ChangedRow {
  readonly before: Item | undefined
  readonly after: Item | undefined
}

/** The rows that changed within the last moments, by table and row: what an eventually consistent read may not know yet. */
export interface RecentChanges {
  add(changes: readonly Change[]): void
  /** By the name of the row; undefined when nothing of that table changed. It goes on changing: take from it before you wait. */
  of(table: string): ReadonlyMap<string, ChangedRow> | undefined
}

interface Seen {
  readonly row: string
  readonly change: Change
  readonly atMs: number
}

/** @param lagMs how long a change stays unseen after it was acknowledged @param clock in milliseconds */
export function createRecentChanges(lagMs: number, tables: ReadonlyMap<string, Table>, clock: () => number): RecentChanges {
  const queue: Seen[] = []
  const byTable = new Map<string, Map<string, ReturnType<typeof rowOfChanges>>>()

  function forgetOld(): void {
    const horizon = clock() - lagMs
    let old = 0
    for (const { change, row, atMs } of queue) {
      if (atMs > horizon) break
      old += 1
      const rows = byTable.get(change.table)
      const changes = rows?.get(row)?.changes
      changes?.shift()
      if (changes?.length === 0) rows?.delete(row)
    }
    if (old > 0) queue.splice(0, old)
  }

  return {
    add(changes) {
      const atMs = clock()
      for (const change of changes) {
        const table = tables.get(change.table)
        if (table === undefined) continue
        const row = rowName(change.table, change.key, table.keyNames)
        queue.push({ row, change, atMs })
        const rows = byTable.get(change.table) ?? new Map<string, ReturnType<typeof rowOfChanges>>()
        byTable.set(change.table, rows)
        const earlier = rows.get(row)
        if (earlier === undefined) rows.set(row, rowOfChanges(change))
        else earlier.changes.push(change)
      }
      forgetOld()
    },
    of(table) {
      forgetOld()
      const rows = byTable.get(table)
      return rows === undefined || rows.size === 0 ? undefined : rows
    },
  }
}

function rowOfChanges(change: Change) {
  const changes = [change]
  return {
    changes,
    get before() {
      return changes[0]?.before
    },
    get after() {
      return changes.at(-1)?.after
    },
  }
}
