import { createHash } from 'node:crypto'
import { base32OfBytes } from '../kernel/ids.ts'
import type { Key } from '../platform/table.ts'

/** All mailings in the order in which they were begun: their ids begin with the time. */
export const MAILINGS_PARTITION = 'MAILINGS'

export function mailingKey(id: string): Key {
  return { pk: MAILINGS_PARTITION, sk: id }
}

/** In the index of what is due: mailings that still run. */
export const RUNNING = 'MAILING'

/** The numbers that were chosen one by one. */
export function selectionKey(id: string): Key {
  return { pk: `MAILING#${id}`, sk: 'SELECTION' }
}

/** A part of the selection; pages are counted from 1. */
export function pageKey(id: string, page: number): Key {
  return { pk: `MAILING#${id}`, sk: `P#${String(page).padStart(5, '0')}` }
}

/** Those of a page that get no mail, each with why: apart from the messages, so that no address is used up by a mail that was never sent. */
export function asidePrefix(id: string, page: number): Key {
  return { pk: `MAILING#${id}`, sk: `A#${String(page).padStart(5, '0')}#` }
}

/** The id of the message that an address gets in a mailing: the same whoever asks and however often, so there can be one only. `address` in the form in which addresses compare. */
export function recipientId(mailingId: string, address: string): string {
  return `msg_${base32OfBytes(createHash('sha256').update(`${mailingId}\n${address}`).digest())}`
}

/** Addresses that get no mailings, in the order of the alphabet. */
export const SUPPRESSION_PARTITION = 'SUPPRESSION'

export function suppressionKey(address: string): Key {
  return { pk: SUPPRESSION_PARTITION, sk: address }
}
