import { setTimeout as wait } from 'node:timers/promises'
import { MailRefused, type Mailer } from '../platform/mailer.ts'
import { rawMailOf } from '../platform/raw-mail.ts'
import type { Table } from '../platform/table.ts'
import type { Sessions } from '../workspace/index.ts'
import { MAIL_DUE } from './keys.ts'
import { claimMail, type Claimed } from './mail-one.ts'

const PEOPLE_OF_A_READ = 100
/** Sending one takes so long at most; with less left nobody begins another. */
const ENOUGH_MILLISECONDS = 15_000

export interface MailRoom {
  readonly table: Table
  readonly sessions: Sessions
  readonly mailer: Mailer
  readonly mailAddress: string
  readonly itemLink: string | undefined
  now(): Date
}

/** `sent`; `refused`: SES will never take it; `held`: nothing may be sent now, so it waits; `unknown`: no answer, and not sent again; `none`: nothing to send any more. */
type Outcome = 'sent' | 'refused' | 'held' | 'unknown' | 'none'

/**
 * Mails everybody whose mail is due what waits for them, as one mail each (NTF-1). May run at any time and twice at once: each mail is claimed, and SES asked for it once.
 * Goes on until all is done or the time is up; what is held back waits for the next run. Throws together, at the end, what is not known to have been sent.
 */
export async function mailNotifications(room: MailRoom, millisecondsLeft: () => number): Promise<Record<Outcome, number>> {
  const counts: Record<Outcome, number> = { sent: 0, refused: 0, held: 0, unknown: 0, none: 0 }
  const failures: unknown[] = []
  let pauseMilliseconds: number | undefined
  for await (const userId of peopleDue(room)) {
    if (millisecondsLeft() < ENOUGH_MILLISECONDS) break
    if (pauseMilliseconds === undefined) {
      // Asked before the first claim, so that nothing is claimed that may not be sent today.
      const { perSecond, left } = await room.mailer.quota()
      if (left < 1) break
      pauseMilliseconds = 1000 / Math.max(1, perSecond)
    }
    const now = room.now()
    const claimed = await room.sessions.run((workspace, table) => claimMail({ workspace, table, mailAddress: room.mailAddress, itemLink: room.itemLink, now }, userId))
    if (!claimed) {
      counts.none += 1
      continue
    }
    // SES's rate is for all mail of the account; these come one after the other and no faster than it.
    const outcome = await send(room.mailer, claimed, failures)
    counts[outcome] += 1
    if (outcome === 'held') break
    await wait(pauseMilliseconds)
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} mails got no answer.`)
  return counts
}

/** Those whose mail is due, each once. */
async function* peopleDue({ table, now }: MailRoom): AsyncGenerator<string> {
  const seen = new Set<string>()
  for (;;) {
    const { rows } = await table.query({ index: 'due', partition: MAIL_DUE, before: Math.floor(now().getTime() / 1000) + 1, limit: PEOPLE_OF_A_READ })
    const userIds = rows.map(({ pk }) => pk.replace('USER#', '')).filter((userId) => !seen.has(userId))
    if (userIds.length === 0) return
    for (const userId of userIds) {
      seen.add(userId)
      yield userId
    }
  }
}

async function send(mailer: Mailer, { mail, giveBack }: Claimed, failures: unknown[]): Promise<Outcome> {
  const raw = await rawMailOf(mail)
  try {
    await mailer.send(mail, raw)
    return 'sent'
  } catch (error) {
    if (!(error instanceof MailRefused)) {
      failures.push(error)
      return 'unknown'
    }
    if (error.because === 'mail') return 'refused'
    await giveBack()
    return 'held'
  }
}
