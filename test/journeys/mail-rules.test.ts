import { beforeAll, describe, expect, it } from 'vitest'
import { ADMIN, clientOf, refusal, signedIn, aPerson, giveRole } from './client.ts'
import { aMailDesk, type MailDesk } from './mail-desk.ts'

let desk: MailDesk

beforeAll(async () => {
  desk = await aMailDesk()
})

const email = (value: string): { emails: { value: string }[] } => ({ emails: [{ value }] })

describe('keys of items in mail', () => {
  it('SNS-1, SNS-4: add a mail to exactly the items they name: of any type, in subject or text, with brackets or not, in any letter case; not within words, nor in quoted history', async () => {
    const { admin, make, send, crm, unique } = desk
    const code = `rig_${unique}`.slice(0, 30)
    const { keyPrefix } = await admin('POST /v1/types', { values: { code, title: 'Rig', keyPrefix: `RIG${unique.slice(-9)}#` } })
    const [deal, quoted, within, quote] = [await make('deal'), await make('deal'), await make('deal'), await make('quote', {}, admin)]
    const rig = await make(code, { title: 'Rig' }, admin)
    const held = desk.address('held')
    await make('contact', email(held))
    const subject = `Papers [did#${deal.id}] and VALID#${within.id}`
    const text = `See ${keyPrefix.toLowerCase()}${rig.id}, (qId#${quote.id})!\n\nOn Sun, 1 Mar 2026 at 10:00, Anna <anna@customer.example> wrote:\n> DID#${quoted.id} is yours`
    await send({ from: ADMIN, to: held, cc: crm, subject, text })
    const mail = await desk.arrived(deal, subject)
    expect(mail.bindings).toHaveLength(3)
    expect(mail.bindings).toEqual(expect.arrayContaining([deal, rig, quote]))
    expect(mail.text).toBe(`See ${keyPrefix.toLowerCase()}${rig.id}, (qId#${quote.id})!`)
    expect(await desk.subjectsOn(rig)).toEqual([subject])
  })

  it('SNS-1: begin differently for every type, whoever asks for the same', async () => {
    const { admin, unique } = desk
    expect(await refusal(admin('PUT /v1/mail/settings', { values: { keys: { deal: 'lid#' } } }))).toMatchObject({ status: 400, code: 'mail.key_taken' })
    expect(await refusal(admin('POST /v1/types', { values: { code: `other_${unique}`.slice(0, 30), title: 'Other', keyPrefix: 'did#' } }))).toMatchObject({ status: 409, code: 'type.key_taken' })
    const prefixes = Object.values((await admin('GET /v1/mail/settings')).keys).map((prefix) => prefix.toLowerCase())
    expect(new Set(prefixes).size).toBe(prefixes.length)
    expect(await refusal(desk.seller('GET /v1/mail/settings'))).toMatchObject({ status: 403 })
  })

  it('SNS-9, SNS-8: by an employee count for items that they may read; else the mail waits, and the trace says why', async () => {
    const { make, send, admin, crm, sellerEmail } = desk
    const held = desk.address('held')
    const hidden = await make('deal', { title: 'Not theirs' }, admin)
    await make('contact', email(held))
    const subject = `About DID#${hidden.id}`
    await send({ from: sellerEmail, to: held, cc: crm, subject, text: 'See above.' })
    const mail = await desk.waiting(subject)
    expect(mail).toMatchObject({ direction: 'out', senderUserId: desk.sellerId, bindings: [] })
    expect(mail.trace?.find(({ rule }) => rule === 'key')).toEqual({ rule: 'key', matched: [], refused: [{ by: `DID#${hidden.id}`, reason: 'unknown_or_unreadable' }] })
    expect(await desk.subjectsOn(hidden)).toEqual([])
  })

  it('SNS-9: by a customer count where the item, or a contact or company linked to it, holds their address; else the next rule does', async () => {
    const { make, send, crm } = desk
    const [anna, boris] = [desk.address('Anna'), desk.address('boris')]
    const contact = await make('contact', email(anna))
    const stranger = await make('contact', email(boris))
    const deal = await make('deal', { contactIds: [contact.id] })
    const [mine, theirs] = [`Mine, did#${deal.id}`, `Theirs, did#${deal.id}`]
    await Promise.all([send({ from: anna.toUpperCase(), to: crm, subject: mine, text: 'Yes.' }), send({ from: boris, to: crm, subject: theirs, text: 'Yes.' })])
    expect(await desk.arrived(deal, mine)).toMatchObject({ direction: 'in', senderUserId: null, bindings: [deal] })
    const refused = await desk.arrived(stranger, theirs)
    expect(refused.bindings).toEqual([stranger])
    expect(refused.trace?.map(({ rule }) => rule)).toEqual(['key', 'thread', 'sender'])
    expect(refused.trace?.[0]?.refused).toEqual([{ by: `did#${deal.id}`, reason: 'unknown_or_not_held' }])
  })
})

describe('addresses in mail of an employee', () => {
  it('SNS-2: the CRM’s and employees’ match nothing, whoever holds them', async () => {
    const { make, send, admin, crm, sellerEmail } = desk
    const colleague = await aPerson(await signedIn(ADMIN))
    const customer = desk.address('customer')
    const [wrong, alsoWrong, right] = [await make('contact', email(colleague.email)), await make('company', email(crm)), await make('lead', email(customer), admin)]
    await send({ from: sellerEmail, to: [customer.toUpperCase(), colleague.email], cc: crm, subject: `Team ${desk.unique}`, text: 'Hello' })
    const mail = await desk.arrived(right, `Team ${desk.unique}`)
    expect(mail.bindings).toEqual([right])
    expect(mail.trace?.at(-1)).toMatchObject({ rule: 'recipients', matched: [{ by: customer, ...right }], refused: [{ by: colleague.email, reason: 'ours' }] })
    expect(await desk.subjectsOn(wrong)).toEqual([])
    expect(await desk.subjectsOn(alsoWrong)).toEqual([])
  })

  it('SNS-2: a blind copy to the CRM is enough', async () => {
    const { make, send, sellerEmail } = desk
    const customer = desk.address('blind')
    const contact = await make('contact', email(customer))
    await send({ from: sellerEmail, to: customer, subject: `Blind ${desk.unique}`, text: 'Hello' })
    expect((await desk.arrived(contact, `Blind ${desk.unique}`)).delivery?.recipients).toEqual([desk.crm])
  })

  it('SNS-3: in the first line name the items where the mail goes to the CRM and colleagues alone, and nowhere else', async () => {
    const { make, send, crm, sellerEmail, unique } = desk
    const [first, second, other] = [desk.address('first'), desk.address('second'), desk.address('other')]
    const [lead, company, contact] = [await make('lead', email(first)), await make('company', email(second)), await make('contact', email(other))]
    const text = `\n  Anna <${first}>, mailto:${second};\n${other}\nThey called.`
    await Promise.all([
      send({ from: sellerEmail, to: crm, subject: `Call ${unique}`, text }),
      send({ from: sellerEmail, to: other, cc: crm, subject: `Letter ${unique}`, text }),
    ])
    const call = await desk.arrived(lead, `Call ${unique}`)
    expect(call.bindings).toHaveLength(2)
    expect(call.bindings).toEqual(expect.arrayContaining([lead, company]))
    expect((await desk.arrived(contact, `Letter ${unique}`)).bindings).toEqual([contact])
  })
})

describe('who reads a stored mail', () => {
  it('SNS-5, SNS-8: readers of an item with the text and the items that they may see, those with settings with the trace too', async () => {
    const { make, send, admin, crm, sellerEmail, unique } = desk
    const [first, second] = [desk.address('one'), desk.address('two')]
    const [mine, hidden] = [await make('contact', email(first)), await make('contact', email(second), admin)]
    await send({ from: sellerEmail, to: [first, second], cc: crm, subject: `Both ${unique}`, html: '<p>Hello <b>both</b></p><img src="https://tracker.example/x.png"><script>x</script>' })
    const seen = await desk.arrived(mine, `Both ${unique}`)
    expect(seen.bindings).toEqual(expect.arrayContaining([mine, hidden]))
    const read = await desk.seller('GET /v1/mail/messages/{id}', { id: seen.id })
    expect(read).toMatchObject({ text: 'Hello both', bindings: [mine] })
    expect(read.html).toContain('data-src="https://tracker.example/x.png"')
    expect(read.html).not.toMatch(/script| src="http/)
    expect(read.trace).toBeUndefined()
    const manager = await aPerson(await signedIn(ADMIN))
    await giveRole(await signedIn(ADMIN), 'Manager', { kind: 'user', id: manager.id })
    expect(await refusal((await clientOf(manager.email))('GET /v1/mail/messages/{id}', { id: seen.id }))).toMatchObject({ status: 404, code: 'message.not_found' })
  })
})
