import type { Row } from '../platform/table.ts'
import { itemOfChatId, messageKey } from './keys.ts'
import type { MessageView } from './schema.ts'

/** A message as it is stored: what the API shows, and how often it was changed. */
export interface Message extends MessageView {
  readonly version: number
}

/** Messages that name people lie under a kind of their own, so that the stream's filter tells them from the many that nobody has to be notified of. */
const MENTION_KIND = 'chatMention'
const PLAIN_KIND = 'chatMessage'

/** Written in a transaction, where each kilobyte counts twice: it holds no empty parts. */
export function rowOfMessage(message: Message): Row {
  const { number, mentionIds, fileIds, reactions, ...rest } = message
  const item = itemOfChatId(message.chatId)
  return {
    ...messageKey(message.chatId, number),
    kind: mentionIds.length > 0 ? MENTION_KIND : PLAIN_KIND,
    number,
    ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== null && value !== '')),
    // The outbox tells of mentions from this row alone.
    ...(mentionIds.length > 0 ? { mentionIds, itemType: item?.type, itemId: item?.id } : {}),
    ...(fileIds.length > 0 ? { fileIds } : {}),
    ...(Object.keys(reactions).length > 0 ? { reactions } : {}),
  }
}

/** A message as its row has it. */
export function messageOfRow(row: Readonly<Record<string, unknown>>): Message {
  const text = (name: string): string | null => (typeof row[name] === 'string' ? row[name] : null)
  const list = (name: string): string[] => (Array.isArray(row[name]) ? (row[name] as string[]) : [])
  return {
    chatId: text('chatId') ?? '',
    number: Number(row['number']),
    clientId: text('clientId'),
    authorId: text('authorId') ?? '',
    at: text('at') ?? '',
    text: text('text') ?? '',
    fileIds: list('fileIds'),
    replyTo: row['replyTo'] === undefined ? null : Number(row['replyTo']),
    mentionIds: list('mentionIds'),
    reactions: (row['reactions'] as Record<string, string[]> | undefined) ?? {},
    editedAt: text('editedAt'),
    deletedAt: text('deletedAt'),
    change: row['change'] === undefined ? null : Number(row['change']),
    version: Number(row['version'] ?? 1),
  }
}

/** A message as members see it: all but the version of its row. */
export function messageView({ version: _version, ...view }: Message): MessageView {
  return view
}
