import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { changeSettings, type MailPorts } from '../../../shared/mail/index.ts'
import type { Message } from '../../../shared/mail/message.ts'
import { existingItems, findHolders, refKey } from '../../../shared/items/index.ts'
import type { Ctx } from '../../../shared/workspace/index.ts'
import { aUser } from '../../support/company.ts'
import { aMailRoom, CRM, type MailRoom } from './a-mail-room.ts'
import { aRawMail, type RawParts } from './mails.ts'

let room: MailRoom

beforeAll(async () => {
  room = await aMailRoom()
  await room.company.add(aUser({ id: 'usr_sam', emails: ['sam@leadline.example'] }), aUser({ id: 'usr_nobody', emails: ['nobody@leadline.example'] }))
  await room.company.bind('manager', { kind: 'user', id: 'usr_sam' })
  await set({ unmatched: 'createLead', responsibleId: 'usr_sam' })
})
afterAll(() => room.close())

let unique = 0
const address = (): string => `new${(unique += 1)}@example.org`
const set = (values: Record<string, unknown>): Promise<unknown> => room.as(room.company.administratorId, (ctx: Ctx & MailPorts) => changeSettings(ctx, { values: values as Parameters<typeof changeSettings>[1]['values'] }))
const holdersOf = async (email: string): Promise<string[]> => ((await findHolders(room.table.table, 'email', [email])).get(email) ?? []).map(refKey)
const fromCustomer = (from: string, more: RawParts = {}): string => aRawMail({ from, to: CRM, cc: '', ...more })
const only = async (subject: string): Promise<Message> => {
  const found = (await room.messages()).filter((message) => message.subject === subject)
  expect(found).toHaveLength(1)
  return found[0] as Message
}

describe('SNS-1 mail that matches nothing', () => {
  it('becomes a lead with the sender\'s name and address, of the person in the settings', async () => {
    const anna = address()
    expect(await room.send(fromCustomer(`Anna Maria Buyer <${anna.toUpperCase()}>`, { subject: 'New roof' }), { source: anna })).toBe('routed')
    const message = await only('New roof')
    expect(message).toMatchObject({ status: 'routed', direction: 'in', created: { type: 'lead' }, reason: null })
    expect(message.bindings).toEqual([message.created])
    const [lead] = await existingItems(room.table.table, message.bindings)
    expect(lead).toMatchObject({ type: 'lead', title: 'New roof', responsibleId: 'usr_sam', createdBy: 'usr_sam', stageId: 'NEW', values: { firstName: 'Anna Maria', lastName: 'Buyer', sourceId: 'EMAIL', emails: [{ value: anna.toUpperCase(), kind: 'work' }] } })
    expect((await room.table.table.get({ pk: `ITEM#lead#${String(lead?.id)}`, sk: 'ITEM' }))?.['changedVia']).toBe('mail')
    await room.send(fromCustomer(anna, { subject: 'New roof again' }), { source: anna })
    expect((await only('New roof again')).bindings).toEqual(message.bindings)
  })

  it('becomes one lead, however many mails of a new sender come at the same time and however often each', async () => {
    const anna = address()
    const notices = await Promise.all(Array.from({ length: 4 }, (_, n) => room.receive(fromCustomer(anna, { subject: `burst ${n}` }), { source: anna })))
    await Promise.all([...notices, ...notices].map(({ notice }) => room.deliver(notice)))
    expect(await holdersOf(anna)).toHaveLength(1)
    for (let n = 0; n < 4; n += 1) expect((await only(`burst ${n}`)).bindings.map(refKey)).toEqual(await holdersOf(anna))
  })

  it('becomes a lead of the first recipient, where an employee sent it', async () => {
    const [anna, ben] = [address(), address()]
    await room.send(aRawMail({ to: `Anna <${anna}>, ${ben}`, subject: 'sent to new people' }))
    const [lead] = await existingItems(room.table.table, (await only('sent to new people')).bindings)
    expect(lead?.values).toMatchObject({ firstName: 'Anna', emails: [{ value: anna }] })
    expect(await holdersOf(ben)).toEqual([])
  })

  it('becomes a contact where the settings say so', async () => {
    await set({ unmatched: 'createContact', responsibleId: 'usr_sam' })
    const anna = address()
    await room.send(fromCustomer(`"Buyer, Anna" <${anna}>`, { subject: 'hello' }), { source: anna })
    await set({ unmatched: 'createLead', responsibleId: 'usr_sam' })
    const [contact] = await existingItems(room.table.table, (await only('hello')).bindings)
    expect(contact).toMatchObject({ type: 'contact', title: 'Anna Buyer', values: { firstName: 'Anna', lastName: 'Buyer' } })
  })

  it.each([
    ['an automatic answer', { headers: ['Auto-Submitted: auto-replied'] }, 'automatic'],
    ['a newsletter', { headers: ['List-Unsubscribe: <https://example.org/u>'] }, 'automatic'],
    ['a bounce', { from: 'Mail Delivery <MAILER-DAEMON@example.org>' }, 'automatic'],
    ['the CRM itself', { from: CRM }, 'automatic'],
    ['somebody who claims to be an employee', { from: 'sam@leadline.example', headers: ['X-Local-Verdict: dmarc=FAIL'] }, 'sender_not_proven'],
    ['nobody', { from: '' }, 'nobody_to_create'],
    ['two senders', { from: 'x1@example.org, x2@example.org' }, 'nobody_to_create'],
    ['spam', { headers: ['X-Local-Verdict: spam=FAIL'] }, 'spam'],
  ])('SNS-7 creates nothing when it is from %s', async (name, parts, reason) => {
    const subject = `from ${name}`
    const before = (await room.table.table.get({ pk: 'COUNTER#lead', sk: 'COUNTER' }))?.['last']
    await room.send(fromCustomer(address(), { subject, ...parts }), { source: 'x@example.org' })
    expect(await only(subject)).toMatchObject({ bindings: [], created: null, reason })
    expect((await room.table.table.get({ pk: 'COUNTER#lead', sk: 'COUNTER' }))?.['last']).toBe(before)
  })

  it('SNS-9 creates nothing when an employee names an item that they may not read', async () => {
    const deal = await room.make('deal', { title: 'Not of Sam' })
    await room.send(aRawMail({ to: address(), subject: `not mine DID#${deal}` }))
    expect(await only(`not mine DID#${deal}`)).toMatchObject({ status: 'unsorted', reason: 'key_refused', created: null })
  })

  it('SNS-7 creates no storm: one sender\'s third item is the last, though each was taken away', async () => {
    const anna = address()
    const subjects = Array.from({ length: 5 }, (_, n) => `again and again ${n}`)
    for (const subject of subjects) {
      await room.send(fromCustomer(anna, { subject }), { source: anna })
      const { created } = await only(subject)
      if (created) await room.as(room.company.administratorId, async (ctx) => (await import('../../../shared/items/index.ts')).deleteItem(ctx, created))
    }
    const created = await Promise.all(subjects.map(async (subject) => (await only(subject)).created !== null))
    expect(created).toEqual([true, true, true, false, false])
    expect((await only('again and again 4')).reason).toBe('too_many_created')
  })

  it('is kept when the responsible person has left', async () => {
    await room.company.add(aUser({ id: 'usr_leaver', emails: ['leaver@leadline.example'] }))
    await room.company.bind('manager', { kind: 'user', id: 'usr_leaver' })
    await set({ unmatched: 'createLead', responsibleId: 'usr_leaver' })
    await room.company.add(aUser({ id: 'usr_leaver', emails: ['leaver@leadline.example'], active: false }))
    await room.send(fromCustomer(address(), { subject: 'too late' }), { source: 'x@example.org' })
    expect(await only('too late')).toMatchObject({ status: 'unsorted', reason: 'could_not_create' })
    await set({ unmatched: 'createLead', responsibleId: 'usr_sam' })
  })

  it('goes to whoever saves the settings, or to somebody named who may add such items', async () => {
    expect(await set({ unmatched: 'createLead' })).toMatchObject({ responsibleId: room.company.administratorId })
    await expect(set({ unmatched: 'createLead', responsibleId: 'usr_nobody' })).rejects.toMatchObject({ code: 'mail.responsible_may_not_add' })
    await set({ unmatched: 'createLead', responsibleId: 'usr_sam' })
  })
})
