import { refKey, type ItemRef } from '../items/index.ts'
import { cleanLine, cutToBytes } from '../kernel/clean-text.ts'
import type { Blobs } from '../platform/blobs.ts'
import type { Row, Table, Write } from '../platform/table.ts'
import { storeContents } from './contents.ts'
import type { Fate } from './fate.ts'
import { messageKey, rawObject, SENT } from './keys.ts'
import { EMPTY_LETTER, type Person } from './letter.ts'
import { LONGEST_PERSON_NAME, LONGEST_SUBJECT, MOST_TEXT_BYTES } from './limits.ts'
import type { Composed, Message } from './message.ts'
import { messageOfRow, rowOfMessage } from './message-row.ts'
import { loadThreads } from './repository.ts'

/**
 * How far a mail of our own has come. Its row lies where the message will: `sending` is the claim that lets one worker alone send it; `sent` makes it a message.
 * `unknown` is one whose sender ended, or got no answer, between the two: it may have gone out, and is never sent again. `skipped` is only read: a mailing once put
 * aside here what it now puts aside by item.
 */
const OUTGOING_KINDS = { sending: 'mail.sending', sent: 'mail', failed: 'mail.failed', skipped: 'mail.skipped', unknown: 'mail.unknown' } as const
export type OutgoingState = keyof typeof OUTGOING_KINDS

/** A mail to people of an item. */
export interface OutgoingMessage {
  readonly id: string
  readonly item: ItemRef
  readonly from: Person
  readonly to: readonly Person[]
  readonly subject: string
  readonly at: Date
  readonly senderUserId: string
  readonly mailing?: { readonly id: string; readonly page: number }
}

export interface Outgoing {
  readonly id: string
  readonly state: OutgoingState
  readonly composed: Composed
  /** Why it was not sent. */
  readonly reason: string | null
  readonly to: readonly Person[]
  /** Of one that was sent: its Message-ID. */
  readonly threadId: string | null
}

/** The write by which a mail becomes somebody's to send. Its condition is what lets it happen once: the row must not be there yet. */
export function beginWrite(mail: OutgoingMessage): Write {
  return { put: { ...rowOfMessage(messageOf(mail)), kind: OUTGOING_KINDS.sending }, if: { absent: true } }
}

/** The write that takes a mail from one state to another, if it is still there. Sent, it has a Message-ID and stands in its item's timeline from then on. */
export function moveWrite(id: string, from: OutgoingState, to: { state: 'sent'; threadId: string } | { state: 'failed'; reason: string } | { state: 'unknown' }): Write {
  const { state, ...more } = to
  return { update: messageKey(id), set: { kind: OUTGOING_KINDS[state], ...more }, if: { equals: { kind: OUTGOING_KINDS[from] } } }
}

/** The write that gives a claim back: the mail was certainly not sent. */
export function giveBackWrite(id: string): Write {
  return { delete: messageKey(id), if: { equals: { kind: OUTGOING_KINDS.sending } } }
}

/** What a mail says, as it is shown. */
export interface CleanContent {
  readonly html: string | null
  readonly text: string
  readonly cut: boolean
}

/** Makes what a mail says fit to be shown. */
export async function cleanOutgoing(content: { html: string; text: string }): Promise<CleanContent> {
  const { cleanHtml } = await import('./clean-html.ts')
  const { html, cut } = content.html === '' ? { html: null, cut: false } : cleanHtml(content.html)
  const text = cutToBytes(content.text, MOST_TEXT_BYTES)
  return { html, text: text.text, cut: cut || text.cut }
}

/** Stores what a mail says, and the bytes that go out, before it is sent (SNS-5). */
export async function storeOutgoing(blobs: Blobs, mail: OutgoingMessage, { html, text, cut }: CleanContent, raw: Uint8Array): Promise<void> {
  const { from, to, subject, at } = messageParts(mail)
  await Promise.all([
    storeContents(blobs, mail.id, { ...EMPTY_LETTER, from: [from], to, subject, date: at, text, ownWords: text, html, cut }, []),
    blobs.put(rawObject(mail.id, SENT), raw, 'message/rfc822'),
  ])
}

/** The text of HTML, for a mail that was written without one. */
export async function textOfHtml(html: string): Promise<string> {
  const { cleanHtml, textOfCleanHtml } = await import('./clean-html.ts')
  return textOfCleanHtml(cleanHtml(html).html ?? '')
}

/** Mails of our own, by id; those that are not there have not been begun. */
export async function loadOutgoing(table: Table, ids: readonly string[]): Promise<ReadonlyMap<string, Outgoing>> {
  const rows = ids.length === 0 ? [] : await table.getMany(ids.map(messageKey), { consistent: true })
  return new Map(rows.flatMap((row) => outgoingOf(row) ?? []).map((one) => [one.id, one]))
}

/** What became of a mail of our own; `sent` as long as nothing else was heard. */
export async function fateOf(table: Table, { threadId, receivedAt }: Pick<Message, 'threadId' | 'receivedAt'>): Promise<Fate> {
  const known = threadId === null ? undefined : (await loadThreads(table, [threadId])).get(threadId)
  return known?.fate ?? { status: 'sent', at: receivedAt }
}

/** Fates by Message-ID, of those of which something was heard. */
export async function fatesOf(table: Table, threadIds: readonly string[]): Promise<ReadonlyMap<string, Fate>> {
  const rows = [...(await loadThreads(table, [...new Set(threadIds)])).values()]
  return new Map(rows.flatMap(({ threadId, fate }) => (fate ? [[threadId, fate] as const] : [])))
}

function outgoingOf(row: Row): Outgoing | undefined {
  const state = (Object.keys(OUTGOING_KINDS) as OutgoingState[]).find((one) => OUTGOING_KINDS[one] === row['kind'])
  const { id, composed, reason, to, threadId } = messageOfRow(row)
  return state && composed ? { id, state, composed, reason, to, threadId } : undefined
}

function messageParts({ from, to, subject, at }: OutgoingMessage): { from: Person; to: Person[]; subject: string; at: string } {
  const plain = ({ name, address }: Person): Person => ({ name: cleanLine(name, LONGEST_PERSON_NAME), address })
  return { from: plain(from), to: to.map(plain), subject: cleanLine(subject, LONGEST_SUBJECT), at: at.toISOString() }
}

function messageOf(mail: OutgoingMessage): Message {
  const { from, to, subject, at } = messageParts(mail)
  const { id, item, senderUserId, mailing } = mail
  return {
    id,
    version: 1,
    direction: 'out',
    from,
    to,
    cc: [],
    recipientCount: to.length,
    subject,
    date: at,
    receivedAt: at,
    senderUserId,
    status: 'routed',
    reason: null,
    unread: false,
    bindings: [{ type: item.type, id: item.id }],
    assigned: [],
    created: null,
    trace: [],
    traceCut: false,
    traceVersion: 1,
    threadId: null,
    awaits: [],
    sharesMessageId: false,
    delivery: { sesMessageId: SENT, receivedAt: at, source: from.address, recipients: [], verdicts: null, signedBy: [] },
    changedBy: senderUserId,
    composed: { item: refKey(item), ...(mailing ? { mailingId: mailing.id, page: mailing.page } : {}) },
  }
}
