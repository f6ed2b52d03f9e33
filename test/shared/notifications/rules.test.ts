import { describe, expect, it } from 'vitest'
import { notesOfItem, notesOfMail, notesOfMention } from '../../../shared/notifications/rules.ts'

const item = { type: 'deal', id: 88 }
type Changes = Record<string, { old: unknown; new: unknown }>
const told = (changes: Changes, actor = { userId: 'usr_actor', via: 'user' }): string[] => notesOfItem({ eventId: 'e', item, version: 2, changes, actor }).map(({ userId, kind }) => `${userId} ${kind}`)

const cases: readonly { readonly name: string; readonly changes: Changes; readonly actor?: { userId: string; via: string }; readonly told: readonly string[] }[] = [
  { name: 'nobody of a new title', changes: { title: { old: 'a', new: 'b' } }, told: [] },
  { name: 'new observers', changes: { observerIds: { old: ['usr_1'], new: ['usr_1', 'usr_2'] } }, told: ['usr_2 observer.added'] },
  { name: 'observers of a new item', changes: { observerIds: { old: null, new: ['usr_1'] } }, told: ['usr_1 observer.added'] },
  { name: 'former observers', changes: { observerIds: { old: ['usr_1', 'usr_2'], new: ['usr_1'] } }, told: ['usr_2 observer.removed'] },
  { name: 'nobody of adding themselves', changes: { observerIds: { old: [], new: ['usr_actor'] } }, told: [] },
  { name: 'nobody of removing themselves', changes: { observerIds: { old: ['usr_actor'], new: [] } }, told: [] },
  { name: 'both responsible persons', changes: { responsibleId: { old: 'usr_1', new: 'usr_2' } }, told: ['usr_2 responsible.changed', 'usr_1 responsible.changed'] },
  { name: 'the other one, when one of them did it', changes: { responsibleId: { old: 'usr_actor', new: 'usr_2' } }, told: ['usr_2 responsible.changed'] },
  { name: 'an observer who becomes responsible, once', changes: { responsibleId: { old: 'usr_actor', new: 'usr_2' }, observerIds: { old: ['usr_2', 'usr_3'], new: [] } }, told: ['usr_3 observer.removed', 'usr_2 responsible.changed'] },
  { name: 'the responsible person of a new item that another made', changes: { responsibleId: { old: null, new: 'usr_2' } }, told: ['usr_2 responsible.changed'] },
  { name: 'whom a process adds in their own name', changes: { observerIds: { old: [], new: ['usr_actor'] } }, actor: { userId: 'usr_actor', via: 'process' }, told: ['usr_actor observer.added'] },
]

describe('who is notified', () => {
  it.each(cases)('OBS-3, NTF-1: $name', ({ changes, actor, told: wanted }) => {
    expect(told(changes, actor)).toEqual(wanted)
  })

  it('CHT-9: who is named in a message, if they may still read the item, and not by themselves', () => {
    const notes = notesOfMention({ eventId: 'e', item, chatId: 'cht_1', number: 7, userIds: ['usr_1', 'usr_actor'], actor: { userId: 'usr_actor', via: 'user' } })
    expect(notes).toEqual([{ userId: 'usr_1', kind: 'mention', actorId: 'usr_actor', item, data: { chatId: 'cht_1', number: 7 }, forReaders: true }])
  })

  it('NTF-1: the responsible person of each item that mail came in for; not for mail that went out, nor for what they added themselves', () => {
    const mail = { eventId: 'e', messageId: 'msg_1', items: [item, { type: 'contact', id: 5 }], actor: { userId: null, via: 'mail' } }
    const responsible = (ref: { type: string }): string | undefined => (ref.type === 'deal' ? 'usr_1' : undefined)
    expect(notesOfMail({ ...mail, direction: 'in' }, responsible)).toMatchObject([{ userId: 'usr_1', kind: 'mail.received', actorId: null, data: { messageId: 'msg_1' } }])
    expect(notesOfMail({ ...mail, direction: 'out' }, responsible)).toEqual([])
    expect(notesOfMail({ ...mail, direction: 'in', actor: { userId: 'usr_1', via: 'user' } }, responsible)).toEqual([])
  })
})
