import { ConditionFailed, type Write } from '../platform/table.ts'
import { tryUntilStored } from '../platform/retry.ts'
import type { Ctx } from '../workspace/index.ts'
import { storeLongTrace } from './contents.ts'
import { decide, type Decided, type MailPorts } from './decide.ts'
import type { Letter } from './letter.ts'
import { newMessage, type Decision, type Message } from './message.ts'
import type { Delivery } from './notice.ts'
import { awaitThreads, enterThread, loadMessage, loadThreads, messageWrites } from './repository.ts'

export interface Mail {
  readonly id: string
  readonly letter: Letter
  readonly delivery: Delivery
  /** Why it could not be read, if it could not. */
  readonly unreadable?: string
}

export interface Stored {
  readonly message: Message
  /** False for a mail that was stored before: then it is as it stood. */
  readonly isNew: boolean
  /** Replies that came before it wait for it. */
  readonly isAwaited: boolean
}

const MOST_TRIES = 20

/**
 * Routes a mail and stores it with its bindings, its entry under its Message-ID and its place among those that wait, all in one transaction:
 * the condition that it is not there yet is what makes a mail that comes twice one message (SNS-6). `storeContent` stores what must be there before, beside the look-ups; it may be called again.
 */
export async function storeMessage(ctx: Ctx & MailPorts, mail: Mail, storeContent: () => Promise<unknown>): Promise<Stored> {
  const { id, letter, delivery } = mail
  return tryUntilStored({ tries: MOST_TRIES, busy: () => new Error('Other mails of the same threads came in between again and again.') }, async (attempt) => {
    // At first it is taken for granted that its Message-ID is new, which spares a read; the condition notices otherwise.
    const own = letter.messageId === null || attempt === 0 ? undefined : loadThreads(ctx.table, [letter.messageId])
    const [decided, ownRows] = await Promise.all([decisionOn(ctx, mail), own, storeContent()])
    const known = letter.messageId === null ? undefined : ownRows?.get(letter.messageId)
    try {
      const message = await withWhatItMakes(ctx, id, decided, async (decision, further) => {
        const stored: Message = { ...newMessage(id, letter, delivery, decision), sharesMessageId: known?.messageIds.some((other) => other !== id) ?? false }
        await storeLongTrace(ctx.blobs, stored)
        const inThread = letter.messageId === null ? [] : enterThread(letter.messageId, id, known)
        await ctx.table.write(...messageWrites(undefined, stored), ...inThread, ...awaitThreads(stored.awaits, id, decided.threadRows), ...further)
        return stored
      })
      return { message, isNew: true, isAwaited: (known?.waiting.length ?? 0) > 0 }
    } catch (error) {
      const stored = error instanceof ConditionFailed && error.failed.includes(0) ? await loadMessage(ctx.table, id) : undefined
      if (!stored) throw error
      return { message: stored, isNew: false, isAwaited: true }
    }
  })
}

async function decisionOn(ctx: Ctx & MailPorts, { letter, delivery, unreadable }: Mail): Promise<Undone> {
  return unreadable === undefined ? decide(ctx, letter, delivery) : { decision: { unreadable }, threadRows: new Map() }
}

type Undone = Decided | { readonly decision: Decision; readonly threadRows: Decided['threadRows']; readonly making?: undefined }

/** Stores a mail together with the item that is made of it, if one is. `store` stores it with the decision as it is then, in one transaction with the given writes. */
export async function withWhatItMakes(ctx: Ctx, id: string, { decision, making }: Undone, store: (decision: Decision, further: readonly Write[]) => Promise<Message>): Promise<Message> {
  if (making === undefined || 'unreadable' in decision) return store(decision, [])
  if (typeof making === 'string') return store({ ...decision, made: making }, [])
  // Seldom needed, and it brings along all that items are made with.
  const { makeItem } = await import('./make-item.ts')
  return makeItem(ctx, making, id, (made, ...further) => store({ ...decision, made }, further))
}
