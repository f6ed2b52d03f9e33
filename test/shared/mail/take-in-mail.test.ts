import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listUnsorted, type MailPorts } from '../../../shared/mail/index.ts'
import type { Message } from '../../../shared/mail/message.ts'
import { refKey } from '../../../shared/mail/trace.ts'
import type { Ctx } from '../../../shared/workspace/index.ts'
import { aUser } from '../../support/company.ts'
import { aMailRoom, type MailRoom } from './a-mail-room.ts'
import { aRawMail } from './mails.ts'

let room: MailRoom

beforeAll(async () => {
  room = await aMailRoom()
  await room.company.add(aUser({ id: 'usr_sam', emails: ['sam@leadline.example'] }), aUser({ id: 'usr_mia', emails: ['mia@leadline.example'] }))
  await room.company.bind('manager', { kind: 'user', id: 'usr_sam' })
})
afterAll(() => room.close())

let unique = 0
const address = (): string => `buyer${(unique += 1)}@example.org`
const holder = (type: string, email: string): Promise<number> => room.make(type, { title: email, emails: [{ value: email }] })
const only = async (subject: string): Promise<Message> => {
  const found = (await room.messages()).filter((message) => message.subject === subject)
  expect(found).toHaveLength(1)
  return found[0] as Message
}
const items = ({ bindings }: Message): string[] => bindings.map(refKey).toSorted()
const waiting = (status: 'unsorted' | 'quarantined' | 'unparsed'): Promise<string[]> =>
  room.as(room.company.administratorId, async (ctx: Ctx & MailPorts) => (await listUnsorted(ctx, { status, limit: 200 })).items.map(({ id }) => id))

describe('SNS-2 mail with a copy to the CRM', () => {
  it('is bound to every lead, contact and company that holds a recipient\'s address, whatever its letter case', async () => {
    const [anna, ben] = [address(), address()]
    const lead = await holder('lead', anna.toUpperCase())
    const contact = await holder('contact', anna)
    const company = await holder('company', ben)
    expect(await room.send(aRawMail({ to: `Anna <${anna}>, ${ben.toUpperCase()}`, subject: 'sns2' }))).toBe('routed')
    const message = await only('sns2')
    expect(items(message)).toEqual([`company#${company}`, `contact#${contact}`, `lead#${lead}`])
    expect(message).toMatchObject({ direction: 'out', senderUserId: 'usr_sam', status: 'routed', version: 1 })
    expect(await room.objects('inbox/')).toEqual([])
  })

  it('costs what was promised: half a read for each address, and four writes', async () => {
    const [anna, ben] = [address(), address()]
    await holder('contact', anna)
    await holder('company', ben)
    const { notice } = await room.receive(aRawMail({ from: 'Sam Seller <sam@leadline.example>', to: `Anna Buyer <${anna}>, Ben Buyer <${ben}>`, subject: 'Our offer for the new machines, as discussed', messageId: 'CAF8Hw2yKqk3m1tYg7R2c_5oX9Zt0aQ@mail.leadline.example' }))
    await room.deliver((await room.receive(aRawMail())).notice)
    const units = { read: 0, write: 0 }
    const seen: string[] = []
    const client = room.table.client as unknown as { middlewareStack: { addRelativeTo?: unknown; add(middleware: unknown, options: object): void; remove(name: string): void } }
    client.middlewareStack.add(
      (next: (args: { input: Record<string, unknown> }) => Promise<{ output: { ConsumedCapacity?: unknown } }>, context: { commandName: string }) => async (args: { input: Record<string, unknown> }) => {
        args.input['ReturnConsumedCapacity'] = 'TOTAL'
        const answer = await next(args)
        const capacities = [answer.output.ConsumedCapacity ?? []].flat() as { CapacityUnits?: number }[]
        const total = capacities.reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0)
        units[/Write|Put|Update|Delete/.test(context.commandName) ? 'write' : 'read'] += total
        seen.push(context.commandName)
        return answer
      },
      { step: 'initialize', name: 'countUnits' },
    )
    try {
      await room.deliver(notice)
    } finally {
      client.middlewareStack.remove('countUnits')
    }
    // One read for the version of the workspace, half a one for each of two addresses.
    expect({ ...units, seen: seen.toSorted() }).toEqual({ read: 2, write: 4, seen: ['GetItemCommand', 'QueryCommand', 'QueryCommand', 'TransactWriteItemsCommand'] })
  })
})

describe('SNS-3 the first line', () => {
  it('names the holders where the mail goes to the CRM alone', async () => {
    const anna = address()
    const contact = await holder('contact', anna)
    await room.send(aRawMail({ to: 'crm@leadline.example', cc: 'mia@leadline.example', subject: 'sns3', body: `${anna}\n\nCalled today.` }))
    expect(items(await only('sns3'))).toEqual([`contact#${contact}`])
  })
})

describe('SNS-4 keys', () => {
  it('put a mail on exactly that item, of types without addresses too', async () => {
    const anna = address()
    await holder('contact', anna)
    const deal = await room.make('deal', { title: 'Big', responsibleId: 'usr_sam' })
    await room.send(aRawMail({ to: anna, subject: `sns4 [did#${deal}]` }))
    expect(items(await only(`sns4 [did#${deal}]`))).toEqual([`deal#${deal}`])
  })

  it('SNS-9 of an item that the employee may not read leave the mail waiting', async () => {
    const deal = await room.make('deal', { title: 'Not of Sam' })
    expect(await room.send(aRawMail({ subject: `secret DID#${deal}` }))).toBe('unsorted')
    expect((await only(`secret DID#${deal}`)).trace[0]?.refused).toEqual([{ by: `DID#${deal}`, reason: 'unknown_or_unreadable' }])
  })

  it('SNS-9 of a customer count where the item holds their address', async () => {
    const anna = address()
    const lead = await holder('lead', anna)
    const other = await holder('lead', address())
    await room.send(aRawMail({ from: anna, to: 'crm@leadline.example', cc: '', subject: `mine LID#${lead} LID#${other}` }), { source: anna })
    expect(items(await only(`mine LID#${lead} LID#${other}`))).toEqual([`lead#${lead}`])
  })
})

describe('SNS-5 what is stored', () => {
  it('is the raw original byte for byte, the content, and each attachment', async () => {
    const anna = address()
    await holder('contact', anna)
    const raw = aRawMail({ to: anna, subject: 'sns5', headers: ['Content-Type: multipart/mixed; boundary="m"'], body: '--m\nContent-Type: text/plain\n\nHello\n--m\nContent-Type: application/pdf; name="a.pdf"\nContent-Disposition: attachment\nContent-Transfer-Encoding: base64\n\nUERG\n--m--' })
    const { sesMessageId, notice } = await room.receive(raw)
    await room.deliver(notice)
    const { id } = await only('sns5')
    expect(await room.objects(`mail/${id}/`)).toEqual([`mail/${id}/attachments/0`, `mail/${id}/content.json`])
    expect(await room.intake.blobs.labels(`mail/originals/${sesMessageId}`)).toEqual({ message: id, noticed: 'yes' })
    const stored = await room.intake.blobs.open(`mail/originals/${sesMessageId}`)
    const chunks: Uint8Array[] = []
    for await (const chunk of stored?.chunks() ?? []) chunks.push(chunk)
    expect(Buffer.concat(chunks).toString().endsWith(raw)).toBe(true)
  })
})

describe('SNS-6 delivered twice, stored once', () => {
  it('the same notice any number of times, also at once', async () => {
    const { notice } = await room.receive(aRawMail({ subject: 'twice' }))
    const outcomes = await Promise.all(Array.from({ length: 5 }, (_, n) => room.deliver(notice, n + 1)))
    await room.deliver(notice, 6)
    expect(outcomes.filter((outcome) => outcome === 'unsorted').length).toBe(1)
    expect((await only('twice')).version).toBe(1)
    expect(await room.objects('inbox/')).toEqual([])
  })

  it('the same mail sent twice', async () => {
    const raw = aRawMail({ subject: 'sent twice' })
    const [first, second] = [await room.receive(raw), await room.receive(raw)]
    expect(await Promise.all([room.deliver(first.notice), room.deliver(second.notice)])).toContain('known')
    await only('sent twice')
    expect(await room.objects('inbox/')).toEqual([])
  })

  it('the same Message-ID with other content is another message, and both say so', async () => {
    await room.send(aRawMail({ subject: 'forged 1', messageId: 'forged@x', body: 'one' }))
    await room.send(aRawMail({ subject: 'forged 2', messageId: 'forged@x', body: 'two' }))
    expect([(await only('forged 1')).sharesMessageId, (await only('forged 2')).sharesMessageId]).toEqual([false, true])
  })

  it('a copy that came first with nobody to vouch for it does not suppress the mail itself', async () => {
    const anna = address()
    const contact = await holder('contact', anna)
    const raw = aRawMail({ to: anna, subject: 'copied' })
    const copy = await room.receive(raw)
    await room.deliver(copy.notice.replace('"dmarcVerdict":{"status":"PASS"}', '"dmarcVerdict":{"status":"FAIL"}'))
    expect(await only('copied')).toMatchObject({ status: 'unsorted', direction: 'in' })
    await room.send(raw)
    expect(await only('copied')).toMatchObject({ status: 'routed', direction: 'out', bindings: [{ type: 'contact', id: contact }] })
    await room.deliver(copy.notice.replace('"dmarcVerdict":{"status":"PASS"}', '"dmarcVerdict":{"status":"FAIL"}'), 2)
    expect(await only('copied')).toMatchObject({ status: 'routed', direction: 'out' })
  })
})

describe('SNS-5, SNS-6 threads', () => {
  it('a customer\'s reply stands where the mail stands that it answers', async () => {
    const anna = address()
    const deal = await room.make('deal', { responsibleId: 'usr_sam' })
    await room.send(aRawMail({ to: anna, subject: `DID#${deal} asked`, messageId: 'asked@x' }))
    await room.send(aRawMail({ from: anna, to: 'crm@leadline.example', cc: '', subject: 'answered', headers: ['In-Reply-To: <asked@x>'] }), { source: anna })
    expect(await only('answered')).toMatchObject({ status: 'routed', direction: 'in', bindings: [{ type: 'deal', id: deal }] })
  })

  const orders = [[1, 2, 3], [1, 3, 2], [2, 1, 3], [2, 3, 1], [3, 1, 2], [3, 2, 1]]
  it.each(orders)('a reply that came before its parent is routed again when the parent arrives: the order %i, %i, %i of a thread does not matter', async (...order) => {
    const anna = address()
    await holder('contact', anna)
    const deal = await room.make('deal', { responsibleId: 'usr_sam' })
    const thread = `${order.join('')}@x`
    const reply = { from: anna, to: 'sam@leadline.example' }
    const mails: Record<number, string> = {
      1: aRawMail({ to: anna, subject: `${thread} 1 DID#${deal}`, messageId: `1.${thread}` }),
      2: aRawMail({ ...reply, subject: `${thread} 2`, messageId: `2.${thread}`, headers: [`In-Reply-To: <1.${thread}>`] }),
      3: aRawMail({ ...reply, subject: `${thread} 3`, messageId: `3.${thread}`, headers: [`References: <2.${thread}>`] }),
    }
    for (const number of order) await room.send(mails[number] ?? '', { source: number === 1 ? 'sam@leadline.example' : anna })
    for (const subject of [`${thread} 1 DID#${deal}`, `${thread} 2`, `${thread} 3`]) expect(items(await only(subject))).toEqual([`deal#${deal}`])
  })

  it('a mail and the reply that waits for it never miss each other', async () => {
    const deal = await room.make('deal', { responsibleId: 'usr_sam' })
    const pairs = await Promise.all(Array.from({ length: 8 }, async (_, n) => {
      const anna = address()
      const parent = await room.receive(aRawMail({ to: anna, subject: `race ${n} DID#${deal}`, messageId: `race${n}@x` }))
      const reply = await room.receive(aRawMail({ from: anna, to: 'crm@leadline.example', cc: '', subject: `race ${n} reply`, headers: [`In-Reply-To: race${n}@x`] }), { source: anna })
      return [parent.notice, reply.notice]
    }))
    await Promise.all(pairs.flat().map((notice) => room.deliver(notice)))
    for (let n = 0; n < pairs.length; n += 1) expect(items(await only(`race ${n} reply`))).toEqual([`deal#${deal}`])
  })
})

describe('SNS-6, SNS-7 what waits is listed', () => {
  it('mail that matches nothing', async () => {
    await room.send(aRawMail({ subject: 'nothing', to: address() }))
    expect(await waiting('unsorted')).toContain((await only('nothing')).id)
  })

  it.each([['spam', 'spam=FAIL'], ['virus', 'virus=FAIL']])('%s, bound to nothing though it names an item', async (reason, verdict) => {
    const anna = address()
    await holder('contact', anna)
    expect(await room.send(aRawMail({ to: anna, subject: `bad ${reason}`, headers: [`X-Local-Verdict: ${verdict}`] }))).toBe('quarantined')
    const message = await only(`bad ${reason}`)
    expect(message).toMatchObject({ bindings: [], reason, senderUserId: null })
    expect(await waiting('quarantined')).toContain(message.id)
  })

  it('mail that claims to be an employee\'s and is not', async () => {
    const anna = address()
    await holder('contact', anna)
    await room.send(aRawMail({ to: anna, subject: 'spoofed', headers: ['X-Local-Verdict: dmarc=FAIL'] }))
    expect(await only('spoofed')).toMatchObject({ status: 'unsorted', direction: 'in', senderUserId: null, bindings: [] })
  })

  it('mail that cannot be read, with the reason and what its headers say', async () => {
    let body = ''
    for (let depth = 0; depth < 200; depth += 1) body += `--b${depth}\r\nContent-Type: multipart/mixed; boundary="b${depth + 1}"\r\n\r\n`
    expect(await room.send(aRawMail({ subject: 'too deep', headers: ['Content-Type: multipart/mixed; boundary="b0"'], body }))).toBe('unparsed')
    const message = await only('too deep')
    expect(message.reason).toMatch(/nesting/i)
    expect(await waiting('unparsed')).toContain(message.id)
  })

  it('a mail to 10,000 people, on those whom we keep', async () => {
    const anna = address()
    const contact = await holder('contact', anna)
    await room.send(aRawMail({ to: [anna, ...Array.from({ length: 10_000 }, (_, n) => `many${n}@example.org`)].join(',\r\n '), subject: 'many' }))
    expect(await only('many')).toMatchObject({ status: 'routed', bindings: [{ type: 'contact', id: contact }], traceCut: true, peopleCut: true })
  })
})

describe('SNS-6 nothing is lost', () => {
  it('a notice of which nothing is known fails visibly', async () => {
    const { notice } = await room.receive(aRawMail({ subject: 'never delivered' }))
    await expect(room.deliver(notice.replaceAll(/inbox\/ses\d+/g, 'inbox/gone1').replaceAll(/"messageId":"ses\d+"/g, '"messageId":"gone1"'))).rejects.toThrow(/neither in the inbox nor settled/)
  })

  it('so does one whose mail is gone and was never stored', async () => {
    const { notice, sesMessageId } = await room.receive(aRawMail({ subject: 'gone too soon' }))
    await room.intake.blobs.copy(`inbox/${sesMessageId}`, `mail/originals/${sesMessageId}`, { contentType: 'message/rfc822', labels: { message: 'f'.repeat(64), noticed: 'yes' } })
    await room.intake.blobs.remove(`inbox/${sesMessageId}`)
    await expect(room.deliver(notice)).rejects.toThrow(/neither in the inbox nor settled/)
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
    await expect(room.deliver(body)).rejects.toThrow(/notice/)
  })

  it('the greeting of a new topic is no mail', async () => {
    expect(await room.deliver(JSON.stringify({ notificationType: 'AmazonSnsSubscriptionSucceeded', message: 'You have successfully subscribed' }))).toBe('greeting')
  })

  it('the sweep takes up what is left, with its notice when the queue had handed it out twice', async () => {
    const anna = address()
    const contact = await holder('contact', anna)
    const { notice, sesMessageId } = await room.receive(aRawMail({ to: anna, subject: 'left behind' }))
    await room.intake.blobs.put(`notices/${sesMessageId}.json`, JSON.stringify({ notice: JSON.parse(notice), readings: 1 }), 'application/json')
    expect(await room.sweep(5)).toEqual({ found: 0, settled: 0 })
    await room.sweep()
    expect(await only('left behind')).toMatchObject({ status: 'routed', bindings: [{ type: 'contact', id: contact }] })
    expect(await room.deliver(notice)).toBe('known')
  })

  it('the sweep quarantines what nobody vouches for, and the notice frees it when it comes after all', async () => {
    const anna = address()
    const contact = await holder('contact', anna)
    const { notice } = await room.receive(aRawMail({ to: anna, subject: 'late notice' }))
    await room.sweep()
    const before = await only('late notice')
    expect(before).toMatchObject({ status: 'quarantined', reason: 'no_notice', bindings: [] })
    expect(await room.deliver(notice)).toBe('known')
    expect(await only('late notice')).toMatchObject({ status: 'routed', bindings: [{ type: 'contact', id: contact }], senderUserId: 'usr_sam' })
    expect(await waiting('quarantined')).not.toContain(before.id)
    expect(await room.deliver(notice, 2)).toBe('known')
  })

  it('what a receipt rule\'s trial left is no mail', async () => {
    await room.intake.blobs.put('inbox/AMAZON_SES_SETUP_NOTIFICATION', 'trial', 'text/plain')
    expect(await room.sweep()).toEqual({ found: 0, settled: 0 })
    await room.intake.blobs.remove('inbox/AMAZON_SES_SETUP_NOTIFICATION')
  })

  it('a mail whose reading never came to its end is kept unread at last', async () => {
    const { notice, sesMessageId } = await room.receive(aRawMail({ subject: 'poison' }))
    await room.intake.blobs.put(`notices/${sesMessageId}.json`, JSON.stringify({ readings: 2 }), 'application/json')
    expect(await room.deliver(notice, 4)).toBe('unparsed')
    expect(await only('poison')).toMatchObject({ status: 'unparsed', reason: 'It could not be read to its end.' })
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
