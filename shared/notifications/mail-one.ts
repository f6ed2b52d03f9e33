import { may, rightsOf } from '../access/index.ts'
import { existingItems, isSameItem, type Item, type ItemRef } from '../items/index.ts'
import { comparableEmail } from '../kernel/email.ts'
import type { OutgoingMail } from '../platform/mailer.ts'
import { ConditionFailed, type Row, type Table, type Write } from '../platform/table.ts'
import { waitBeforeTry } from '../platform/retry.ts'
import { typesOf } from '../types/index.ts'
import { isActive, peopleOf, type Workspace } from '../workspace/index.ts'
import { composeMail, type MailedNote } from './compose-mail.ts'
import { readInbox, type Inbox } from './inbox.ts'
import { MAIL_DUE, NOTE_PREFIX, unreadKey } from './keys.ts'
import { noteView, type MailState } from './note.ts'

/** A transaction takes a hundred writes; one is the person's own row. */
const MOST_NOTES_OF_A_MAIL = 99
/** What has waited longer is no news any more. */
const OLDEST_HOURS = 24
const MOST_TRIES = 5
/** The name beside the CRM's address. */
const SENDER_NAME = 'Leadline'

export interface Composing {
  readonly workspace: Workspace
  readonly table: Table
  readonly mailAddress: string
  /** Where a client shows an item: an address with `{type}` and `{id}` in it; undefined when the deployment does not say. */
  readonly itemLink: string | undefined
  readonly now: Date
}

/** A mail that is this worker's alone to send, and how to give it back when it certainly was not sent. */
export interface Claimed {
  readonly mail: OutgoingMail
  giveBack(): Promise<void>
}

/**
 * Takes what waits to be mailed to a person: from then on nobody else sends it, and whoever ends before sending it leaves it unsent for good, since it might have been sent.
 * Undefined where nothing is to be sent: all was read, the person was deactivated, or somebody else has taken it. Titles are those that the person may read at this moment (ACC-8).
 */
export async function claimMail(at: Composing, userId: string): Promise<Claimed | undefined> {
  for (let attempt = 0; attempt < MOST_TRIES; attempt += 1) {
    const inbox = await readInbox(at.table, userId)
    if (inbox.dueAt === undefined || inbox.dueAt * 1000 > at.now.getTime()) return undefined
    const to = addressOf(at, userId)
    const { rows, isMore } = to === undefined ? { rows: [], isMore: false } : await waitingNotes(at, userId, inbox)
    const mail = to === undefined || rows.length === 0 ? undefined : { ...(await written(at, userId, rows, isMore)), ...letterhead(at, to) }
    try {
      await at.table.write({ update: unreadKey(userId), remove: ['dueKey', 'dueAt'], if: { equals: { dueAt: inbox.dueAt, toMail: inbox.toMail } } }, ...rows.map((row) => moved(row, 'wanted', 'sent')))
      return mail && { mail, giveBack: () => giveBack(at, userId, rows) }
    } catch (error) {
      // One more has come, one was just read, or somebody else was faster.
      if (!(error instanceof ConditionFailed)) throw error
      await waitBeforeTry(attempt)
    }
  }
  return undefined
}

/** Unread, wanted by mail still, and not too old. */
async function waitingNotes({ table, now }: Composing, userId: string, { mailKinds }: Inbox): Promise<{ rows: Row[]; isMore: boolean }> {
  const { rows, ended } = await table.query({ partition: unreadKey(userId).pk, beginsWith: NOTE_PREFIX, newestFirst: true, limit: MOST_NOTES_OF_A_MAIL, consistent: true })
  const since = new Date(now.getTime() - OLDEST_HOURS * 60 * 60 * 1000).toISOString()
  const waiting = rows.filter((row) => row['mail'] === 'wanted' && row['readAt'] === undefined && String(row['at']) > since && mailKinds.includes(noteView(row).kind))
  return { rows: waiting, isMore: !ended && waiting.length === MOST_NOTES_OF_A_MAIL }
}

/** Undefined for who is not to be written to: not active any more, or with the CRM's own address, to which the mail would come back. */
function addressOf({ workspace, mailAddress }: Composing, userId: string): { name: string; address: string } | undefined {
  const user = peopleOf(workspace).users.get(userId)
  const address = user?.emails[0]
  if (!user || address === undefined || !isActive(peopleOf(workspace), userId)) return undefined
  const plain = comparableEmail(address).replace(/\+[^@]*@/, '@')
  return plain === comparableEmail(mailAddress) ? undefined : { name: user.name, address }
}

async function written(at: Composing, userId: string, rows: readonly Row[], isMore: boolean): Promise<ReturnType<typeof composeMail>> {
  const views = rows.map(noteView)
  const items = await existingItems(at.table, views.map(({ item }) => item))
  const rights = rightsOf(at.workspace, userId)
  const notes = views.map((view): MailedNote => {
    const item = items.find((one) => isSameItem(one, view.item))
    const isReader = item !== undefined && may(rights, 'read', item)
    return { kind: view.kind, actorName: nameOf(at.workspace, view.actorId), isMine: item?.responsibleId === userId, ...told(at, view.item, isReader ? item : undefined) }
  })
  return composeMail(notes, { isMore })
}

function told({ workspace, itemLink }: Composing, { type, id }: ItemRef, item: Item | undefined): Pick<MailedNote, 'itemLabel' | 'title' | 'link'> {
  const link = item && itemLink?.replaceAll('{type}', encodeURIComponent(type)).replaceAll('{id}', String(id))
  return { itemLabel: `${typesOf(workspace).get(type)?.title ?? type} #${id}`, title: item?.title, link }
}

function nameOf(workspace: Workspace, userId: string | null): string | null {
  return userId === null ? null : (peopleOf(workspace).users.get(userId)?.name ?? null)
}

/** Says that a machine wrote it, so that no machine answers (RFC 3834). */
function letterhead({ mailAddress }: Composing, to: { name: string; address: string }): Pick<OutgoingMail, 'from' | 'to' | 'replyTo' | 'headers' | 'tags'> {
  return { from: { name: SENDER_NAME, address: mailAddress }, to: [to], replyTo: mailAddress, headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' }, tags: { kind: 'notifications' } }
}

function moved({ pk, sk }: Row, from: MailState, to: MailState): Write {
  return { update: { pk, sk }, set: { mail: to }, if: from === 'wanted' ? { equals: { mail: from }, without: ['readAt'] } : { equals: { mail: from } } }
}

/** The notices wait again, and go with the next mail. */
async function giveBack({ table, now }: Composing, userId: string, rows: readonly Row[]): Promise<void> {
  await table.write(...rows.map((row) => moved(row, 'sent', 'wanted')))
  try {
    await table.write({ update: unreadKey(userId), set: { dueKey: MAIL_DUE, dueAt: Math.floor(now.getTime() / 1000) }, if: { without: ['dueAt'] } })
  } catch (error) {
    // A mail is due already, with what has come meanwhile.
    if (!(error instanceof ConditionFailed)) throw error
  }
}
