import { Problem } from '../kernel/problem.ts'
import { MOST_FAILURES } from './limits.ts'
import type { Mailing } from './mailing.ts'
import type { TurnEnd } from './turn.ts'

const LONGEST_NOTE = 300

/**
 * What becomes of a mailing whose turn failed (BLK-4). A problem of its own, such as a filter by a field that is gone, ends it; whatever may pass is tried again: once
 * at the end of the line, then whenever somebody looks for idle mailings, and only a few times. One that has ended and cannot be counted is put away as it is.
 */
export function afterFailure(mailing: Mailing, error: unknown, at: Date): { readonly change: Partial<Mailing>; readonly end: TurnEnd } {
  const failures = mailing.failures + 1
  const isLast = failures >= MOST_FAILURES
  if (mailing.status !== 'running') return isLast ? { change: { failures, settled: true }, end: 'done' } : { change: { failures }, end: failures === 1 ? 'more' : 'held' }
  if (isItsOwn(error)) return { change: ended(at, `It cannot go on: ${error.message}`), end: 'more' }
  if (isLast) return { change: ended(at, `Something went wrong ${failures} times in a row, so it gave up. Nothing of it was sent twice.`), end: 'more' }
  return { change: { failures, note: 'Something went wrong. It is tried again.' }, end: failures === 1 ? 'more' : 'held' }
}

/** What was sent until then is counted by another turn, which begins without failures. */
function ended(at: Date, note: string): Partial<Mailing> {
  return { status: 'cancelled', endedAt: at.toISOString(), note: note.slice(0, LONGEST_NOTE), failures: 0 }
}

/** Whether trying again cannot help, since the mailing itself is what is wrong. Somebody else in the way, or too much at once, passes. */
function isItsOwn(error: unknown): error is Problem {
  return error instanceof Problem && ['invalid', 'forbidden', 'not_found', 'impossible', 'unsupported', 'too_large'].includes(error.kind)
}
