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
/** Contents of messages, and outcomes of deliveries. */
export const MAIL = 'mail/'
export const NOTICES = 'notices/'

export function inboxObject(sesMessageId: string): string {
  return `${INBOX}${sesMessageId}`
}

/** The notice of a delivery that was begun more than once. */
export function noticeObject(sesMessageId: string): string {
  return `notices/${sesMessageId}.json`
}

/** What became of a delivery. */
export function outcomeObject(sesMessageId: string): string {
  return `notices/${sesMessageId}.settled.json`
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

/** The raw original of one delivery, with the headers that SES wrote above it. The same mail delivered twice has two. */
export function rawObject(id: string, sesMessageId: string): string {
  return `mail/${id}/raw/${sesMessageId}`
}
