import { bindFiles } from '../files/index.ts'
import type { Item } from '../items/index.ts'
import type { Outcome } from '../kernel/batches.ts'
import { invalidField } from '../kernel/problem.ts'
import { readOnce } from '../platform/read-once.ts'
import { waitBeforeTry } from '../platform/retry.ts'
import { ConditionFailed, type Table, type Write } from '../platform/table.ts'
import type { SocketPorts } from '../sockets/index.ts'
import type { Ctx } from '../workspace/index.ts'
import { announce } from './announce.ts'
import { chatKey, sentKey } from './keys.ts'
import { messageView, rowOfMessage, type Message } from './message.ts'
import { chatIsBusy, findSent, lastBy, loadChatItem, readLog, type Log } from './repository.ts'
import { mayPost, mentionsIn } from './rules.ts'
import type { MessageInput, MessageView } from './schema.ts'

/** One message that somebody wants posted. */
export interface Posting {
  readonly ctx: Ctx & SocketPorts
  readonly values: MessageInput
}

/** Messages of one transaction: each takes two writes of the hundred there are, besides one for the chat. */
export const MOST_TOGETHER = 40
/** How long the same client id is known to mean the same message. */
const CLIENT_ID_KEPT_SECONDS = 30 * 24 * 60 * 60
const MOST_TRIES = 60
/** In the steps of `waitBeforeTry`: 160 milliseconds at most. */
const LONGEST_WAIT = 4

/**
 * Posts messages of one chat under consecutive numbers, in one transaction as far as they can be: each is judged for itself, on one reading of item and chat,
 * and is stored, acknowledged and told as if it had come alone. Gives what became of each.
 */
export async function postTogether(chatId: string, postings: readonly Posting[]): Promise<Outcome<MessageView>[]> {
  const outcomes = new Map<Posting, Outcome<MessageView>>()
  for (let attempt = 0; outcomes.size < postings.length; attempt += 1) {
    const some = thatGoTogether(postings.filter((posting) => !outcomes.has(posting)))
    try {
      if (attempt >= MOST_TRIES + postings.length) throw chatIsBusy()
      // Who lost the race for a number is better off trying again soon: the next one is free at once.
      if (!(await tryToPost(chatId, some, outcomes))) await waitBeforeTry(Math.min(attempt, LONGEST_WAIT))
    } catch (reason) {
      for (const posting of some) if (!outcomes.has(posting)) outcomes.set(posting, { status: 'rejected', reason })
    }
  }
  return postings.flatMap((posting) => outcomes.get(posting) ?? [])
}

/** A transaction takes each row once: the same client id again waits until the first is stored, and files are bound by one message at a time. */
function thatGoTogether(postings: readonly Posting[]): Posting[] {
  const [first] = postings
  if (first && first.values.fileIds.length > 0) return [first]
  const seen = new Set<string>()
  return postings.filter(({ ctx, values: { clientId, fileIds } }) => {
    const key = `${ctx.actor.userId} ${clientId}`
    if (fileIds.length > 0 || (clientId !== undefined && seen.has(key))) return false
    seen.add(key)
    return true
  })
}

interface Draft {
  readonly posting: Posting
  readonly item: Item
  readonly message: Message
  readonly writes: readonly Write[]
}

/** False when somebody else took the number: then nothing is stored, and everything is read and judged anew. */
async function tryToPost(chatId: string, postings: readonly Posting[], outcomes: Map<Posting, Outcome<MessageView>>): Promise<boolean> {
  const [first] = postings
  if (!first) return true
  // The moment is taken before anything is read: rights that ended before it are seen to have ended.
  const at = first.ctx.now()
  const table = readOnce(first.ctx.table)
  const log = readLog(table, chatId)
  const judged = await Promise.allSettled(postings.map((posting) => judge(chatId, posting, table, log)))
  const drafts: Draft[] = []
  for (const [place, posting] of postings.entries()) {
    const verdict = judged[place]
    if (verdict?.status === 'fulfilled') drafts.push(await draftOf(posting, { chatId, item: verdict.value, number: (await log).lastNumber + drafts.length + 1, at }))
    else outcomes.set(posting, { status: 'rejected', reason: verdict?.reason })
  }
  const [writer] = drafts
  if (!writer) return true
  try {
    await writer.posting.ctx.table.write(...writesFor(chatId, drafts))
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error
    return await settleDoubled(chatId, drafts, error, outcomes)
  }
  const stored = drafts.map(({ posting, message }) => ({ posting, view: messageView(message) }))
  announce(newest(drafts).posting.ctx, writer.item, stored.map(({ view }) => ({ event: 'chat.message', message: view })))
  for (const { posting, view } of stored) outcomes.set(posting, { status: 'fulfilled', value: view })
  return true
}

/** The one whose sender's rights were read last: who may hear of all of them is judged as it does (CHT-8). */
function newest(drafts: readonly Draft[]): Draft {
  return drafts.reduce((one, other) => (other.posting.ctx.workspace.version > one.posting.ctx.workspace.version ? other : one))
}

/** Whether its sender may post this message: the item as it was read. Throws 404, 403 or 400 as for a message that comes alone. */
async function judge(chatId: string, { ctx, values }: Posting, table: Table, log: Promise<Log>): Promise<Item> {
  const [item, { lastNumber }] = await Promise.all([loadChatItem({ ...ctx, table }, chatId), log])
  mayPost(item, ctx.actor.userId)
  if (typeof values.replyTo === 'number' && values.replyTo > lastNumber) throw invalidField('/replyTo', 'message.unknown', 'There is no such message in this chat.')
  // Writes nothing, and thereby waits until this sender's own workspace is confirmed: the transaction is written in the name of one of them.
  await ctx.table.write()
  return item
}

async function draftOf(posting: Posting, { chatId, item, number, at }: { chatId: string; item: Item; number: number; at: Date }): Promise<Draft> {
  const { ctx, values } = posting
  const message = messageFor(ctx, item, { chatId, values, number, at })
  const files = values.fileIds.length > 0 ? await bindFiles(ctx, values.fileIds, item) : { writes: [] }
  const expiresAt = Math.floor(at.getTime() / 1000) + CLIENT_ID_KEPT_SECONDS
  const sent = message.clientId === null ? [] : [{ put: { ...sentKey(chatId, message.authorId, message.clientId), kind: 'chatSent', number, expiresAt }, if: { absent: true } } as const]
  return { posting, item, message, writes: [...sent, { put: rowOfMessage(message), if: { absent: true } }, ...files.writes] }
}

function messageFor(ctx: Ctx, item: Item, { chatId, values, number, at }: { chatId: string; values: MessageInput; number: number; at: Date }): Message {
  return {
    chatId,
    number,
    clientId: values.clientId ?? null,
    authorId: ctx.actor.userId,
    at: at.toISOString(),
    text: values.text,
    fileIds: values.fileIds,
    replyTo: values.replyTo ?? null,
    mentionIds: mentionsIn(ctx, item, values.text, values.mentionIds),
    reactions: {},
    editedAt: null,
    deletedAt: null,
    change: null,
    version: 1,
  }
}

function writesFor(chatId: string, drafts: readonly Draft[]): Write[] {
  const numbers = drafts.map(({ message }) => message.number)
  const lastOfAuthors = Object.fromEntries(drafts.map(({ message: { authorId, number } }) => [lastBy(authorId), number]))
  return [
    { update: chatKey(chatId), set: { lastNumber: Math.max(...numbers), ...lastOfAuthors }, if: { equals: { lastNumber: Math.min(...numbers) - 1 } } },
    ...drafts.flatMap(({ writes }) => writes),
  ]
}

/** Of those that were stored already under their client id, gives the message that they made. */
async function settleDoubled(chatId: string, drafts: readonly Draft[], { failed }: ConditionFailed, outcomes: Map<Posting, Outcome<MessageView>>): Promise<boolean> {
  let place = 1
  let settled = false
  for (const { posting, message, writes } of drafts) {
    const isDoubled = message.clientId !== null && failed.includes(place)
    place += writes.length
    const sent = isDoubled && message.clientId !== null ? await findSent(posting.ctx.table, chatId, message.authorId, message.clientId) : undefined
    if (sent) outcomes.set(posting, { status: 'fulfilled', value: messageView(sent) })
    settled ||= sent !== undefined
  }
  return settled
}
