import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readMessage, receiveNotice, type Intake } from '../../../shared/mail/index.ts'
import type { Blobs } from '../../../shared/platform/blobs.ts'
import { aMailOffice, type MailOffice } from './a-mail-office.ts'
import { aRawMail } from './mails.ts'

let office: MailOffice
beforeAll(async () => {
  office = await aMailOffice()
})
afterAll(() => office.room.close())

/** A delivery that is kept without being read, since readings of it did not come to their end. */
async function unreadable(raw: string): Promise<string> {
  const { notice, sesMessageId } = await office.room.receive(raw)
  await office.room.intake.blobs.put(`notices/${sesMessageId}.json`, JSON.stringify({ readings: 2 }), 'application/json')
  return notice
}

/** A way into the CRM in which something happens before or after what a mail says is stored. */
function meeting({ before, after }: { before?: () => Promise<unknown>; after?: () => Promise<unknown> }): Intake {
  const { blobs } = office.room.intake
  let met = false
  const around = async <T>(key: string, put: () => Promise<T>): Promise<T> => {
    const isIt = key.endsWith('/content.json') && !met
    met ||= isIt
    if (isIt) await before?.()
    const answer = await put()
    if (isIt) await after?.()
    return answer
  }
  const watched: Blobs = { ...blobs, put: (...all) => around(all[0], () => blobs.put(...all)), putNew: (...all) => around(all[0], () => blobs.putNew(...all)) }
  return { ...office.room.intake, blobs: watched }
}

describe('SNS-6 two deliveries of the same mail at once, of which one cannot be read', () => {
  it.each<[string, (read: string, unread: string) => Promise<unknown>]>([
    ['the unreadable one comes in between', (read, unread) => receiveNotice(meeting({ after: () => office.room.deliver(unread, 4) }), { body: read, receiveCount: 1 })],
    ['the readable one comes in between', (read, unread) => receiveNotice(meeting({ before: () => office.room.deliver(read) }), { body: unread, receiveCount: 4 })],
  ])('leave what it says: %s', async (subject, both) => {
    const raw = aRawMail({ subject, body: 'All that it says' })
    const unread = await unreadable(raw)
    await both((await office.room.receive(raw)).notice, unread)
    const message = await office.only(subject)
    expect(message).toMatchObject({ status: 'unsorted', unread: false })
    expect(await office.asAdmin((ctx) => readMessage(ctx, { id: message.id }))).toMatchObject({ text: 'All that it says' })
    expect(await office.room.objects('inbox/')).toEqual([])
  })
})

describe('SNS-6 a mail that is read at last', () => {
  it('wakes the replies that wait for it, though its headers alone did not name it', async () => {
    const anna = office.address()
    const contact = await office.holder('contact', anna)
    await office.room.send(aRawMail({ from: anna, to: 'sam@leadline.example', subject: 'Re: read at last', headers: ['In-Reply-To: <read.at.last@x>'] }), { source: anna })
    const long = Array.from({ length: 900 }, (_, n) => `X-Long-${n}: ${'x'.repeat(80)}`)
    const raw = [...long, aRawMail({ to: anna, subject: 'read at last', messageId: 'read.at.last@x' })].join('\r\n')
    expect(await office.room.deliver(await unreadable(raw), 4)).toBe('unparsed')
    await office.room.send(raw)
    expect(await office.only('read at last')).toMatchObject({ status: 'routed', threadId: 'read.at.last@x', bindings: [{ type: 'contact', id: contact }] })
    expect((await office.only('Re: read at last')).trace.find(({ rule }) => rule === 'thread')?.matched).toMatchObject([{ by: 'read.at.last@x', id: contact }])
  })
})
