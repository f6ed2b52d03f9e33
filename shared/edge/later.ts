import type { Table } from '../platform/table.ts'
import type { Afterwards } from '../workspace/index.ts'
import { logBug } from './log.ts'

/** Gathers what use cases want done after their request is stored. */
export interface Later {
  /** Forgets what an earlier try of the same request wanted. */
  begin(): Afterwards
  /** Does it, all of it. Best effort: a failure is logged and changes nothing of the answer. */
  finish(table: Table, where: { route: string; requestId: string }): Promise<void>
}

export function createLater(): Later {
  let waiting: ((table: Table) => Promise<void>)[] = []
  return {
    begin() {
      const wanted: typeof waiting = []
      waiting = wanted
      return { afterwards: (work) => void wanted.push(work) }
    },
    async finish(table, where) {
      const results = await Promise.allSettled(waiting.map((work) => work(table)))
      for (const result of results) {
        if (result.status === 'rejected') for (const cause of causesOf(result.reason)) logBug(cause, where)
      }
    },
  }
}

const MOST_CAUSES_LOGGED = 3

function causesOf(reason: unknown): readonly unknown[] {
  return reason instanceof AggregateError ? (reason.errors as unknown[]).slice(0, MOST_CAUSES_LOGGED) : [reason]
}
