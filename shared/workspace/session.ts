import { joined } from '../kernel/join.ts'
import { once } from '../kernel/once.ts'
import { waitBeforeTry } from '../platform/retry.ts'
import type { Table } from '../platform/table.ts'
import { WorkspaceMoved } from './moved.ts'
import { loadWorkspace, readVersion, tooManyChanges } from './repository.ts'
import type { Workspace } from './workspace.ts'

/** Keeps the newest known workspace of a container and runs each request's work on a version that was true after the request began (DIR-4, ITM-7). */
export interface Sessions {
  run<T>(work: (workspace: Workspace, table: Table) => Promise<T>): Promise<T>
}

const MOST_REPEATS = 20

/** `found` makes the company when there is none yet, once for all; who cannot found one works with an empty workspace until it is there. */
export function openSessions(table: Table, found?: () => Promise<void>): Sessions {
  let newest: Workspace | undefined
  const newestVersion = joined(() => readVersion(table))
  return {
    async run(work) {
      for (let repeat = 0; repeat < MOST_REPEATS; repeat += 1) {
        const known = newest
        const workspace = known ?? (await loadFounded(table, found))
        newest = workspace
        // Read beside the work's own first reads: exact at once, at no added latency. A workspace that was loaded just now needs no second look.
        const confirmed = once(async () => {
          if (known && (await newestVersion()) !== workspace.version) throw new WorkspaceMoved()
        })
        try {
          const result = await Promise.allSettled([work(workspace, confirmedTable(table, confirmed)), confirmed()])
          const moved = result.find((one) => one.status === 'rejected' && one.reason instanceof WorkspaceMoved)
          if (moved?.status === 'rejected') throw moved.reason
          const [outcome, confirmation] = result
          if (outcome.status === 'rejected') throw outcome.reason
          if (confirmation.status === 'rejected') throw confirmation.reason
          return outcome.value
        } catch (error) {
          if (!(error instanceof WorkspaceMoved)) throw error
          newest = undefined
          await waitBeforeTry(repeat)
        }
      }
      throw tooManyChanges()
    },
  }
}

async function loadFounded(table: Table, found: (() => Promise<void>) | undefined): Promise<Workspace> {
  const workspace = await loadWorkspace(table)
  if (workspace.version > 0 || !found) return workspace
  await found()
  return loadWorkspace(table)
}

/** The same table, but no write begins before the workspace is confirmed. Counters go on at once: what they give out says nothing by itself, and a number that is not used is only a gap. */
function confirmedTable(table: Table, confirmed: () => Promise<void>): Table {
  return {
    ...table,
    async write(...writes) {
      await confirmed()
      await table.write(...writes)
    },
  }
}
