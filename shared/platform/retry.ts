import { setTimeout as wait } from 'node:timers/promises'

const FIRST_WAIT_MILLISECONDS = 10
const LONGEST_WAIT_MILLISECONDS = 500

/** Waits a random time that grows with the number of tries: writers that met each other do not meet again in step. */
export async function waitBeforeTry(attempt: number): Promise<void> {
  const most = Math.min(LONGEST_WAIT_MILLISECONDS, FIRST_WAIT_MILLISECONDS * 2 ** attempt)
  await wait(Math.random() * most)
}
