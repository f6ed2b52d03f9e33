import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { mailEventIn, type MailEvent } from '../../../shared/platform/ses-events.ts'

const at = '2026-03-02T09:00:00.000Z'
const mail = { messageId: '0102018f-aa-000000', timestamp: at, destination: ['ann@client.example'], tags: { message: ['msg_1'], 'ses:operation': ['SendRawEmail'] } }
const event = (eventType: string, more: object): string => JSON.stringify({ eventType, mail, ...more })
const bounce = (bounceType: string, ...bouncedRecipients: object[]): string => event('Bounce', { bounce: { bounceType, bounceSubType: 'General', bouncedRecipients, timestamp: at } })
/** What is told besides which mail it is about. */
const toldIn = (body: string): object | undefined => {
  const { sesMessageId: _id, tags: _tags, ...told } = mailEventIn(body) ?? ({} as MailEvent)
  return told
}

describe('what SES tells of a mail that was sent', () => {
  it('names the mail by its id and its tags', () => {
    expect(mailEventIn(event('Send', { send: {} }))).toEqual({ kind: 'sent', sesMessageId: mail.messageId, tags: mail.tags })
  })

  it.each([
    ['delivered', event('Delivery', { delivery: { timestamp: at, smtpResponse: '250 ok' } }), { kind: 'delivered', at }],
    ['bounced for good, in the words of the other server', bounce('Permanent', { emailAddress: 'ann@client.example', diagnosticCode: '550 unknown' }), { kind: 'bounced', at, forGood: true, addresses: ['ann@client.example'], detail: '550 unknown' }],
    ['bounced for now, where nobody said why', bounce('Transient', { emailAddress: 'ann@client.example' }), { kind: 'bounced', at, forGood: false, addresses: ['ann@client.example'], detail: 'Transient' }],
    ['bounced for nobody named', bounce('Undetermined'), { kind: 'bounced', at, forGood: false, addresses: [], detail: 'Undetermined' }],
    ['complained of', event('Complaint', { complaint: { complainedRecipients: [{ emailAddress: 'ann@client.example' }], timestamp: at, complaintFeedbackType: null } }), { kind: 'complained', at, addresses: ['ann@client.example'], detail: undefined }],
    ['refused in the end', event('Reject', { reject: { reason: 'Bad content' } }), { kind: 'refused', reason: 'Bad content' }],
  ])('says that it was %s (BLK-3)', (_what, body, told) => {
    expect(toldIn(body)).toEqual(told)
  })

  it.each(['Successfully validated SNS topic for Amazon SES event publishing.', '{"notificationType":"AmazonSnsSubscriptionSucceeded","message":"..."}'])('takes a greeting for what it is', (greeting) => {
    expect(mailEventIn(greeting)).toBeUndefined()
  })

  it.each(['', 'no JSON', 'null', '[]', '{}', event('Open', { open: {} }), event('Delivery', {}), JSON.stringify({ eventType: 'Send', mail: { ...mail, messageId: '../../elsewhere' } })])('throws for what is no such event: %s', (body) => {
    expect(() => mailEventIn(body)).toThrow(z.ZodError)
  })
})
