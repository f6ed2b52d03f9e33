import { announceMembers } from '../chat/index.ts'
import { existingItems, isSameItem, storedItems, type ItemRef } from '../items/index.ts'
import { announceItemChange } from '../sockets/index.ts'
import { Envelope, ItemEvent, MailEvent, MentionEvent } from './event.ts'
import { notify, type Reacting } from './notify.ts'
import { notesOfItem, notesOfMail, notesOfMention, texts } from './rules.ts'

/** What follows from one event of the bus for those who are connected or concerned: notices, items on screen, members of chats. May run any number of times. */
export async function reactToEvent(at: Reacting, body: string): Promise<string> {
  const { 'detail-type': type, time, detail } = Envelope.parse(JSON.parse(body))
  const when = new Date(time)
  if (type === 'chat.mentioned') return reactToMention(at, MentionEvent.parse(detail), when)
  if (type === 'mail.received') return reactToMail(at, MailEvent.parse(detail), when)
  return reactToItem(at, type, ItemEvent.parse(detail), when)
}

async function reactToItem(at: Reacting, type: string, event: ItemEvent, when: Date): Promise<string> {
  const [item] = await storedItems(at.table, [event.item])
  const existing = item === undefined || item.deletedAt !== undefined ? [] : [item]
  const notified = await notify(at, type.endsWith('.deleted') ? [] : notesOfItem(event), { eventId: event.eventId, at: when }, existing)
  if (item) {
    // An empty write waits until the workspace is confirmed to be the newest: nothing is pushed on outdated rights.
    await at.table.write()
    // Told as it stands now: of two events the later one may come first.
    const fields = [...(/\.(?:deleted|restored)$/.test(type) ? ['deletedAt'] : []), ...Object.keys(event.changes).filter((field) => field !== 'chatMemberIds')]
    await announceItemChange(at, item, { event: 'item.changed', item: event.item, version: item.version, fields })
    const members = event.changes['chatMemberIds']
    if (members !== undefined) await announceMembers(at, item, texts(members.old))
  }
  return `notified ${notified}`
}

async function reactToMention(at: Reacting, event: MentionEvent, when: Date): Promise<string> {
  const items = await existingItems(at.table, [event.item])
  return `notified ${await notify(at, notesOfMention(event), { eventId: event.eventId, at: when }, items)}`
}

async function reactToMail(at: Reacting, event: MailEvent, when: Date): Promise<string> {
  const items = await existingItems(at.table, event.items)
  const responsibleOf = (ref: ItemRef): string | undefined => items.find((item) => isSameItem(item, ref))?.responsibleId
  return `notified ${await notify(at, notesOfMail(event, responsibleOf), { eventId: event.eventId, at: when }, items)}`
}
