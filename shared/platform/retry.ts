import { setTimeout as wait } from 'node:timers/promises'
import { ConditionFailed } from './table.ts'

const FIRST_WAIT_MILLISECONDS = 10
const LONGEST_WAIT_MILLISECONDS = 500

/** Waits a random time that grows with the number of tries: writers that met each other do not meet again in step. */
export async function waitBeforeTry(attempt: number): Promise<void> {
  const most = Math.min(LONGEST_WAIT_MILLISECONDS, FIRST_WAIT_MILLISECONDS * 2 ** attempt)
  await wait(Math.random() * most)
}

export interface Tries {
  readonly tries: number
  /** What is thrown when others were faster each time; it is told what the last try met. */
  readonly busy: (last: ConditionFailed) => Error
}

/**
 * Stores something that is worked out on what stands, and works it out anew, after a little while, whenever somebody else was faster (`ConditionFailed`). Every other
 * failure ends it. `attempt` counts from 0: it reads what stands itself, or may take what it knows the first time.
 */
export async function tryUntilStored<T>({ tries, busy }: Tries, attemptOnce: (attempt: number) => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await attemptOnce(attempt)
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error
      if (attempt + 1 >= tries) throw busy(error)
      await waitBeforeTry(attempt)
    }
  }
}
