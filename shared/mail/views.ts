import type { ItemRef } from '../items/index.ts'
import type { Fate } from './fate.ts'
import type { Letter } from './letter.ts'
import type { Message } from './message.ts'
import type { MessageSummary, MessageView } from './schema.ts'
import { shownText } from './shown-text.ts'
import type { TraceEntry } from './trace.ts'

/** What lists show of a mail. Of its items only those that the reader may read. */
export function summaryOf(message: Message, isReadable: (item: ItemRef) => boolean): MessageSummary {
  const { id, direction, from, to, cc, subject, date, receivedAt, senderUserId, status, reason, version, created } = message
  return { id, direction, from, to: [...to], cc: [...cc], subject, date, receivedAt, senderUserId, status, reason, bindings: message.bindings.filter(isReadable).map(({ type, id }) => ({ type, id })), created: created && isReadable(created) ? created : null, version }
}

/** A mail with its content (SNS-5). The trace, where it is shown, leaves out items that the reader may not read (ACC-8, ACC-9). */
export function messageView(message: Message, letter: Letter, isReadable: (item: ItemRef) => boolean, trace: readonly TraceEntry[] | undefined, fate?: Fate): MessageView {
  const { delivery } = message
  return {
    ...summaryOf(message, isReadable),
    to: [...letter.to],
    cc: [...letter.cc],
    ...shownText(letter),
    html: letter.html,
    cut: letter.cut || letter.omittedRecipients > 0 || letter.omittedAttachments > 0,
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
