import { sameValue } from '../kernel/json.ts'
import { tryUntilStored } from '../platform/retry.ts'
import type { Ctx } from '../workspace/index.ts'
import { loadLetter, storeLongTrace } from './contents.ts'
import { decide, type MailPorts } from './decide.ts'
import type { Letter } from './letter.ts'
import { MOST_ROUTED_AGAIN } from './limits.ts'
import { decided, withLetter, type Message } from './message.ts'
import type { Delivery } from './notice.ts'
import { awaitThreads, enterThread, loadMessage, loadMessages, loadThreads, messageWrites } from './repository.ts'
import { withWhatItMakes } from './store-message.ts'

const MOST_TRIES = 20

/**
 * Routes a stored mail by the settings and data as they stand now. What was assigned by hand stays; what the rules no longer give goes, so that
 * it does not matter in which order mails came. `delivery` replaces what was known of how it came; `changedBy` is who asked for it.
 */
export async function routeAgain(ctx: Ctx & MailPorts, id: string, letter: Letter, { delivery, changedBy = null }: { delivery?: Delivery | undefined; changedBy?: string | null } = {}): Promise<Message> {
  return tryUntilStored({ tries: MOST_TRIES, busy: () => new Error('The message changed again and again while it was routed.') }, async () => {
    const before = await loadMessage(ctx.table, id)
    if (!before) throw new Error(`The message ${id} is gone.`)
    // Where a mail of our own belongs was said when it was written.
    if (before.composed) return before
    const as = delivery ?? before.delivery
    const newThread = letter.messageId !== null && letter.messageId !== before.threadId ? letter.messageId : undefined
    const [{ making, ...found }, ownRows] = await Promise.all([decide(ctx, letter, as), newThread === undefined ? undefined : loadThreads(ctx.table, [newThread])])
    // What stands on something, by its own item or by hand, makes no other.
    return withWhatItMakes(ctx, id, { ...found, making: before.created || before.assigned.length > 0 ? undefined : making }, async (decision, further) => {
      const after = { ...decided(withLetter(before, letter), as, decision), changedBy }
      if (further.length === 0 && sameValue(essence(before), essence(after))) return before
      await storeLongTrace(ctx.blobs, after)
      const inThread = newThread === undefined ? [] : enterThread(newThread, id, ownRows?.get(newThread))
      await ctx.table.write(...messageWrites(before, after), ...inThread, ...awaitThreads(after.awaits, id, found.threadRows), ...further)
      return after
    })
  })
}

/** Routes the replies again that wait for mails of this Message-ID, and the replies to those (SNS-6). */
export async function routeWaiting(ctx: Ctx & MailPorts, threadId: string): Promise<void> {
  const waiting = [threadId]
  const looked = new Set<string>()
  let routed = 0
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    if (looked.has(next)) continue
    looked.add(next)
    const row = (await loadThreads(ctx.table, [next])).get(next)
    for (const reply of (await loadMessages(ctx.table, row?.waiting ?? [])).values()) {
      if (!reply.awaits.includes(next) || routed === MOST_ROUTED_AGAIN) continue
      routed += 1
      const after = await routeAgain(ctx, reply.id, await loadLetter(ctx.blobs, reply.id))
      if (after.threadId !== null && !sameValue(after.bindings, reply.bindings)) waiting.push(after.threadId)
    }
  }
}

/** All of a message but how often and by whom it was changed. */
function essence({ version: _version, traceVersion: _traceVersion, changedBy: _changedBy, ...rest }: Message): Partial<Message> {
  return rest
}
