import type { EntryKind } from '../workspace/index.ts'
import type { Key } from '../platform/table.ts'
import { sortableTime } from '../kernel/ids.ts'

/** A stored mail, named by its content. */
export function messageKey(id: string): Key {
  return { pk: `MAIL#${id}`, sk: 'MAIL' }
}

/** Which mails bear a Message-ID and which replies wait for one that does: threads are followed here. `threadId` as made by `threadIdOf`. */
export function threadKey(threadId: string): Key {
  return { pk: `MAILID#${threadId}`, sk: 'MAILID' }
}

/** Mails that wait for somebody, by why they wait, in the order in which they came. */
export function queueKey(status: string, receivedAt: string, id: string): Key {
  return { pk: queuePartition(status), sk: `${sortableTime(new Date(receivedAt))}#${id}` }
}

export function queuePartition(status: string): string {
  return `MAILQUEUE#${status}`
}

/** What mail of an address has created: another mail of it that comes at the same time finds it here. */
export function madeForAddressKey(address: string): Key {
  return { pk: `MAILMADE#${address}`, sk: 'MAILMADE' }
}

/** How much mail of a domain has created within a day, against storms. */
export function madeForDomainKey(domain: string, at: Date): Key {
  return { pk: `MAILMADE#@${domain}#${at.toISOString().slice(0, 10)}`, sk: 'MAILMADE' }
}

/** The settings of Send&Save, in the workspace: everybody who routes a mail has them at hand, and a change counts from the next mail on. */
export const settingsEntry: { kind: EntryKind; id: string } = { kind: 'SETTINGS', id: 'mail' }

/** Where SES puts raw mails; what lies here is not settled yet. */
export const INBOX = 'inbox/'
/** Contents of messages. */
export const MAIL = 'mail/'
/** Raw originals of mail that came. */
export const ORIGINALS = 'mail/originals/'
/** What is remembered of deliveries that were begun more than once. */
export const NOTICES = 'notices/'

/** In place of the delivery by which other mail came: it leads to the raw original of mail that the CRM sent. */
export const SENT = 'sent'

export function inboxObject(sesMessageId: string): string {
  return `${INBOX}${sesMessageId}`
}

/** The notice of a delivery that was begun more than once. */
export function noticeObject(sesMessageId: string): string {
  return `notices/${sesMessageId}.json`
}

/** Text, HTML, headers and the list of attachments. */
export function contentObject(id: string): string {
  return `mail/${id}/content.json`
}

/** The trace of one version of a message, where it is too long for its row. */
export function traceObject(id: string, version: number): string {
  return `mail/${id}/trace-${version}.json`
}

export function attachmentObject(id: string, number: number): string {
  return `mail/${id}/attachments/${number}`
}

/**
 * The raw original of one delivery, with the headers that SES wrote above it; the same mail delivered twice has two. It is labelled with the message that the delivery
 * became, and so, once it is out of the inbox, the record of that. What the CRM has sent lies beside its content.
 */
export function rawObject(id: string, sesMessageId: string): string {
  return sesMessageId === SENT ? `mail/${id}/raw/${SENT}` : originalObject(sesMessageId)
}

export function originalObject(sesMessageId: string): string {
  return `${ORIGINALS}${sesMessageId}`
}
