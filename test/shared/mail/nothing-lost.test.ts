import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aMailOffice, type MailOffice } from './a-mail-office.ts'
import { aMailRoom } from './a-mail-room.ts'
import { aRawMail } from './mails.ts'

let office: MailOffice
beforeAll(async () => {
  office = await aMailOffice()
})
afterAll(() => office.room.close())

describe('SNS-6, SNS-7 what waits is listed', () => {
  it('mail that matches nothing', async () => {
    await office.room.send(aRawMail({ subject: 'nothing', to: office.address() }))
    expect(await office.waiting('unsorted')).toContain((await office.only('nothing')).id)
  })

  it.each([['spam', 'spam=FAIL'], ['virus', 'virus=FAIL']])('%s, bound to nothing though it names an item', async (reason, verdict) => {
    const anna = office.address()
    await office.holder('contact', anna)
    expect(await office.room.send(aRawMail({ to: anna, subject: `bad ${reason}`, headers: [`X-Local-Verdict: ${verdict}`] }))).toBe('quarantined')
    const message = await office.only(`bad ${reason}`)
    expect(message).toMatchObject({ bindings: [], reason, senderUserId: null })
    expect(await office.waiting('quarantined')).toContain(message.id)
  })

  it('mail that claims to be an employee\'s and is not', async () => {
    const anna = office.address()
    await office.holder('contact', anna)
    await office.room.send(aRawMail({ to: anna, subject: 'spoofed', headers: ['X-Local-Verdict: dmarc=FAIL'] }))
    expect(await office.only('spoofed')).toMatchObject({ status: 'unsorted', direction: 'in', senderUserId: null, bindings: [] })
  })

  it('mail whose signature only looks like the employee\'s domain', async () => {
    const anna = office.address()
    await office.holder('contact', anna)
    const signedBy = async (domain: string, subject: string): Promise<void> => {
      await office.room.send(aRawMail({ to: anna, subject, headers: [`X-Local-Verdict: dmarc=GRAY, dkim-domain=${domain}`] }), { source: 'mallory@evil.example' })
    }
    await signedBy('leadline.example_x.evil.example', 'looks signed')
    expect(await office.only('looks signed')).toMatchObject({ status: 'unsorted', direction: 'in', senderUserId: null, bindings: [] })
    await signedBy('leadline.example', 'is signed')
    expect(await office.only('is signed')).toMatchObject({ status: 'routed', direction: 'out', senderUserId: 'usr_sam' })
  })

  it('mail that cannot be read, with the reason and what its headers say', async () => {
    let body = ''
    for (let depth = 0; depth < 200; depth += 1) body += `--b${depth}\r\nContent-Type: multipart/mixed; boundary="b${depth + 1}"\r\n\r\n`
    expect(await office.room.send(aRawMail({ subject: 'too deep', headers: ['Content-Type: multipart/mixed; boundary="b0"'], body }))).toBe('unparsed')
    const message = await office.only('too deep')
    expect(message.reason).toMatch(/nesting/i)
    expect(await office.waiting('unparsed')).toContain(message.id)
  })

  it('a mail to 10,000 people, on those whom we keep', async () => {
    const anna = office.address()
    const contact = await office.holder('contact', anna)
    await office.room.send(aRawMail({ to: [anna, ...Array.from({ length: 10_000 }, (_, n) => `many${n}@example.org`)].join(',\r\n '), subject: 'many' }))
    expect(await office.only('many')).toMatchObject({ status: 'routed', bindings: [{ type: 'contact', id: contact }], traceCut: true, recipientCount: 10_002 })
  })
})

describe('SNS-6 nothing is lost', () => {
  it('a notice of which nothing is known fails visibly', async () => {
    const { notice } = await office.room.receive(aRawMail({ subject: 'never delivered' }))
    await expect(office.room.deliver(notice.replaceAll(/inbox\/ses\d+/g, 'inbox/gone1').replaceAll(/"messageId":"ses\d+"/g, '"messageId":"gone1"'))).rejects.toThrow(/neither in the inbox nor settled/)
  })

  it('so does one whose mail is gone and was never stored', async () => {
    const { notice, sesMessageId } = await office.room.receive(aRawMail({ subject: 'gone too soon' }))
    await office.room.intake.blobs.copy(`inbox/${sesMessageId}`, `mail/originals/${sesMessageId}`, { contentType: 'message/rfc822', labels: { message: 'f'.repeat(64), noticed: 'yes' } })
    await office.room.intake.blobs.remove(`inbox/${sesMessageId}`)
    await expect(office.room.deliver(notice)).rejects.toThrow(/neither in the inbox nor settled/)
  })

  it.each([
    ['no JSON', 'hello'],
    ['a notice wrapped by SNS', JSON.stringify({ Type: 'Notification', Message: '{}' })],
    ['a bounce', JSON.stringify({ notificationType: 'Bounce', bounce: {} })],
    ['nothing', ''],
    ['another action', JSON.stringify({ notificationType: 'Received', mail: { timestamp: '2026-03-01T10:00:00.000Z', source: '', messageId: 'x1' }, receipt: { recipients: [], action: { type: 'Lambda' } } })],
    ['another bucket', JSON.stringify({ notificationType: 'Received', mail: { timestamp: '2026-03-01T10:00:00.000Z', source: '', messageId: 'x1' }, receipt: { recipients: [], action: { type: 'S3', bucketName: 'other', objectKey: 'inbox/x1' } } })],
    ['another place', JSON.stringify({ notificationType: 'Received', mail: { timestamp: '2026-03-01T10:00:00.000Z', source: '', messageId: 'x1' }, receipt: { recipients: [], action: { type: 'S3', bucketName: 'mail', objectKey: 'mail/x1' } } })],
  ])('so does %s', async (_, body) => {
    await expect(office.room.deliver(body)).rejects.toThrow(/notice/)
  })

  it('the greeting of a new topic is no mail', async () => {
    expect(await office.room.deliver(JSON.stringify({ notificationType: 'AmazonSnsSubscriptionSucceeded', message: 'You have successfully subscribed' }))).toBe('greeting')
  })

  it('the sweep takes up what is left, with its notice when the queue had handed it out twice', async () => {
    const anna = office.address()
    const contact = await office.holder('contact', anna)
    const { notice, sesMessageId } = await office.room.receive(aRawMail({ to: anna, subject: 'left behind' }))
    await office.room.intake.blobs.put(`notices/${sesMessageId}.json`, JSON.stringify({ notice: JSON.parse(notice), readings: 1 }), 'application/json')
    expect(await office.room.sweep(5)).toEqual({ found: 0, settled: 0 })
    await office.room.sweep()
    expect(await office.only('left behind')).toMatchObject({ status: 'routed', bindings: [{ type: 'contact', id: contact }] })
    expect(await office.room.deliver(notice)).toBe('known')
  })

  it('the sweep quarantines what nobody vouches for, and the notice frees it when it comes after all', async () => {
    const anna = office.address()
    const contact = await office.holder('contact', anna)
    const { notice } = await office.room.receive(aRawMail({ to: anna, subject: 'late notice' }))
    await office.room.sweep()
    const before = await office.only('late notice')
    expect(before).toMatchObject({ status: 'quarantined', reason: 'no_notice', bindings: [] })
    expect(await office.room.deliver(notice)).toBe('known')
    expect(await office.only('late notice')).toMatchObject({ status: 'routed', bindings: [{ type: 'contact', id: contact }], senderUserId: 'usr_sam' })
    expect(await office.waiting('quarantined')).not.toContain(before.id)
    expect(await office.room.deliver(notice, 2)).toBe('known')
  })

  it('what a receipt rule\'s trial left is no mail', async () => {
    await office.room.intake.blobs.put('inbox/AMAZON_SES_SETUP_NOTIFICATION', 'trial', 'text/plain')
    expect(await office.room.sweep()).toEqual({ found: 0, settled: 0 })
    await office.room.intake.blobs.remove('inbox/AMAZON_SES_SETUP_NOTIFICATION')
  })

  it('a mail whose reading never came to its end is kept unread at last', async () => {
    const { notice, sesMessageId } = await office.room.receive(aRawMail({ subject: 'poison' }))
    await office.room.intake.blobs.put(`notices/${sesMessageId}.json`, JSON.stringify({ readings: 2 }), 'application/json')
    expect(await office.room.deliver(notice, 4)).toBe('unparsed')
    expect(await office.only('poison')).toMatchObject({ status: 'unparsed', reason: 'It could not be read to its end.' })
  })

  it('a mail that comes before the company is founded is kept', async () => {
    const early = await aMailRoom()
    try {
      await early.table.table.write({ delete: { pk: 'WORKSPACE', sk: 'VERSION' } })
      expect(await early.send(aRawMail({ subject: 'early' }))).toBe('unsorted')
    } finally {
      await early.close()
    }
  })
})
