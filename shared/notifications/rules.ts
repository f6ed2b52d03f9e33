import type { ItemRef } from '../items/index.ts'
import type { ItemEvent, MailEvent, MentionEvent } from './event.ts'
import type { NoteKind } from './schema.ts'

/** That somebody is to be told of something. */
export interface Note {
  readonly userId: string
  readonly kind: NoteKind
  readonly actorId: string | null
  readonly item: ItemRef
  readonly data: Readonly<Record<string, string | number>>
  /** Only who may still read the item is told; false where the news is that one may not any more. */
  readonly forReaders: boolean
}

interface Who {
  readonly userId: string | null
  readonly via: string
}

/** Who is told of an item's change: observers that came and went, and the responsible persons before and after (OBS-3, NTF-1). Nobody of their own act. */
export function notesOfItem({ item, changes, actor }: ItemEvent): Note[] {
  const observers = { old: texts(changes['observerIds']?.old), new: texts(changes['observerIds']?.new) }
  const responsible = changes['responsibleId']
  const note = (kind: NoteKind, forReaders: boolean) => (userId: string): Note => ({ userId, kind, actorId: actor.userId, item, data: {}, forReaders })
  const notes = [
    ...observers.new.filter((id) => !observers.old.includes(id)).map(note('observer.added', false)),
    // Becoming responsible ends observing by itself (OBS-4): one piece of news is enough.
    ...observers.old.filter((id) => !observers.new.includes(id) && id !== responsible?.new).map(note('observer.removed', false)),
    ...texts([responsible?.new]).map(note('responsible.changed', false)),
    ...texts([responsible?.old]).map(note('responsible.changed', false)),
  ]
  return notes.filter(({ userId }) => !isOwnAct(actor, userId))
}

export function notesOfMention({ item, chatId, number, userIds, actor }: MentionEvent): Note[] {
  return userIds.filter((userId) => !isOwnAct(actor, userId)).map((userId) => ({ userId, kind: 'mention', actorId: actor.userId, item, data: { chatId, number }, forReaders: true }))
}

/** Mail that came in is told to whom the item belongs. */
export function notesOfMail({ messageId, direction, items, actor }: MailEvent, responsibleOf: (item: ItemRef) => string | undefined): Note[] {
  if (direction !== 'in') return []
  return items.flatMap((item): Note[] => {
    const userId = responsibleOf(item)
    return userId === undefined || isOwnAct(actor, userId) ? [] : [{ userId, kind: 'mail.received', actorId: actor.userId, item, data: { messageId }, forReaders: true }]
  })
}

/** What a process does in somebody's name is news to them all the same. */
function isOwnAct(actor: Who, userId: string): boolean {
  return actor.userId === userId && actor.via !== 'process'
}

/** The texts among the values of a field that an event tells of. */
export function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
}
