import { setTimeout as wait } from 'node:timers/promises'
import { randomId } from '../kernel/ids.ts'
import { tryUntilStored } from '../platform/retry.ts'
import { ConditionFailed, type Table } from '../platform/table.ts'
import { IDLE_MINUTES, IN_LINE_MINUTES, LONGEST_TURN_SECONDS, TURN_SECONDS } from './limits.ts'
import type { Mailing } from './mailing.ts'
import { findMailing, loadMailing, mailingWrite } from './repository.ts'

/** How a turn ended: with `more`, another one follows; what is `held` is taken up again by who looks for idle mailings; one that is `lost` is another's by now. */
export type TurnEnd = 'done' | 'more' | 'held' | 'lost'

export type Change = (mailing: Mailing) => Partial<Mailing> | Promise<Partial<Mailing>>

/** A worker's time with a mailing. */
export interface Turn {
  readonly mailing: Mailing
  goesOn(): boolean
  /** Stores changes, worked out on the mailing as it stands, and keeps it for another while. */
  save(change: Change): Promise<Mailing>
  /** Stores a step forward in the same way: what failed before it is forgotten. */
  advance(change: Change): Promise<Mailing>
  /** Stores changes and gives the mailing back. */
  leave(change: Change, end: TurnEnd): Promise<TurnEnd>
}

/** Somebody else has the mailing, since this worker was not heard of for too long. */
export class TurnLost extends Error {
  constructor(id: string) {
    super(`The turn at ${id} is another's by now.`)
    this.name = 'TurnLost'
  }
}

interface Desk {
  readonly table: Table
  now(): Date
}

/**
 * The next turn at a mailing, or undefined when nothing is left to do with it. Whoever has it now is waited for, but not for longer than they may keep it
 * without a word; one who ended without a word counts as a failure.
 */
export async function openTurn({ table, now }: Desk, id: string): Promise<Turn | undefined> {
  for (;;) {
    const mailing = await findMailing(table, id)
    if (!mailing || mailing.settled) return undefined
    const at = now().getTime()
    if (mailing.turn !== null && mailing.turnUntil > at) {
      await wait(Math.min(1000, mailing.turnUntil - at))
      continue
    }
    const failures = mailing.failures + (mailing.turn === null ? 0 : 1)
    const { write, after } = mailingWrite(mailing, { turn: randomId('trn'), turnUntil: at + TURN_SECONDS * 1000, failures })
    try {
      await table.write(write)
      return turnOf({ table, now }, after)
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error
    }
  }
}

const MOST_SAVES = 20

function turnOf({ table, now }: Desk, begun: Mailing): Turn {
  const until = now().getTime() + LONGEST_TURN_SECONDS * 1000
  let mailing = begun
  const store = (change: Change, kept: Partial<Mailing>): Promise<Mailing> =>
    tryUntilStored({ tries: MOST_SAVES, busy: () => new Error(`The mailing ${mailing.id} changed again and again.`) }, async (attempt) => {
      if (attempt > 0) {
        // Somebody has cancelled it, or SES has told what became of a mail in doubt: the change is worked out again on what stands now.
        const stands = await loadMailing(table, mailing.id)
        if (stands.turn !== begun.turn) throw new TurnLost(mailing.id)
        mailing = stands
      }
      const { write, after } = mailingWrite(mailing, { ...(await change(mailing)), ...kept })
      await table.write(write)
      return (mailing = after)
    })
  const save: Turn['save'] = (change) => store(change, { turnUntil: now().getTime() + TURN_SECONDS * 1000 })
  return {
    get mailing() {
      return mailing
    },
    goesOn: () => now().getTime() < until,
    save,
    advance: (change) => save(async (stands) => ({ ...(stands.status === 'running' ? { note: null } : {}), failures: 0, ...(await change(stands)) })),
    async leave(change, end) {
      const minutes = end === 'more' ? IN_LINE_MINUTES : IDLE_MINUTES
      await store(change, { turn: null, turnUntil: 0, dueAt: Math.floor(now().getTime() / 1000) + minutes * 60 })
      return end
    },
  }
}
