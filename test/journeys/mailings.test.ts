import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { aMailingCompany, type Page, type Mailing } from './a-mailing-company.ts'
import { timeline, until } from './client.ts'

const { admin, aTemplate, chief, crm, ended, mailsTo, make, newAddress, seller, sellerId, send, unique } = await aMailingCompany()

describe('a mailing', () => {
  it('BLK-1, BLK-3: goes once to each address of the chosen items that one may read, and says why it skipped the others', async () => {
    const [anna, boris] = [newAddress('anna'), newAddress('boris')]
    const ids = [
      await make('contact', { firstName: 'Anna', emails: [{ value: anna }] }),
      await make('contact', { firstName: 'Anna again', emails: [{ value: anna.toUpperCase() }] }),
      await make('contact', { firstName: 'Boris', emails: [{ value: boris }, { value: newAddress() }] }),
      await make('contact', { firstName: 'Nobody' }),
      999_999_999,
    ]
    const templateId = await aTemplate()
    const dry = await chief('POST', '/v1/mailings/dry-run', { templateId, type: 'contact', ids })
    expect(dry.body).toEqual({ counts: { queued: 2, sent: 0, failed: 0, skipped: 3, unknown: 0 }, skipped: { address_used: 1, no_address: 1, not_found: 1 }, complete: true })
    const { id } = await send({ templateId, type: 'contact', ids })
    expect(id).toMatch(/^mlg_/)
    const result = await ended(id)
    expect(result).toMatchObject({ status: 'completed', counts: { queued: 0, sent: 2, failed: 0, skipped: 3, unknown: 0 }, skipped: { address_used: 1, no_address: 1, not_found: 1 } })
    // The outbox compares without letter case too.
    expect(await mailsTo(anna)).toHaveLength(1)
    const [mail] = await mailsTo(boris)
    expect(mail).toMatchObject({ subject: 'News for Boris', from: crm })
    expect(mail?.raw).toMatch(/^From: Carl Chief <crm@/m)
    expect(mail?.raw).toContain('Dear Boris')

    const boriss = ids[2] ?? 0
    const entry = (await until(async () => (await timeline(chief, 'contact', boriss)).find(({ kind }) => kind === 'mailing.sent'))).value
    expect(entry.data).toMatchObject({ subject: 'News for Boris', mailingId: id })
    const message = (await until(async () => {
      const { body } = await chief('GET', `/v1/mail/messages/${String(entry.data['messageId'])}`)
      return (body['fate'] as { status: string }).status === 'delivered' ? body : undefined
    })).value
    expect(message).toMatchObject({ direction: 'out', subject: 'News for Boris', bindings: [{ type: 'contact', id: boriss }], mailingId: id, to: [{ address: boris }] })
    expect(message['html']).toContain('Dear Boris')
    expect((await seller('GET', `/v1/mail/messages/${String(entry.data['messageId'])}`)).status).toBe(404)

    const recipients = (await chief<Page<Record<string, unknown>>>('GET', `/v1/mailings/${id}/recipients`)).body.items
    expect(recipients.map(({ item, state, reason }) => [(item as { id: number }).id, state, reason])).toEqual(expect.arrayContaining([[ids[3], 'skipped', 'no_address'], [boriss, 'sent', null]]))
    expect(recipients).toHaveLength(4)
  })

  it('BLK-1: goes to all that a list with its filter shows, over all its pages, and to nobody whom the sender may not read', async () => {
    const marker = `Filter${unique}`
    const addresses = Array.from({ length: 3 }, () => newAddress())
    for (const value of addresses) await make('lead', { firstName: 'Lea', lastName: marker, emails: [{ value }] })
    const own = newAddress('own')
    await make('lead', { firstName: 'Own', lastName: marker, emails: [{ value: own }] }, seller)
    const templateId = await aTemplate({ type: 'lead' })
    const { id } = await send({ templateId, type: 'lead', filter: `lastName=${marker}&responsibleId[ne]=${sellerId}` })
    expect(await ended(id)).toMatchObject({ counts: { sent: 3, skipped: 0 } })
    expect(await mailsTo(own)).toHaveLength(0)

    const mailer = (await admin<{ id: string }>('POST', '/v1/roles', { name: `Mailer ${unique}`, flags: { bulkMail: true } })).body.id
    await admin('PUT', `/v1/roles/${mailer}/bindings`, { bindings: [{ kind: 'user', id: sellerId }] })
    const mine = await send({ templateId, type: 'lead', filter: `lastName=${marker}` }, seller)
    expect(await ended(mine.id)).toMatchObject({ counts: { sent: 1, skipped: 0 } })
    expect(await mailsTo(own)).toHaveLength(1)
    await admin('PUT', `/v1/roles/${mailer}/bindings`, { bindings: [] })
  })

  it('BLK-1: needs the flag bulkMail, a known template of the type, and a filter that the list takes', async () => {
    const templateId = await aTemplate({ type: 'lead' })
    expect((await seller('POST', '/v1/mailings', { templateId, type: 'lead', ids: [1] })).status).toBe(403)
    expect((await seller('GET', '/v1/mailings')).status).toBe(403)
    for (const [values, code] of [
      [{ templateId: 'tpl_none', type: 'lead', ids: [1] }, 'template.unknown'],
      [{ templateId, type: 'contact', ids: [1] }, 'template.other_type'],
      [{ templateId, type: 'lead', filter: 'colour=red' }, 'filter.unknown_field'],
      [{ templateId, type: 'deal', ids: [1] }, 'request.invalid'],
      [{ templateId, type: 'lead' }, 'request.invalid'],
      [{ templateId, type: 'lead', ids: [1], filter: '' }, 'request.invalid'],
    ] as const) expect(await chief('POST', '/v1/mailings', values)).toMatchObject({ status: 400, body: { code } })
    expect((await chief('GET', '/v1/mailings/mlg_none')).status).toBe(404)
  })

  it('BLK-4: is begun once for an Idempotency-Key, is listed, and goes on in the words it began with', async () => {
    const address = newAddress()
    const contact = await make('contact', { firstName: 'Once', emails: [{ value: address }] })
    const templateId = await aTemplate({ subject: `First words ${unique}` })
    const key = { 'idempotency-key': randomUUID() }
    const [first, again] = [await chief<Mailing>('POST', '/v1/mailings', { templateId, type: 'contact', ids: [contact] }, key), await chief<Mailing>('POST', '/v1/mailings', { templateId, type: 'contact', ids: [contact] }, key)]
    await admin('PATCH', `/v1/mail/templates/${templateId}`, { subject: 'Other words' })
    expect(again.body).toEqual(first.body)
    await ended(first.body.id)
    expect((await mailsTo(address)).map(({ subject }) => subject)).toEqual([`First words ${unique}`])
    expect((await chief<Page<Mailing>>('GET', '/v1/mailings?limit=200')).body.items.filter(({ id }) => id === first.body.id)).toHaveLength(1)
  })

  it('BLK-4: can be cancelled: nothing more is claimed, and the rest counts as skipped', async () => {
    const addresses = Array.from({ length: 60 }, () => newAddress('cancel'))
    const ids = await Promise.all(addresses.map((value) => make('contact', { firstName: 'C', emails: [{ value }] })))
    const { id } = await send({ templateId: await aTemplate(), type: 'contact', ids })
    await until(async () => ((await mailsTo(addresses[3] ?? '')).length > 0 ? true : undefined))
    expect((await chief<Mailing>('POST', `/v1/mailings/${id}/cancel`)).body.status).toBe('cancelled')
    // What was under way when it was cancelled still goes, and is counted as soon as it has gone.
    const settled = await until(async () => {
      const result = await ended(id)
      const sent = (await Promise.all(addresses.map(mailsTo))).flat().length
      return result.counts.unknown === 0 && result.counts.sent === sent ? { ...result, mails: sent } : undefined
    }, 30_000)
    const { mails, counts, skipped } = settled.value
    // One worker sends everything in turn: when a later mailing has ended, nothing of this one is on its way any more.
    await ended((await send({ templateId: await aTemplate(), type: 'contact', ids: [await make('contact', { firstName: 'L', emails: [{ value: newAddress('later') }] })] })).id)
    expect((await Promise.all(addresses.map(mailsTo))).flat()).toHaveLength(mails)
    expect(mails).toBeLessThan(60)
    expect(counts).toEqual({ queued: 0, sent: mails, failed: 0, skipped: 60 - mails, unknown: 0 })
    expect(skipped).toEqual({ cancelled: 60 - mails })
  })
})
