import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { updateItem } from '../../../shared/items/index.ts'
import { listRecipients, resumeMailings } from '../../../shared/mailings/index.ts'
import { pageKey } from '../../../shared/mailings/keys.ts'
import { createField } from '../../../shared/types/create-field.ts'
import { deleteField } from '../../../shared/types/delete-field.ts'
import { FieldInput } from '../../../shared/types/field-schema.ts'
import { aMailingDesk, type MailingDesk } from './a-mailing-desk.ts'

let desk: MailingDesk
let templateId: string
let storing: 'works' | 'fails'
let serial = 0

beforeAll(async () => {
  desk = await aMailingDesk({
    blobs: (blobs) => ({ ...blobs, put: async (...object) => (storing === 'fails' ? Promise.reject(new Error('S3 is away.')) : blobs.put(...object)) }),
  })
  templateId = await desk.aTemplate()
})
afterAll(() => desk.close())
beforeEach(() => {
  storing = 'works'
  serial += 1
  for (const list of [desk.sent, desk.line, desk.reported, desk.answers]) list.length = 0
})

const address = (name: string): string => `${name}-${serial}@customer.example`
const aContactAt = (name: string): Promise<number> => desk.aContact({ emails: [{ value: address(name) }] })
const sentTo = (): string[] => desk.sent.map(({ to }) => to)
const anHourLater = (): Promise<unknown> => resumeMailings(desk.room.table.table, desk.crew.queue, new Date(Date.now() + 3_600_000))

describe('a mailing that cannot go on', () => {
  it('BLK-4: ends with the reason when its filter names a field that is gone, and the next one in the line is sent', async () => {
    const code = `colour${serial}`
    await desk.asAdmin((ctx) => createField(ctx, { type: 'contact', values: FieldInput.parse({ code, title: 'Colour', kind: 'string' }) }))
    const broken = await desk.begin({ templateId, filter: `fields.${code}=red` })
    await desk.asAdmin((ctx) => deleteField(ctx, { type: 'contact', field: code }))
    const sound = await desk.begin({ templateId, ids: [await aContactAt('sound')] })
    await desk.workOff()
    expect(sentTo()).toEqual([address('sound')])
    expect(await desk.look(sound)).toMatchObject({ status: 'completed', counts: { sent: 1 } })
    expect(await desk.look(broken)).toMatchObject({ status: 'cancelled', note: expect.stringContaining('There is no such filter'), counts: { queued: 0, sent: 0 } })
    await anHourLater()
    expect(desk.line).toEqual([])
  })

  it('BLK-4: gives up its place in the line after a failure, is tried again, and stops after a few with the reason and its people counted', async () => {
    const ids = [await aContactAt('first'), await aContactAt('second')]
    const broken = await desk.begin({ templateId, ids })
    const sound = await desk.begin({ templateId, ids: [await aContactAt('sound')] })
    storing = 'fails'
    expect(await desk.turn(broken)).toBe('more')
    storing = 'works'
    expect(await desk.turn(sound)).toBe('done')
    storing = 'fails'
    desk.line.length = 0
    for (let time = 0; time < 10 && (await desk.look(broken)).status === 'running'; time += 1) {
      await desk.turn(broken)
      await anHourLater()
      expect(desk.line.filter((id) => id === broken).length).toBeLessThanOrEqual(time + 1)
    }
    expect(desk.reported).toContainEqual(new Error('S3 is away.'))
    await desk.workOff()
    expect(await desk.look(broken)).toMatchObject({ status: 'cancelled', note: expect.stringContaining('gave up'), counts: { queued: 0, sent: 0, failed: 0, skipped: 2 }, skipped: { cancelled: 2 } })
    expect(sentTo()).toEqual([address('sound')])
  })

  it('BLK-4: goes on where it was when what failed has passed, and forgets the failures', async () => {
    const id = await desk.begin({ templateId, ids: [await aContactAt('later')] })
    storing = 'fails'
    await desk.turn(id)
    expect(await desk.look(id)).toMatchObject({ status: 'running', note: expect.stringContaining('went wrong'), counts: { queued: 1 } })
    storing = 'works'
    await desk.workOff()
    expect(await desk.look(id)).toMatchObject({ status: 'completed', note: null, counts: { sent: 1 } })
    expect(sentTo()).toEqual([address('later')])
  })

  it('BLK-4: is put away in the end even if what it sent cannot be counted', async () => {
    const id = await desk.begin({ templateId, ids: [await aContactAt('lost')] })
    storing = 'fails'
    await desk.turn(id)
    await desk.room.table.table.write({ update: pageKey(id, 1), set: { content: 'no page' } })
    for (let time = 0; time < 20; time += 1) {
      await desk.workOff()
      await anHourLater()
    }
    expect(desk.line).toEqual([])
    expect(await desk.look(id)).toMatchObject({ status: 'cancelled' })
  })

  it('BLK-4: puts a recipient aside whose mail cannot be made, and writes to the others', async () => {
    const ids = [await aContactAt('good'), await aContactAt('bad')]
    const template = await desk.aTemplate('{% if item.lastName == "Endless" %}{% for i in (1..10000) %}{% for j in (1..10000) %}.{% endfor %}{% endfor %}{% endif %}Dear')
    await desk.asAdmin((ctx) => updateItem(ctx, { type: 'contact', id: ids[1] ?? 0, values: { lastName: 'Endless' } }))
    const id = await desk.begin({ templateId: template, ids })
    await desk.workOff()
    expect(sentTo()).toEqual([address('good')])
    expect(await desk.look(id)).toMatchObject({ status: 'completed', counts: { sent: 1, failed: 1 } })
    const { items } = await desk.asAdmin((ctx) => listRecipients(ctx, { id, limit: 50 }))
    expect(items).toContainEqual(expect.objectContaining({ address: address('bad'), state: 'failed', reason: expect.stringContaining('template') }))
  })

  it('BLK-4: stops after a few tries when where a mail would lie is something that it does not know', async () => {
    const contact = await aContactAt('strange')
    const id = await desk.begin({ templateId, ids: [contact] })
    await desk.put({ kind: 'mail.strange' }, id, contact, address('strange'))
    for (let time = 0; time < 10 && (await desk.look(id)).status === 'running'; time += 1) {
      await desk.workOff(2)
      await anHourLater()
    }
    expect(desk.reported).toContainEqual(expect.objectContaining({ message: expect.stringContaining('is taken by no mail') }))
    expect(await desk.look(id)).toMatchObject({ status: 'cancelled', note: expect.stringContaining('gave up') })
    expect(sentTo()).toEqual([])
  })

  it('BLK-4: has one wake-up in the line, however long that is', async () => {
    const id = await desk.begin({ templateId, ids: [await aContactAt('waiting')] })
    storing = 'fails'
    desk.line.length = 0
    await desk.turn(id)
    await resumeMailings(desk.room.table.table, desk.crew.queue, new Date(Date.now() + 20 * 60_000))
    expect(desk.line.filter((one) => one === id)).toEqual([id])
  })
})
