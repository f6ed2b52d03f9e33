import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aMailOffice, itemsOf, type MailOffice } from './a-mail-office.ts'
import { aRawMail } from './mails.ts'

let office: MailOffice
beforeAll(async () => {
  office = await aMailOffice()
})
afterAll(() => office.room.close())

describe('SNS-5, SNS-6 threads', () => {
  it('a customer\'s reply stands where the mail stands that it answers', async () => {
    const anna = office.address()
    const deal = await office.room.make('deal', { responsibleId: 'usr_sam' })
    await office.room.send(aRawMail({ to: anna, subject: `DID#${deal} asked`, messageId: 'asked@x' }))
    await office.room.send(aRawMail({ from: anna, to: 'crm@leadline.example', cc: '', subject: 'answered', headers: ['In-Reply-To: <asked@x>'] }), { source: anna })
    expect(await office.only('answered')).toMatchObject({ status: 'routed', direction: 'in', bindings: [{ type: 'deal', id: deal }] })
  })

  const orders = [[1, 2, 3], [1, 3, 2], [2, 1, 3], [2, 3, 1], [3, 1, 2], [3, 2, 1]]
  it.each(orders)('a reply that came before its parent is routed again when the parent arrives: the order %i, %i, %i of a thread does not matter', async (...order) => {
    const anna = office.address()
    await office.holder('contact', anna)
    const deal = await office.room.make('deal', { responsibleId: 'usr_sam' })
    const thread = `${order.join('')}@x`
    const reply = { from: anna, to: 'sam@leadline.example' }
    const mails: Record<number, string> = {
      1: aRawMail({ to: anna, subject: `${thread} 1 DID#${deal}`, messageId: `1.${thread}` }),
      2: aRawMail({ ...reply, subject: `${thread} 2`, messageId: `2.${thread}`, headers: [`In-Reply-To: <1.${thread}>`] }),
      3: aRawMail({ ...reply, subject: `${thread} 3`, messageId: `3.${thread}`, headers: [`References: <2.${thread}>`] }),
    }
    for (const number of order) await office.room.send(mails[number] ?? '', { source: number === 1 ? 'sam@leadline.example' : anna })
    for (const subject of [`${thread} 1 DID#${deal}`, `${thread} 2`, `${thread} 3`]) expect(itemsOf(await office.only(subject))).toEqual([`deal#${deal}`])
  })

  it('a mail and the reply that waits for it never miss each other', async () => {
    const deal = await office.room.make('deal', { responsibleId: 'usr_sam' })
    const pairs = await Promise.all(Array.from({ length: 8 }, async (_, n) => {
      const anna = office.address()
      const parent = await office.room.receive(aRawMail({ to: anna, subject: `race ${n} DID#${deal}`, messageId: `race${n}@x` }))
      const reply = await office.room.receive(aRawMail({ from: anna, to: 'crm@leadline.example', cc: '', subject: `race ${n} reply`, headers: [`In-Reply-To: race${n}@x`] }), { source: anna })
      return [parent.notice, reply.notice]
    }))
    await Promise.all(pairs.flat().map((notice) => office.room.deliver(notice)))
    for (let n = 0; n < pairs.length; n += 1) expect(itemsOf(await office.only(`race ${n} reply`))).toEqual([`deal#${deal}`])
  })
})
