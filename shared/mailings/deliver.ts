import { setTimeout as wait } from 'node:timers/promises'
import { beginWrite, cleanOutgoing, giveBackWrite, loadOutgoing, moveWrite, storeOutgoing, type CleanContent, type OutgoingMessage } from '../mail/index.ts'
import type { Blobs } from '../platform/blobs.ts'
import { MailRefused, type Mailer, type OutgoingMail } from '../platform/mailer.ts'
import { rawMailOf } from '../platform/raw-mail.ts'
import type { Table, Write } from '../platform/table.ts'
import { MOST_OFFERS, PAUSE_AFTER_REFUSAL_SECONDS } from './limits.ts'
import { written } from './written.ts'

/** How a mail came off. `taken`: another has claimed it. `stopped`: it was not begun any more. `held`: nothing may be sent now, and it was given back. */
export type Delivered =
  | { readonly state: 'sent' | 'unknown' }
  | { readonly state: 'taken' }
  | { readonly state: 'stopped' }
  | { readonly state: 'failed'; readonly reason: string }
  | { readonly state: 'held'; readonly reason: string }

export interface Hands {
  readonly table: Table
  readonly blobs: Blobs
  readonly mailer: Mailer
  /** Waits for one's turn. */
  readonly turn?: () => Promise<void>
  /** Asked in the last moment before the claim. */
  readonly isWanted?: () => Promise<boolean>
  /** What takes the place of a mail that SES has refused, which was certainly not sent; left out, its row says so. */
  readonly afterRefusal?: (reason: string) => readonly Write[]
}

/** A mail as it goes out, and as it is shown. */
export interface ReadyMail {
  readonly message: OutgoingMessage
  readonly mail: OutgoingMail
  readonly raw: Uint8Array
  readonly content: CleanContent
}

/** Writes a mail out. What throws here throws for this mail, today and tomorrow. */
export async function readyMail(message: OutgoingMessage, mail: OutgoingMail): Promise<ReadyMail> {
  return { message, mail, raw: await rawMailOf(mail), content: await cleanOutgoing(mail) }
}

/**
 * Sends one mail, and never a second time: what it says is stored, its row is claimed, SES is asked once, and what came of it is recorded.
 * Whoever ends in between leaves a claim that nobody takes up again (BLK-4).
 */
export async function deliver(hands: Hands, { message, mail, raw, content }: ReadyMail): Promise<Delivered> {
  const { table, blobs, turn, isWanted } = hands
  await Promise.all([storeOutgoing(blobs, message, content, raw), turn?.()])
  if (isWanted && !(await isWanted())) return { state: 'stopped' }
  if (!(await written(table, beginWrite(message)))) return { state: 'taken' }
  for (let offer = 1; ; offer += 1) {
    try {
      const threadId = await hands.mailer.send(mail, raw)
      // Where it does not hold, SES's own word of it was faster and has recorded the same.
      await written(table, moveWrite(message.id, 'sending', { state: 'sent', threadId }))
      return { state: 'sent' }
    } catch (error) {
      const verdict = await refused(hands, message.id, error, offer)
      if (verdict) return verdict
    }
  }
}

/** What a refusal means; undefined when the mail is to be offered again. */
async function refused({ table, afterRefusal }: Hands, id: string, error: unknown, offer: number): Promise<Delivered | undefined> {
  if (!(error instanceof MailRefused)) {
    // No answer, or one that does not say whether the mail is out: that is for SES's events to tell.
    await written(table, moveWrite(id, 'sending', { state: 'unknown' }))
    return { state: 'unknown' }
  }
  if (error.because === 'mail') {
    const reason = error.message.slice(0, 200)
    await written(table, ...(afterRefusal?.(reason) ?? [moveWrite(id, 'sending', { state: 'failed', reason })]))
    return { state: 'failed', reason }
  }
  // An answer that was lost looks like this one too: should the mail be out, it is heard of meanwhile.
  await wait(PAUSE_AFTER_REFUSAL_SECONDS * 1000)
  const state = (await loadOutgoing(table, [id])).get(id)?.state
  if (state !== 'sending') return { state: state === 'sent' ? 'sent' : 'unknown' }
  if (error.because === 'rate' && offer < MOST_OFFERS) return undefined
  await written(table, giveBackWrite(id))
  return { state: 'held', reason: error.message.slice(0, 200) }
}
