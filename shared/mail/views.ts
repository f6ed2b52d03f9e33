import type { ItemRef } from '../items/index.ts'
import { cleanLine } from '../kernel/clean-text.ts'
import type { Fate } from './fate.ts'
import type { Letter, Person } from './letter.ts'
import { LONGEST_NAME_IN_LIST, MOST_PEOPLE_IN_LIST } from './limits.ts'
import { recipientCountOf, type Message } from './message.ts'
import type { MessageSummary, MessageView } from './schema.ts'
import { shownText } from './shown-text.ts'
import type { TraceEntry } from './trace.ts'

/** What lists show of a mail: its first people, with names as far as a list shows them. Of its items only those that the reader may read. */
export function summaryOf(message: Message, isReadable: (item: ItemRef) => boolean): MessageSummary {
  const { id, direction, from, to, cc, recipientCount, subject, date, receivedAt, senderUserId, status, reason, bindings, created, version } = message
  return {
    id,
    direction,
    from: inList(from),
    to: to.slice(0, MOST_PEOPLE_IN_LIST).map(inList),
    cc: cc.slice(0, MOST_PEOPLE_IN_LIST).map(inList),
    recipientCount,
    subject,
    date,
    receivedAt,
    senderUserId,
    status,
    reason,
    bindings: bindings.filter(isReadable).map(({ type, id }) => ({ type, id })),
    created: created && isReadable(created) ? created : null,
    version,
  }
}

function inList({ name, address }: Person): Person {
  return { name: cleanLine(name, LONGEST_NAME_IN_LIST), address }
}

/** A mail with its content (SNS-5). The trace, where it is shown, leaves out items that the reader may not read (ACC-8, ACC-9). */
export function messageView(message: Message, letter: Letter, isReadable: (item: ItemRef) => boolean, trace: readonly TraceEntry[] | undefined, fate?: Fate): MessageView {
  const { delivery } = message
  return {
    ...summaryOf(message, isReadable),
    from: message.from,
    to: [...letter.to],
    cc: [...letter.cc],
    recipientCount: recipientCountOf(letter),
    ...shownText(letter),
    html: letter.html,
    cut: message.unread || letter.cut || letter.omittedRecipients > 0 || letter.omittedAttachments > 0,
    attachments: letter.attachments.map((attachment) => ({ ...attachment })),
    ...(message.composed?.mailingId === undefined ? {} : { mailingId: message.composed.mailingId }),
    ...(fate ? { fate: { ...fate } } : {}),
    ...(trace === undefined
      ? {}
      : {
          trace: trace.map(({ rule, matched, refused }) => ({ rule, matched: matched.filter(isReadable), refused: [...refused] })),
          delivery: { recipients: [...delivery.recipients], source: delivery.source, verdicts: delivery.verdicts, sharesMessageId: message.sharesMessageId },
        }),
  }
}
