import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Message } from '../../../shared/mail/message.ts'
import { itemOfReplyAddress, replyAddressOf } from '../../../shared/mail/reply-address.ts'
import { refKey } from '../../../shared/items/index.ts'
import { aUser } from '../../support/company.ts'
import { aWorkspace } from '../../support/workspace.ts'
import { aMailRoom, CRM, type MailRoom } from './a-mail-room.ts'
import { aRawMail } from './mails.ts'

const signing = (id: string, secret: string, madeAt: string) => ({ kind: 'SIGNING', id, value: { id, secret: Buffer.from(secret).toString('base64'), madeAt } }) as const
const workspace = aWorkspace(signing('key_1', 'old', '2026-01-01'), signing('key_2', 'new', '2026-02-01'))
const deal = { type: 'deal', id: 88 }
const own = new Set([CRM])

describe('SNS-9 a signed reply address', () => {
  const address = replyAddressOf(workspace, CRM, deal) ?? ''

  it('names one item, whatever becomes of its letter case on the way', () => {
    expect(address).toMatch(/^crm\+deal-88-[0-9a-z]{16}@leadline\.example$/)
    expect(itemOfReplyAddress(workspace, own, address)).toEqual(deal)
    expect(itemOfReplyAddress(workspace, own, address.toUpperCase())).toEqual(deal)
  })

  it.each([
    ['another item', address.replace('-88-', '-89-')],
    ['another type', address.replace('deal', 'lead')],
    ['another signature', address.replace(/.@/, (end) => (end === '0@' ? '1@' : '0@'))],
    ['no signature', 'crm+deal-88@leadline.example'],
    ['another address', address.replace('leadline', 'other')],
    ['the plain address', CRM],
    ['a label of somebody\'s own', 'crm+deal@leadline.example'],
    ['nothing', ''],
  ])('is none with %s', (_, other) => expect(itemOfReplyAddress(workspace, own, other)).toBeUndefined())

  it('stays good when keys are changed, and is nothing in another company', () => {
    const before = replyAddressOf(aWorkspace(signing('key_1', 'old', '2026-01-01')), CRM, deal) ?? ''
    expect(itemOfReplyAddress(workspace, own, before)).toEqual(deal)
    expect(itemOfReplyAddress(aWorkspace(signing('key_3', 'theirs', '2026-01-01')), own, before)).toBeUndefined()
  })

  it('is not there without an address to label, or without room', () => {
    expect(replyAddressOf(workspace, '', deal)).toBeUndefined()
    expect(replyAddressOf(workspace, `${'x'.repeat(40)}@leadline.example`, deal)).toBeUndefined()
  })
})

describe('SNS-9 mail to a signed reply address', () => {
  let room: MailRoom
  beforeAll(async () => {
    room = await aMailRoom()
    await room.company.add(aUser({ id: 'usr_sam', emails: ['sam@leadline.example'] }))
    await room.company.bind('manager', { kind: 'user', id: 'usr_sam' })
  })
  afterAll(() => room.close())
  const addressFor = (type: string, id: number): Promise<string> => room.as(room.company.administratorId, async (ctx) => replyAddressOf(ctx.workspace, CRM, { type, id }) ?? '')
  const only = async (subject: string): Promise<Message> => (await room.messages()).find((message) => message.subject === subject) as Message
  const bound = async (subject: string): Promise<string[]> => (await only(subject)).bindings.map(refKey)

  it('from a customer stands on that item, from whatever address it is written', async () => {
    const id = await room.make('deal', {})
    const address = await addressFor('deal', id)
    await room.send(aRawMail({ from: 'stranger@example.net', to: address, cc: '', subject: 'answer' }), { source: 'stranger@example.net' })
    expect(await bound('answer')).toEqual([`deal#${id}`])
    expect((await only('answer')).trace.find(({ rule }) => rule === 'thread')?.matched).toEqual([{ by: address, type: 'deal', id }])
  })

  it('from an employee stands on it only if they may read it; else it waits', async () => {
    const [theirs, others] = [await room.make('deal', { responsibleId: 'usr_sam' }), await room.make('deal', {})]
    await room.send(aRawMail({ to: await addressFor('deal', theirs), cc: '', subject: 'to mine' }))
    await room.send(aRawMail({ to: await addressFor('deal', others), cc: '', subject: 'to another\'s' }))
    expect(await bound('to mine')).toEqual([`deal#${theirs}`])
    expect(await only('to another\'s')).toMatchObject({ status: 'unsorted', bindings: [] })
  })

  it('from the CRM itself stands nowhere, nor does one to an item that is gone', async () => {
    const id = await room.make('deal', {})
    await room.send(aRawMail({ from: CRM, to: await addressFor('deal', id), cc: '', subject: 'circle' }), { source: CRM })
    await room.send(aRawMail({ from: 'x@example.net', to: await addressFor('deal', 9999), cc: '', subject: 'gone' }), { source: 'x@example.net' })
    expect([await bound('circle'), await bound('gone')]).toEqual([[], []])
  })
})

describe('SNS-9 a customer\'s key', () => {
  let room: MailRoom
  beforeAll(async () => void (room = await aMailRoom()))
  afterAll(() => room.close())

  it('counts where a contact or company linked to the item holds their address, and nowhere else', async () => {
    const anna = 'anna@example.org'
    const contact = await room.make('contact', { title: 'Anna', emails: [{ value: anna }] })
    const company = await room.make('company', { title: 'Her company', contactIds: [contact] })
    const quote = await room.make('quote', { contactIds: [contact] })
    const deal = await room.make('deal', { companyId: company })
    const stranger = await room.make('deal', {})
    await room.send(aRawMail({ from: anna, to: CRM, cc: '', subject: `COID#${company} QID#${quote} DID#${deal} DID#${stranger}` }), { source: anna })
    expect((await room.messages())[0]?.bindings.map(refKey)).toEqual([`company#${company}`, `quote#${quote}`])
  })
})
