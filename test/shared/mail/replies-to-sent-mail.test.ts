import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { randomId } from '../../../shared/kernel/ids.ts'
import { beginWrite, moveWrite, type OutgoingMessage } from '../../../shared/mail/index.ts'
import { receiveEvent } from '../../../shared/mailings/index.ts'
import { aMailRoom, type MailRoom } from './a-mail-room.ts'
import { aRawMail, person } from './mails.ts'

let room: MailRoom
beforeAll(async () => {
  room = await aMailRoom()
})
afterAll(() => room.close())

const ID_DOMAIN = 'eu-west-1.amazonses.com'
const buyer = 'buyer@example.org'

/** A mail that the CRM has sent to a buyer from a deal, whose fate nobody has told yet. */
async function aSentMail(): Promise<{ id: string; sesId: string; deal: number }> {
  const deal = await room.make('deal', { title: 'Fence' })
  const mail: OutgoingMessage = { id: randomId('msg'), item: { type: 'deal', id: deal }, from: person('crm@leadline.example', 'Sam'), to: [person(buyer)], subject: 'Offer', at: new Date(), senderUserId: room.company.administratorId }
  const sesId = `sent-${deal}`
  await room.table.table.write(beginWrite(mail))
  await room.table.table.write(moveWrite(mail.id, 'sending', { state: 'sent', threadId: `${sesId}@${ID_DOMAIN}` }))
  return { id: mail.id, sesId, deal }
}

/** The buyer's answer to it, which names it as mail programs do. */
async function answer(sesId: string, subject: string): Promise<string> {
  await room.send(aRawMail({ from: buyer, to: 'sam@leadline.example', subject, headers: [`In-Reply-To: <${sesId}@${ID_DOMAIN}>`] }), { source: buyer })
  return (await room.messages()).find((message) => message.subject === subject)?.id ?? ''
}

const tell = (sesId: string, id: string, intake = room.intake): Promise<string> =>
  receiveEvent(
    { table: room.table.table, intake, idDomain: ID_DOMAIN, now: () => new Date() },
    { body: JSON.stringify({ eventType: 'Delivery', mail: { messageId: sesId, tags: { message: [id] }, timestamp: '2026-11-21T10:00:00.000Z' }, delivery: { timestamp: '2026-11-21T10:00:01.000Z' } }) },
  )

describe('SNS-6 a reply that comes before SES has told of the mail that it answers', () => {
  it('waits, and stands where that mail stands as soon as SES tells of it', async () => {
    const { id, sesId, deal } = await aSentMail()
    const reply = await answer(sesId, 'Yes please')
    expect(await room.message(reply)).toMatchObject({ status: 'unsorted', bindings: [] })
    expect(await tell(sesId, id)).toBe('delivered')
    expect(await room.message(reply)).toMatchObject({ status: 'routed', bindings: [{ type: 'deal', id: deal }] })
  })

  it('also when what told of it ended before the reply was routed', async () => {
    const { id, sesId, deal } = await aSentMail()
    const reply = await answer(sesId, 'Yes please, again')
    const broken = { ...room.intake, sessions: { ...room.intake.sessions, run: async () => Promise.reject(new Error('ended')) } }
    await expect(tell(sesId, id, broken)).rejects.toThrow('ended')
    expect(await tell(sesId, id)).toBe('known')
    expect(await room.message(reply)).toMatchObject({ status: 'routed', bindings: [{ type: 'deal', id: deal }] })
  })
})
