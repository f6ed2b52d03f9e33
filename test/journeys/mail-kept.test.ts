import { beforeAll, describe, expect, inject, it } from 'vitest'
import { sendMail, until } from './client.ts'
import { aMailDesk, type MailDesk } from './mail-desk.ts'

let desk: MailDesk

beforeAll(async () => {
  desk = await aMailDesk()
})

const email = (value: string): { emails: { value: string }[] } => ({ emails: [{ value }] })
const failing = (verdicts: string): { headers: Record<string, string> } => ({ headers: { 'X-Local-Verdict': verdicts } })

describe('mail that is not what it claims to be', () => {
  it('SNS-7: never counts as an employee’s: no DMARC, or two senders', async () => {
    const { make, send, crm, sellerEmail, unique } = desk
    const customer = desk.address('victim')
    const [contact, deal] = [await make('contact', email(customer)), await make('deal')]
    const spoofed = `Spoofed ${unique} DID#${deal.id}`
    const two = `Two senders ${unique} DID#${deal.id}`
    await send({ from: sellerEmail, to: customer, cc: crm, subject: spoofed, text: 'Pay to another account.', ...failing('spf=FAIL,dmarc=FAIL') })
    await sendMail({ raw: `From: ${sellerEmail}, boss@elsewhere.example\r\nTo: ${customer}\r\nCc: ${crm}\r\nSubject: ${two}\r\n\r\nPay.`, envelope: { from: sellerEmail, to: [crm] } })
    for (const subject of [spoofed, two]) {
      const mail = await desk.waiting(subject)
      expect(mail).toMatchObject({ direction: 'in', senderUserId: null, bindings: [] })
      expect(mail.trace?.[0]?.refused).toEqual([{ by: `DID#${deal.id}`, reason: subject === two ? 'unknown_or_not_held' : 'sender_not_proven' }])
    }
    expect(await desk.subjectsOn(contact)).toEqual([])
    expect(await desk.subjectsOn(deal)).toEqual([])
  })

  it.each(['spam', 'virus'])('SNS-7: waits in quarantine for its %s verdict, and stands where somebody assigns it', async (verdict) => {
    const { make, send, admin, crm, unique } = desk
    const customer = desk.address('quarantined')
    const contact = await make('contact', email(customer))
    const subject = `Watches ${verdict} ${unique}`
    await send({ from: customer, to: crm, subject, text: 'Cheap.', ...failing(`${verdict}=FAIL`) })
    const mail = await desk.waiting(subject, 'quarantined')
    expect(mail).toMatchObject({ reason: verdict, bindings: [] })
    expect((await admin('POST /v1/mail/messages/{id}/replay', { id: mail.id })).status).toBe('quarantined')
    expect(await desk.subjectsOn(contact)).toEqual([])
    expect(await admin('POST /v1/mail/messages/{id}/assign', { id: mail.id, values: { bindings: [contact] } })).toMatchObject({ status: 'routed', reason: null })
    await desk.arrived(contact, subject)
  })
})

describe('mail that waits', () => {
  it('SNS-6: is routed again after the data was mended, and stands in the timeline', async () => {
    const { make, send, admin, crm, sellerEmail, unique } = desk
    const customer = desk.address('forgotten')
    await send({ from: sellerEmail, to: customer, cc: crm, subject: `Forgotten ${unique}`, text: 'Hello' })
    const mail = await desk.waiting(`Forgotten ${unique}`)
    expect(mail.trace?.at(-1)).toEqual({ rule: 'recipients', matched: [], refused: [{ by: customer, reason: 'no_holder' }] })
    const contact = await make('contact', email(customer))
    const replayed = (await until(async () => {
      const one = await admin('POST /v1/mail/messages/{id}/replay', { id: mail.id })
      return one.status === 'routed' ? one : undefined
    })).value
    expect(replayed.bindings).toEqual([contact])
    expect((await desk.arrived(contact, `Forgotten ${unique}`)).id).toBe(mail.id)
    expect((await admin('GET /v1/mail/unsorted', { limit: 200 })).items.map(({ id }) => id)).not.toContain(mail.id)
  })

  it('SNS-6: is kept when it cannot be read, with the reason, its headers and its raw original', async () => {
    const { admin, crm, unique } = desk
    const subject = `Unreadable ${unique}`
    const raw = `From: Odd <odd@nowhere.example>\r\nTo: ${crm}\r\nSubject: ${subject}\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=m\r\n\r\n${'--m\r\n\r\nx\r\n'.repeat(3000)}`
    await sendMail({ raw, envelope: { from: 'odd@nowhere.example', to: [crm] } })
    const mail = await desk.waiting(subject, 'unparsed')
    expect(mail).toMatchObject({ status: 'unparsed', reason: 'It has too many parts to be read.', from: { address: 'odd@nowhere.example' } })
    const original = await fetch(await admin.location('GET /v1/mail/messages/{id}/raw', { id: mail.id }))
    expect((await original.text()).endsWith(raw)).toBe(true)
  })

  it('SNS-6: is another mail when it bears the same Message-ID and says something else', async () => {
    const { make, send, crm, sellerEmail, unique } = desk
    const customer = desk.address('twice')
    const contact = await make('contact', email(customer))
    const mail = { from: sellerEmail, to: customer, cc: crm, messageId: `<same-${unique}@mail.example>`, date: new Date() }
    for (const text of ['one', 'two']) await send({ ...mail, subject: `Same id ${text} ${unique}`, text })
    await desk.arrived(contact, `Same id one ${unique}`)
    expect((await desk.arrived(contact, `Same id two ${unique}`)).delivery?.sharesMessageId).toBe(true)
  })

  it('SNS-6, SNS-9: a reply that came before what it answers is bound once that arrives, for those who had part in it alone', async () => {
    const { make, send, crm, sellerEmail, unique } = desk
    const [customer, outsider] = [desk.address('customer'), desk.address('outsider')]
    const deal = await make('deal')
    const [parent, reply] = [`<parent-${unique}@mail.example>`, `<reply-${unique}@mail.example>`]
    await send({ from: customer, to: crm, subject: `Re: early ${unique}`, text: 'Yes.', messageId: reply, inReplyTo: parent })
    await send({ from: outsider, to: crm, subject: `Re: foreign ${unique}`, text: 'Me too.', inReplyTo: parent })
    expect((await desk.waiting(`Re: early ${unique}`)).trace?.[1]).toEqual({ rule: 'thread', matched: [], refused: [{ by: parent.slice(1, -1), reason: 'unknown' }] })
    await send({ from: sellerEmail, to: customer, cc: crm, subject: `Early [DID#${deal.id}]`, text: 'Shall we?', messageId: parent })
    expect((await desk.arrived(deal, `Re: early ${unique}`)).bindings).toEqual([deal])
    await send({ from: customer, to: crm, subject: `Re: Re: early ${unique}`, text: 'When?', references: `${parent} ${reply}` })
    await desk.arrived(deal, `Re: Re: early ${unique}`)
    expect((await desk.waiting(`Re: foreign ${unique}`)).bindings).toEqual([])
    expect((await desk.subjectsOn(deal)).length).toBe(3)
  })
})

// These settings are the whole company's, so all journeys of mail that matches nothing stand in this file, one after the other.
describe('mail that matches nothing, where the settings say so', () => {
  it('SNS-1, SNS-7: becomes a lead of the person in the settings, once for each sender; mail of machines, loops and spoofed mail becomes nothing', async () => {
    const { send, admin, crm, sellerId, sellerEmail, unique } = desk
    const before = await admin('GET /v1/mail/settings')
    expect(before).toMatchObject({ unmatched: 'keep', responsibleId: null })
    await admin('PUT /v1/mail/settings', { values: { ...before, unmatched: 'createLead', responsibleId: sellerId } })
    try {
      const sender = desk.address('newcomer')
      await send({ from: `Nina New <${sender}>`, to: crm, subject: `May I buy? ${unique}`, text: 'Please.' })
      await send({ from: desk.address('machine'), to: crm, subject: `Out of office ${unique}`, text: 'Away.', headers: { 'Auto-Submitted': 'auto-replied' } })
      await send({ from: crm, to: crm, subject: `Loop ${unique}`, text: 'Round.' })
      await send({ from: sellerEmail, to: crm, subject: `Spoofed ${unique}`, text: 'Hello.', ...failing('spf=FAIL,dmarc=FAIL') })
      const lead = (await until(async () => (await admin('GET /v1/items/{type}', { type: 'lead', limit: 200, view: 'full' })).items.find(({ title }) => title === `May I buy? ${unique}`))).value
      expect(lead).toMatchObject({ firstName: 'Nina', lastName: 'New', responsibleId: sellerId, sourceId: 'EMAIL', emails: [{ value: sender }] })
      expect(await desk.arrived({ type: 'lead', id: lead.id }, `May I buy? ${unique}`)).toMatchObject({ created: { type: 'lead', id: lead.id }, bindings: [{ type: 'lead', id: lead.id }] })
      await send({ from: sender, to: crm, subject: `Hello again ${unique}`, text: 'Anybody?' })
      expect(await desk.arrived({ type: 'lead', id: lead.id }, `Hello again ${unique}`)).toMatchObject({ created: null })
      for (const [subject, reason] of [['Out of office', 'automatic'], ['Loop', 'automatic'], ['Spoofed', 'sender_not_proven']]) {
        expect(await desk.waiting(`${subject} ${unique}`)).toMatchObject({ reason, bindings: [], created: null })
      }
    } finally {
      await admin('PUT /v1/mail/settings', { values: before })
    }
    await send({ from: desk.address('later'), to: crm, subject: `Kept again ${unique}`, text: 'Hello.' })
    expect(await desk.waiting(`Kept again ${unique}`)).toMatchObject({ reason: null, created: null })
  })

  it('SNS-6: is kept and listed for those with settings, and stands where somebody assigns it', async () => {
    const { make, send, admin, crm, unique } = desk
    const subject = `Nobody knows me ${unique}`
    await send({ from: desk.address('someone'), to: crm, subject, text: 'Hello?' })
    await sendMail({ raw: Buffer.from([0xff, 0xfe, 0x00, 0x0a]), envelope: { from: 'broken@nowhere.example', to: [inject('ready').mailAddress] } })
    const mail = await desk.waiting(subject)
    await expect(desk.seller('GET /v1/mail/unsorted')).rejects.toMatchObject({ status: 403 })
    const contact = await make('contact', { firstName: 'Found later' })
    expect(await admin('POST /v1/mail/messages/{id}/assign', { id: mail.id, values: { bindings: [contact] } })).toMatchObject({ status: 'routed', bindings: [contact] })
    await desk.arrived(contact, subject)
  })
})
