import { replyAddressOf, type OutgoingMessage } from '../mail/index.ts'
import type { ItemRef } from '../items/index.ts'
import type { Mailbox } from '../platform/mailer.ts'
import { peopleOf, type Workspace } from '../workspace/index.ts'

/**
 * How the CRM's mail is headed: from the CRM's own address, for which it may sign, under the sender's name; replies go to an address that names the
 * item and is signed, so that they find it again whatever address they are written from (BLK-5).
 */
export function letterheadOf(workspace: Workspace, mailAddress: string, senderId: string, item: ItemRef | undefined): { from: Mailbox; replyTo: string } {
  const name = peopleOf(workspace).users.get(senderId)?.name ?? ''
  return { from: { name, address: mailAddress }, replyTo: (item && replyAddressOf(workspace, mailAddress, item)) ?? mailAddress }
}

/** By which SES's events are matched to the mail's row. */
export function tagsOf({ id, mailing }: Pick<OutgoingMessage, 'id' | 'mailing'>): Record<string, string> {
  return { message: id, ...(mailing ? { mailing: mailing.id } : {}) }
}
