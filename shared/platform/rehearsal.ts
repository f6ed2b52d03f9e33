import { Problem } from '../kernel/problem.ts'
import type { Table } from './table.ts'

/** What is rehearsed would have written something now: everything before, and so the rights, was in order. */
export class WouldWrite extends Error {}

/** The table of a rehearsal: everything can be read, and the first write ends it. */
export function withoutEffect(table: Table): Table {
  const refuse = async (): Promise<never> => {
    throw new WouldWrite('A rehearsal writes nothing.')
  }
  return { ...table, write: refuse, increment: refuse }
}

/**
 * Asks whether something might be done now, without doing it: `work` runs on a table without effect, and rights are judged before anything is written.
 * Throws the 403 or 404 that stands against it. What else it would be refused for, such as being done already, is no matter of rights.
 */
export async function rehearse(work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (error instanceof WouldWrite) return
    if (!(error instanceof Problem) || error.kind === 'forbidden' || error.kind === 'not_found') throw error
  }
}
