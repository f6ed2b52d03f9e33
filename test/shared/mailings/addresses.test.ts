import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { deleteItem, updateItem } from '../../../shared/items/index.ts'
import { dryRun, listRecipients } from '../../../shared/mailings/index.ts'
import { suppress } from '../../../shared/mailings/suppression.ts'
import { bytesOf } from '../../../shared/platform/blobs.ts'
import { MailRefused } from '../../../shared/platform/mailer.ts'
import { aMailingDesk, type MailingDesk } from './a-mailing-desk.ts'

let desk: MailingDesk
let templateId: string
let shared: string
let serial = 0

beforeAll(async () => {
  desk = await aMailingDesk()
  templateId = await desk.aTemplate()
})
afterAll(() => desk.close())
beforeEach(() => {
  serial += 1
  shared = `family-${serial}@customer.example`
  for (const list of [desk.sent, desk.line, desk.answers]) list.length = 0
})

const member = (firstName: string): Promise<number> => desk.aContact({ firstName, emails: [{ value: shared }] })
const texts = (): string[] => desk.sent.map(({ raw }) => /^Dear \w+/m.exec(Buffer.from(raw).toString())?.[0] ?? '')
const recipients = async (id: string) => (await desk.asAdmin((ctx) => listRecipients(ctx, { id, limit: 50 }))).items.map(({ item, state, reason }) => [item.id, state, reason])

describe('BLK-1: an address that several items share', () => {
  it('gets the mail of the next item when the first is deleted before its turn', async () => {
    const [anna, boris] = [await member('Anna'), await member('Boris')]
    const id = await desk.begin({ templateId, ids: [anna, boris] })
    // The pages are written by a turn at which nothing may be sent.
    const { quota } = desk.crew.mailer
    Object.assign(desk.crew.mailer, { quota: async () => ({ perSecond: 1000, left: 0 }) })
    await desk.workOff()
    await desk.asAdmin((ctx) => deleteItem(ctx, { type: 'contact', id: anna }))
    Object.assign(desk.crew.mailer, { quota })
    await desk.turn(id)
    expect(texts()).toEqual(['Dear Boris'])
    expect(await desk.look(id)).toMatchObject({ status: 'completed', counts: { sent: 1, skipped: 1 }, skipped: { not_found: 1 } })
  })

  it('gets the mail of the next item when that of the first cannot be made', async () => {
    const [anna, boris] = [await member('Anna'), await member('Boris')]
    await desk.asAdmin((ctx) => updateItem(ctx, { type: 'contact', id: anna, values: { lastName: 'Endless' } }))
    const endless = await desk.aTemplate('Dear {{ item.firstName }}{% if item.lastName == "Endless" %}{% for i in (1..10000) %}{% for j in (1..10000) %}.{% endfor %}{% endfor %}{% endif %}')
    const id = await desk.begin({ templateId: endless, ids: [anna, boris] })
    await desk.workOff()
    expect(texts()).toEqual(['Dear Boris'])
    expect(await recipients(id)).toEqual([[anna, 'failed', expect.stringContaining('template')], [boris, 'sent', null]])
    expect(await desk.look(id)).toMatchObject({ counts: { sent: 1, failed: 1, skipped: 0 } })
  })

  it('gets the mail of the next item when SES refuses that of the first', async () => {
    const [anna, boris] = [await member('Anna'), await member('Boris')]
    desk.answers.push(async () => Promise.reject(new MailRefused('mail', 'Message is too long.')))
    const id = await desk.begin({ templateId, ids: [anna, boris] })
    await desk.workOff()
    expect(texts()).toEqual(['Dear Boris'])
    expect(await recipients(id)).toEqual([[anna, 'failed', 'Message is too long.'], [boris, 'sent', null]])
  })

  it('gets one mail, and what is kept of it is what was sent', async () => {
    const [anna, boris] = [await member('Anna'), await member('Boris')]
    const id = await desk.begin({ templateId, ids: [anna, boris] })
    await desk.workOff()
    expect(texts()).toEqual(['Dear Anna'])
    expect(await recipients(id)).toEqual([[anna, 'sent', null], [boris, 'skipped', 'address_used']])
    const { items } = await desk.asAdmin((ctx) => listRecipients(ctx, { id, limit: 50 }))
    const kept = await desk.crew.blobs.open(`mail/${items[0]?.messageId}/content.json`)
    expect(kept && (await bytesOf(kept, 100_000)).toString()).toContain('Dear Anna')
  })

  it('that wants no mailings is why none of them gets it, foreseen as it comes', async () => {
    const ids = [await member('Anna'), await member('Boris')]
    await suppress(desk.room.table.table, shared, 'unsubscribed', new Date())
    const foreseen = await desk.asAdmin((ctx) => dryRun(ctx, { values: { templateId, type: 'contact', ids } }))
    expect(foreseen.skipped).toEqual({ unsubscribed: 2 })
    const id = await desk.begin({ templateId, ids })
    await desk.workOff()
    expect(await desk.look(id)).toMatchObject({ counts: { sent: 0, skipped: 2 }, skipped: { unsubscribed: 2 } })
  })

  it('stays used up by a mail that was put aside where the mail itself would lie, as they once were', async () => {
    const [anna, boris] = [await member('Anna'), await member('Boris')]
    const id = await desk.begin({ templateId, ids: [anna, boris] })
    await desk.put({ kind: 'mail.skipped', reason: 'unsubscribed' }, id, anna, shared)
    expect(await desk.workOff()).toEqual(['done'])
    expect(texts()).toEqual([])
    expect(await recipients(id)).toEqual([[anna, 'skipped', 'unsubscribed'], [boris, 'skipped', 'address_used']])
    expect(await desk.look(id)).toMatchObject({ status: 'completed', counts: { queued: 0, sent: 0, skipped: 2 } })
  })

  it('BLK-4: is tried for no longer than a turn lasts, item after item', async () => {
    const ids = [await member('Anna'), await member('Boris'), await member('Clara')]
    const { now } = desk.crew
    let secondsLater = 0
    Object.assign(desk.crew, { now: () => new Date(Date.now() + secondsLater * 1000) })
    const refuseSlowly = async (): Promise<string> => {
      secondsLater += 30
      throw new MailRefused('mail', 'Message is too long.')
    }
    desk.answers.push(refuseSlowly, refuseSlowly)
    const id = await desk.begin({ templateId, ids })
    expect(await desk.turn(id)).toBe('more')
    expect(await desk.look(id)).toMatchObject({ status: 'running', counts: { failed: 1, queued: 2 } })
    await desk.workOff()
    Object.assign(desk.crew, { now })
    expect(texts()).toEqual(['Dear Clara'])
    expect(await desk.look(id)).toMatchObject({ status: 'completed', counts: { failed: 2, sent: 1 } })
  })
})
