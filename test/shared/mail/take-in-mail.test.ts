import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readMessage } from '../../../shared/mail/index.ts'
import { aMailOffice, itemsOf, type MailOffice } from './a-mail-office.ts'
import { aRawMail } from './mails.ts'

let office: MailOffice
beforeAll(async () => {
  office = await aMailOffice()
})
afterAll(() => office.room.close())

describe('SNS-2 mail with a copy to the CRM', () => {
  it('is bound to every lead, contact and company that holds a recipient\'s address, whatever its letter case', async () => {
    const [anna, ben] = [office.address(), office.address()]
    const lead = await office.holder('lead', anna.toUpperCase())
    const contact = await office.holder('contact', anna)
    const company = await office.holder('company', ben)
    expect(await office.room.send(aRawMail({ to: `Anna <${anna}>, ${ben.toUpperCase()}`, subject: 'sns2' }))).toBe('routed')
    const message = await office.only('sns2')
    expect(itemsOf(message)).toEqual([`company#${company}`, `contact#${contact}`, `lead#${lead}`])
    expect(message).toMatchObject({ direction: 'out', senderUserId: 'usr_sam', status: 'routed', version: 1 })
    expect(await office.room.objects('inbox/')).toEqual([])
  })

  it('costs what was promised: half a read for each address, and four writes', async () => {
    const [anna, ben] = [office.address(), office.address()]
    await office.holder('contact', anna)
    await office.holder('company', ben)
    const { notice } = await office.room.receive(aRawMail({ from: 'Sam Seller <sam@leadline.example>', to: `Anna Buyer <${anna}>, Ben Buyer <${ben}>`, subject: 'Our offer for the new machines, as discussed', messageId: 'CAF8Hw2yKqk3m1tYg7R2c_5oX9Zt0aQ@mail.leadline.example' }))
    await office.room.deliver((await office.room.receive(aRawMail())).notice)
    const units = { read: 0, write: 0 }
    const seen: string[] = []
    const client = office.room.table.client as unknown as { middlewareStack: { addRelativeTo?: unknown; add(middleware: unknown, options: object): void; remove(name: string): void } }
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
      await office.room.deliver(notice)
    } finally {
      client.middlewareStack.remove('countUnits')
    }
    // One read for the version of the workspace, half a one for each of two addresses.
    expect({ ...units, seen: seen.toSorted() }).toEqual({ read: 2, write: 4, seen: ['GetItemCommand', 'QueryCommand', 'QueryCommand', 'TransactWriteItemsCommand'] })
  })
})

describe('SNS-3 the first line', () => {
  it('names the holders where the mail goes to the CRM alone', async () => {
    const anna = office.address()
    const contact = await office.holder('contact', anna)
    await office.room.send(aRawMail({ to: 'crm@leadline.example', cc: 'mia@leadline.example', subject: 'sns3', body: `${anna}\n\nCalled today.` }))
    expect(itemsOf(await office.only('sns3'))).toEqual([`contact#${contact}`])
  })
})

describe('SNS-4 keys', () => {
  it('put a mail on exactly that item, of types without addresses too', async () => {
    const anna = office.address()
    await office.holder('contact', anna)
    const deal = await office.room.make('deal', { title: 'Big', responsibleId: 'usr_sam' })
    await office.room.send(aRawMail({ to: anna, subject: `sns4 [did#${deal}]` }))
    expect(itemsOf(await office.only(`sns4 [did#${deal}]`))).toEqual([`deal#${deal}`])
  })

  it('SNS-9 of an item that the employee may not read leave the mail waiting', async () => {
    const deal = await office.room.make('deal', { title: 'Not of Sam' })
    expect(await office.room.send(aRawMail({ subject: `secret DID#${deal}` }))).toBe('unsorted')
    expect((await office.only(`secret DID#${deal}`)).trace[0]?.refused).toEqual([{ by: `DID#${deal}`, reason: 'unknown_or_unreadable' }])
  })

  it('SNS-9 of a customer count where the item holds their address', async () => {
    const anna = office.address()
    const lead = await office.holder('lead', anna)
    const other = await office.holder('lead', office.address())
    await office.room.send(aRawMail({ from: anna, to: 'crm@leadline.example', cc: '', subject: `mine LID#${lead} LID#${other}` }), { source: anna })
    expect(itemsOf(await office.only(`mine LID#${lead} LID#${other}`))).toEqual([`lead#${lead}`])
  })
})

describe('SNS-5 what is stored', () => {
  it('is the raw original byte for byte, the content, and each attachment', async () => {
    const anna = office.address()
    await office.holder('contact', anna)
    const raw = aRawMail({ to: anna, subject: 'sns5', headers: ['Content-Type: multipart/mixed; boundary="m"'], body: '--m\nContent-Type: text/plain\n\nHello\n--m\nContent-Type: application/pdf; name="a.pdf"\nContent-Disposition: attachment\nContent-Transfer-Encoding: base64\n\nUERG\n--m--' })
    const { sesMessageId, notice } = await office.room.receive(raw)
    await office.room.deliver(notice)
    const { id } = await office.only('sns5')
    expect(await office.room.objects(`mail/${id}/`)).toEqual([`mail/${id}/attachments/0`, `mail/${id}/content.json`])
    expect(await office.room.intake.blobs.labels(`mail/originals/${sesMessageId}`)).toEqual({ message: id, noticed: 'yes' })
    const stored = await office.room.intake.blobs.open(`mail/originals/${sesMessageId}`)
    const chunks: Uint8Array[] = []
    for await (const chunk of stored?.chunks() ?? []) chunks.push(chunk)
    expect(Buffer.concat(chunks).toString().endsWith(raw)).toBe(true)
  })
})

describe('SNS-5 what is mended to be read', () => {
  it.each([
    ['lines that end in CR', (raw: string) => raw.replaceAll('\r\n', '\r')],
    ['no empty line below the headers', (raw: string) => raw.replace('\r\n\r\n', '\r\n')],
  ])('is kept as it came: %s', async (what, broken) => {
    const raw = broken(aRawMail({ subject: what, body: 'Readable' }))
    const { sesMessageId, notice } = await office.room.receive(raw)
    await office.room.deliver(notice)
    const message = await office.only(what)
    expect(await office.asAdmin((ctx) => readMessage(ctx, { id: message.id }))).toMatchObject({ subject: what, text: 'Readable' })
    const stored = await office.room.intake.blobs.open(`mail/originals/${sesMessageId}`)
    const chunks: Uint8Array[] = []
    for await (const chunk of stored?.chunks() ?? []) chunks.push(chunk)
    expect(Buffer.concat(chunks).toString().endsWith(raw)).toBe(true)
  })
})

describe('SNS-6 delivered twice, stored once', () => {
  it('the same notice any number of times, also at once', async () => {
    const { notice } = await office.room.receive(aRawMail({ subject: 'twice' }))
    const outcomes = await Promise.all(Array.from({ length: 5 }, (_, n) => office.room.deliver(notice, n + 1)))
    await office.room.deliver(notice, 6)
    expect(outcomes.filter((outcome) => outcome === 'unsorted').length).toBe(1)
    expect((await office.only('twice')).version).toBe(1)
    expect(await office.room.objects('inbox/')).toEqual([])
  })

  it('the same mail sent twice', async () => {
    const raw = aRawMail({ subject: 'sent twice' })
    const [first, second] = [await office.room.receive(raw), await office.room.receive(raw)]
    expect(await Promise.all([office.room.deliver(first.notice), office.room.deliver(second.notice)])).toContain('known')
    await office.only('sent twice')
    expect(await office.room.objects('inbox/')).toEqual([])
  })

  it('the same Message-ID with other content is another message, and both say so', async () => {
    await office.room.send(aRawMail({ subject: 'forged 1', messageId: 'forged@x', body: 'one' }))
    await office.room.send(aRawMail({ subject: 'forged 2', messageId: 'forged@x', body: 'two' }))
    expect([(await office.only('forged 1')).sharesMessageId, (await office.only('forged 2')).sharesMessageId]).toEqual([false, true])
  })

  it('a copy that came first with nobody to vouch for it does not suppress the mail itself', async () => {
    const anna = office.address()
    const contact = await office.holder('contact', anna)
    const raw = aRawMail({ to: anna, subject: 'copied' })
    const copy = await office.room.receive(raw)
    await office.room.deliver(copy.notice.replace('"dmarcVerdict":{"status":"PASS"}', '"dmarcVerdict":{"status":"FAIL"}'))
    expect(await office.only('copied')).toMatchObject({ status: 'unsorted', direction: 'in' })
    await office.room.send(raw)
    expect(await office.only('copied')).toMatchObject({ status: 'routed', direction: 'out', bindings: [{ type: 'contact', id: contact }] })
    await office.room.deliver(copy.notice.replace('"dmarcVerdict":{"status":"PASS"}', '"dmarcVerdict":{"status":"FAIL"}'), 2)
    expect(await office.only('copied')).toMatchObject({ status: 'routed', direction: 'out' })
  })
})
