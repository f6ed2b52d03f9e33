import { comparableEmail } from '../kernel/email.ts'
import { existingItems, findHolders, readableItems, refKey, type Item, type ItemRef } from '../items/index.ts'
import type { Blobs } from '../platform/blobs.ts'
import type { Ctx } from '../workspace/index.ts'
import type { Candidates } from './candidates.ts'
import { loadLetter } from './contents.ts'
import { peopleOfMail, type Message } from './message.ts'
import { loadMessages, loadThreads, type ThreadRow } from './repository.ts'
import type { EarlierMail, Facts, KeyedItem } from './router.ts'
import type { Standing } from './standing.ts'
import { distinctItems } from './trace.ts'

/** The types whose addresses decide where mail belongs (SNS-2). */
const TYPES_WITH_ADDRESSES = new Set(['lead', 'contact', 'company'])

/** What was looked up, and the thread rows as they stood: a reply that waits for one is stored on that state and no other. */
export interface Lookup {
  readonly facts: Facts
  readonly threadRows: ReadonlyMap<string, ThreadRow>
}

/** Looks up everything that the rules may ask, all at once; only the mails that a reply answers take a second round. */
export async function lookUp(ctx: Ctx, blobs: Blobs, candidates: Candidates, standing: Standing): Promise<Lookup> {
  const addresses = [...new Set([...candidates.recipients.theirs, ...(candidates.recipients.theirs.length > 0 ? [] : candidates.firstLine.theirs), ...candidates.senders.theirs])]
  const refs = distinctItems([...candidates.keys, ...candidates.answered].map(({ item }) => item))
  const [holders, keyed, threads] = await Promise.all([
    findHolders(ctx.table, 'email', addresses),
    standing.as === 'employee' ? readableItems({ ...ctx, actor: { userId: standing.userId, via: 'mail' } }, refs) : existingItems(ctx.table, refs),
    loadEarlier(ctx, blobs, candidates.references),
  ])
  return {
    facts: {
      holders: new Map([...holders].map(([address, held]) => [address, held.filter(({ type }) => TYPES_WITH_ADDRESSES.has(type)).toSorted(inOrder)])),
      keyed: new Map(keyed.map((item) => [refKey(item), keyedItem(item)])),
      threads: threads.earlier,
    },
    threadRows: threads.rows,
  }
}

async function loadEarlier(ctx: Ctx, blobs: Blobs, references: readonly string[]): Promise<{ rows: ReadonlyMap<string, ThreadRow>; earlier: Facts['threads'] }> {
  const rows = await loadThreads(ctx.table, references)
  const messages = await loadMessages(ctx.table, [...rows.values()].flatMap((row) => row.messageIds))
  const mails = new Map(await Promise.all([...messages.values()].map(async (message) => [message.id, await earlierMail(blobs, message)] as const)))
  const known = [...rows.values()].map((row) => [row.threadId, row.messageIds.flatMap((id) => mails.get(id) ?? [])] as const)
  return { rows, earlier: new Map(known.filter(([, found]) => found.length > 0)) }
}

async function earlierMail(blobs: Blobs, message: Message): Promise<EarlierMail> {
  const isCut = message.to.length + message.cc.length < message.recipientCount
  const named = isCut && message.bindings.length > 0 ? await loadLetter(blobs, message.id) : undefined
  const people = named ? new Set([...named.from, ...named.to, ...named.cc].map(({ address }) => comparableEmail(address))) : peopleOfMail(message)
  return { bindings: message.bindings, people, settled: message.awaits.length === 0 }
}

function keyedItem(item: Item): KeyedItem {
  const emails = item.values['emails']
  return {
    addresses: Array.isArray(emails) ? (emails as { value: string }[]).map(({ value }) => comparableEmail(value)) : [],
    linked: linkedPeople(item),
  }
}

/** The companies and contacts that an item is linked to: of these links both ends know (ITM-3). */
function linkedPeople({ values }: Item): ItemRef[] {
  const linked = (type: string, field: string): ItemRef[] => [values[field] ?? []].flat().map((id) => ({ type, id: Number(id) }))
  return [...linked('company', 'companyId'), ...linked('company', 'companyIds'), ...linked('contact', 'contactId'), ...linked('contact', 'contactIds')]
}

function inOrder(a: ItemRef, b: ItemRef): number {
  return a.type === b.type ? a.id - b.id : a.type < b.type ? -1 : 1
}
