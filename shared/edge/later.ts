import type { Table } from '../platform/table.ts'
import type { Afterwards } from '../workspace/index.ts'
import { logBugs } from './log.ts'

/** Gathers what use cases want done after their request is stored. */
export interface Later {
  /** Forgets what an earlier try of the same request wanted. */
  begin(): Afterwards
  /** Does it, all of it. Best effort: a failure is logged and changes nothing of the answer. */
  finish(table: Table, where: { route: string; requestId: string }): Promise<void>
}

/** One for each request. */
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
        if (result.status === 'rejected') logBugs(result.reason, where, MOST_CAUSES_LOGGED)
      }
    },
  }
}

const MOST_CAUSES_LOGGED = 3
