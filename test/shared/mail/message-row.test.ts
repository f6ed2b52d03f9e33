import { describe, expect, it } from 'vitest'
import { messageOfRow, rowOfMessage } from '../../../shared/mail/message-row.ts'
import { newMessage, type Message } from '../../../shared/mail/message.ts'
import { aDelivery, aLetter, person } from './mails.ts'

const id = `msg_${'0'.repeat(32)}`
const matched = [{ by: 'anna@example.org', type: 'contact', id: 12 }, { by: 'ben@example.org', type: 'company', id: 5 }]

const ordinary: Message = newMessage(
  id,
  aLetter({ from: [person('sam.seller@leadline.example', 'Sam Seller')], to: [person('anna.buyer@example.org', 'Anna Buyer'), person('ben.buyer@example.org', 'Ben Buyer')], cc: [person('crm@leadline.example')], subject: 'Our offer for the new machines, as discussed', date: '2026-03-01T09:59:00.000Z', messageId: 'CAF8Hw2yKqk3m1tYg7R2c_5oX9Zt0aQ@mail.leadline.example' }),
  aDelivery({ sesMessageId: 'k'.repeat(40), source: 'sam.seller@leadline.example', signedBy: ['leadline.example'], fromDomain: 'leadline.example' }),
  { standing: { as: 'employee', userId: 'usr_0123456789abcdef' }, routing: { status: 'routed', bindings: matched.map(({ type, id }) => ({ type, id })), trace: [{ rule: 'key', matched: [], refused: [{ by: 'DID#9', reason: 'unknown_or_unreadable' }] }, { rule: 'thread', matched: [], refused: [] }, { rule: 'recipients', matched, refused: [] }], awaits: ['parent@x'] } },
)

describe('the row of a message', () => {
  it.each<[string, Message]>([
    ['an ordinary one', ordinary],
    ['one of nobody', newMessage(id, aLetter(), aDelivery({ source: '', verdicts: null }), { unreadable: 'broken' })],
    ['a quarantined one', newMessage(id, aLetter({ from: [person('x@example.org')] }), aDelivery(), { standing: { as: 'quarantined', reason: 'spam' }, routing: { status: 'unsorted', bindings: [], trace: [], awaits: [] } })],
    ['one assigned by hand', { ...ordinary, assigned: [{ type: 'deal', id: 1 }], changedBy: 'usr_1', version: 4, sharesMessageId: true }],
    ['one with another From than the server judged', { ...ordinary, delivery: { ...ordinary.delivery, fromDomain: 'other.example' } }],
  ])('gives back what went in: %s', (_, message) => {
    const { fromDomain, ...delivery } = message.delivery
    const back = messageOfRow(JSON.parse(JSON.stringify(rowOfMessage(message))))
    expect(back).toEqual({ ...message, traceVersion: message.version, delivery: fromDomain === 'other.example' ? message.delivery : delivery })
  })

  it('is understood as it was stored before: SNS-6 what is unparsed is unread, SNS-9 people who were cut off are looked for in the content', () => {
    const before = (message: Message, more: object = {}): Message => {
      const { unread: _unread, recipientCount: _recipientCount, ...row } = rowOfMessage(message)
      return messageOfRow({ ...row, ...more } as ReturnType<typeof rowOfMessage>)
    }
    expect(before(newMessage(id, aLetter(), aDelivery(), { unreadable: 'broken' }))).toMatchObject({ status: 'unparsed', unread: true })
    expect(before(ordinary)).toMatchObject({ unread: false, recipientCount: 3 })
    expect(before(ordinary, { peopleCut: true }).recipientCount).toBeGreaterThan(3)
  })

  it('has what the timeline needs', () => {
    expect(rowOfMessage(ordinary)).toMatchObject({ pk: `MAIL#${id}`, sk: 'MAIL', kind: 'mail', version: 1, id, direction: 'out', senderUserId: 'usr_0123456789abcdef', receivedAt: '2026-03-01T10:00:00.000Z', subject: 'Our offer for the new machines, as discussed', bindings: [{ type: 'contact', id: 12 }, { type: 'company', id: 5 }], changedVia: 'mail' })
  })
})
