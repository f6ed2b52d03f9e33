import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { changeSettings, readSettings } from '../../../shared/mail/index.ts'
import { aMailOffice, codeOf, type MailOffice } from './a-mail-office.ts'
import { aRawMail } from './mails.ts'

let office: MailOffice
beforeAll(async () => {
  office = await aMailOffice()
})
afterAll(() => office.room.close())

describe('SNS-1 settings of Send&Save', () => {
  const defaults = { addresses: ['crm@leadline.example'], keys: { lead: 'LID#', contact: 'CID#', company: 'COID#', deal: 'DID#', quote: 'QID#', invoice: 'INV#' }, unmatched: 'keep', responsibleId: null }

  it('have defaults, and are for those with the flag settings', async () => {
    expect(await office.asAdmin(readSettings)).toEqual(defaults)
    expect(await codeOf(office.as('usr_sam', readSettings))).toBe('403 access.settings_needed')
    expect(await codeOf(office.as('usr_sam', (ctx) => changeSettings(ctx, { values: {} })))).toBe('403 access.settings_needed')
  })

  it('refuse keys that could be taken for each other, and unknown types', async () => {
    expect(await codeOf(office.asAdmin((ctx) => changeSettings(ctx, { values: { keys: { deal: 'lid#' } } })))).toBe('400 mail.key_taken')
    expect(await codeOf(office.asAdmin((ctx) => changeSettings(ctx, { values: { keys: { spaceship: 'S#' } } })))).toBe('400 mail.key_type_unknown')
  })

  it('take the address at which mail comes in, in any letter case and with labels, and others that hand mail on to it', async () => {
    const addresses = ['CRM@Leadline.example', 'crm+sales@leadline.example', 'sales@elsewhere.example']
    expect(await office.asAdmin((ctx) => changeSettings(ctx, { values: { addresses } }))).toEqual({ ...defaults, addresses })
    expect(await office.asAdmin((ctx) => changeSettings(ctx, { values: {} }))).toEqual(defaults)
  })

  it.each(['usr_nope', 'usr_left'])('name nobody as responsible who is not an active user: %s', async (responsibleId) => {
    expect(await codeOf(office.asAdmin((ctx) => changeSettings(ctx, { values: { responsibleId } })))).toBe('400 mail.responsible_unknown')
    expect(await codeOf(office.asAdmin((ctx) => changeSettings(ctx, { values: { unmatched: 'createLead', responsibleId } })))).toBe('400 mail.responsible_may_not_add')
    expect(await office.asAdmin((ctx) => changeSettings(ctx, { values: { responsibleId: 'usr_sam' } }))).toEqual({ ...defaults, responsibleId: 'usr_sam' })
    expect(await office.asAdmin((ctx) => changeSettings(ctx, { values: {} }))).toEqual(defaults)
  })

  it.each<[string, Record<string, unknown>, object]>([
    ['the deployment had another address', { addresses: ['old@leadline.example'] }, { addresses: ['old@leadline.example'] }],
    ['no address was wanted', { addresses: [] }, { addresses: [] }],
    ['the responsible person has left since', { responsibleId: 'usr_left' }, { responsibleId: null }],
  ])('can be put as they are got, though %s when they were stored', async (_, stored, shown) => {
    await office.room.company.add({ kind: 'SETTINGS', id: 'mail', value: stored })
    const got = await office.asAdmin(readSettings)
    expect(got).toEqual({ ...defaults, ...shown })
    expect(await office.asAdmin((ctx) => changeSettings(ctx, { values: got }))).toEqual(got)
    await office.room.company.add({ kind: 'SETTINGS', id: 'mail', value: {} })
    expect(await office.asAdmin(readSettings)).toEqual(defaults)
  })

  it('count from the next mail on', async () => {
    expect(await office.asAdmin((ctx) => changeSettings(ctx, { values: { keys: { deal: 'Deal-' }, addresses: ['sales@leadline.example'] } }))).toEqual({ ...defaults, keys: { ...defaults.keys, deal: 'Deal-' }, addresses: ['sales@leadline.example'] })
    const deal = await office.room.make('deal', { responsibleId: 'usr_sam' })
    await office.held('sales@leadline.example', 'usr_sam')
    await office.room.send(aRawMail({ to: 'sales@leadline.example', subject: `new key DEAL-${deal}` }))
    expect((await office.room.message(await office.idOf(`new key DEAL-${deal}`)))?.bindings).toEqual([{ type: 'deal', id: deal }])
    await office.room.send(aRawMail({ to: 'sales@leadline.example', cc: '', subject: 'to ourselves' }))
    expect((await office.room.message(await office.idOf('to ourselves')))?.status).toBe('unsorted')
    expect(await office.asAdmin((ctx) => changeSettings(ctx, { values: {} }))).toEqual(defaults)
  })
})
