import { describe, expect, it } from 'vitest'
import { aMailingCompany, type Page } from './a-mailing-company.ts'
import { sendMail, timeline, until } from './client.ts'

const { admin, aTemplate, api, chief, crm, ended, mailsTo, make, newAddress, send, unique } = await aMailingCompany()

describe('who gets no mailings, and who answers one', () => {
  it('BLK-5: can be left with one click: the page only asks, the post acts, and the next mailing skips the address', async () => {
    const address = newAddress('leaver')
    const contact = await make('contact', { firstName: 'Lea', emails: [{ value: address }] })
    const templateId = await aTemplate()
    await ended((await send({ templateId, type: 'contact', ids: [contact] })).id)
    const raw = (await mailsTo(address))[0]?.raw.replaceAll(/\r\n[ \t]+/g, ' ') ?? ''
    const link = /^List-Unsubscribe: *<(http[^>]+)>/m.exec(raw)?.[1] ?? ''
    expect(raw).toMatch(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r?$/m)
    expect(link.startsWith(`${api}/v1/unsubscribe/`)).toBe(true)

    const page = await fetch(link)
    expect(page.headers.get('content-type')).toContain('text/html')
    expect(await page.text()).toContain('<form method="post">')
    const listed = async (): Promise<unknown> => (await admin<Page<{ address: string; reason: string }>>('GET', '/v1/mail/suppression?limit=200')).body.items.find((one) => one.address === address)
    expect(await listed()).toBeUndefined()

    for (let time = 0; time < 2; time += 1) {
      const done = await fetch(link, { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'List-Unsubscribe=One-Click' })
      expect(done.status).toBe(200)
    }
    expect(await listed()).toMatchObject({ reason: 'unsubscribed' })
    expect(await ended((await send({ templateId, type: 'contact', ids: [contact] })).id)).toMatchObject({ counts: { sent: 0, skipped: 1 }, skipped: { unsubscribed: 1 } })
    expect(await mailsTo(address)).toHaveLength(1)

    for (const made of [`${link}x`, `${api}/v1/unsubscribe/${Buffer.from('a@b.example').toString('base64url')}.aaaaaaaaaaaaaaaaaaaaaa`]) expect((await fetch(made, { method: 'POST' })).status).toBe(404)
    expect((await chief('GET', '/v1/mail/suppression')).status).toBe(403)
    expect((await admin('DELETE', `/v1/mail/suppression?address=${encodeURIComponent(address.toUpperCase())}`)).status).toBe(204)
    expect((await admin('DELETE', `/v1/mail/suppression?address=${encodeURIComponent(address)}`)).status).toBe(404)
    expect(await ended((await send({ templateId, type: 'contact', ids: [contact] })).id)).toMatchObject({ counts: { sent: 1 } })
  })

  it('BLK-3, BLK-5: hard bounces and complaints show on the message and suppress the address', async () => {
    const [bounce, complaint] = [`bounce+${unique}@simulator.amazonses.com`, `complaint+${unique}@simulator.amazonses.com`]
    const ids = [await make('contact', { firstName: 'Bo', emails: [{ value: bounce }] }), await make('contact', { firstName: 'Co', emails: [{ value: complaint }] })]
    const templateId = await aTemplate()
    const { id } = await send({ templateId, type: 'contact', ids })
    expect((await ended(id)).counts).toMatchObject({ sent: 2 })
    const fates = (await until(async () => {
      const { items } = (await chief<Page<{ fate: { status: string } | null }>>('GET', `/v1/mailings/${id}/recipients`)).body
      const found = items.map(({ fate }) => fate?.status)
      return found.includes('bounced') && found.includes('complained') ? found : undefined
    })).value
    expect(fates).toEqual(['bounced', 'complained'])
    const listed = (await admin<Page<{ address: string; reason: string }>>('GET', '/v1/mail/suppression?limit=200')).body.items
    expect(listed).toEqual(expect.arrayContaining([expect.objectContaining({ address: bounce, reason: 'bounced' }), expect.objectContaining({ address: complaint, reason: 'complained' })]))
    expect((await ended((await send({ templateId, type: 'contact', ids })).id)).skipped).toEqual({ suppressed: 2 })
    expect(await chief('POST', `/v1/items/contact/${ids[0] ?? 0}/mail`, { subject: 'Hello', text: 'Hello' })).toMatchObject({ status: 400, body: { code: 'mail.address_suppressed' } })
  })

  it('BLK-5: replies come back to the item that was written to, whoever else holds the address', async () => {
    const address = newAddress('replier')
    const written = await make('contact', { firstName: 'Rita', emails: [{ value: address }] })
    const { id } = await send({ templateId: await aTemplate(), type: 'contact', ids: [written] })
    await ended(id)
    const other = await make('contact', { firstName: 'Other', emails: [{ value: address }] })
    const raw = (await mailsTo(address))[0]?.raw ?? ''
    const messageId = /^Message-ID: *(<[^>]+>)/im.exec(raw)?.[1] ?? ''
    const replyTo = /^Reply-To: *(\S+)/im.exec(raw)?.[1] ?? ''
    await until(async () => ((await chief<Page<{ fate: unknown }>>('GET', `/v1/mailings/${id}/recipients`)).body.items[0]?.fate ? true : undefined))
    await sendMail({ from: address, to: crm, inReplyTo: messageId, references: messageId, subject: `Re: by thread ${unique}`, text: 'Yes.' })
    await sendMail({ from: newAddress('elsewhere'), to: replyTo, subject: `Re: by address ${unique}`, text: 'Yes, please.' })
    const received = async (contact: number): Promise<unknown[]> => (await timeline(chief, 'contact', contact)).filter(({ kind }) => kind === 'mail.received').map(({ data }) => data['subject'])
    await until(async () => ((await received(written)).length === 2 ? true : undefined))
    expect((await received(written)).toSorted()).toEqual([`Re: by address ${unique}`, `Re: by thread ${unique}`])
    expect(await received(other)).toEqual([])
  })
})
