import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { updateItem } from '../../../shared/items/index.ts'
import { assignMessage, listUnsorted, readMessage, replayMessage } from '../../../shared/mail/index.ts'
import { aMailOffice, codeOf, type MailOffice } from './a-mail-office.ts'
import { aRawMail } from './mails.ts'

let office: MailOffice
beforeAll(async () => {
  office = await aMailOffice()
})
afterAll(() => office.room.close())

describe('SNS-6 mail that waits', () => {
  it('is listed page by page for those with settings only, the newest first', async () => {
    for (let n = 0; n < 5; n += 1) await office.room.send(aRawMail({ subject: `waits ${n}`, to: 'nobody@example.org' }))
    expect(await codeOf(office.as('usr_sam', (ctx) => listUnsorted(ctx, { status: 'unsorted', limit: 2 })))).toBe('403 access.settings_needed')
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await office.asAdmin((ctx) => listUnsorted(ctx, { status: 'unsorted', limit: 2, ...(cursor === undefined ? {} : { cursor }) }))
      expect(page.items.length).toBeLessThanOrEqual(2)
      seen.push(...page.items.map(({ subject }) => subject))
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    expect(seen.slice(0, 5)).toEqual(['waits 4', 'waits 3', 'waits 2', 'waits 1', 'waits 0'])
    const { nextCursor } = await office.asAdmin((ctx) => listUnsorted(ctx, { status: 'unsorted', limit: 2 }))
    expect(await codeOf(office.asAdmin((ctx) => listUnsorted(ctx, { status: 'quarantined', limit: 2, cursor: nextCursor ?? '' })))).toBe('400 cursor.invalid')
  })

  it('is listed whatever it waits for, merged by when it came, with its status', async () => {
    await office.room.send(aRawMail({ subject: 'kinds: spam', headers: ['X-Local-Verdict: spam=FAIL'] }))
    await office.room.send(aRawMail({ subject: 'kinds: unmatched', to: 'nobody@example.org' }))
    const { notice, sesMessageId } = await office.room.receive(aRawMail({ subject: 'kinds: unread' }))
    await office.room.intake.blobs.put(`notices/${sesMessageId}.json`, JSON.stringify({ readings: 9 }), 'application/json')
    await office.room.deliver(notice, 2)
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await office.asAdmin((ctx) => listUnsorted(ctx, { limit: 2, ...(cursor === undefined ? {} : { cursor }) }))
      seen.push(...page.items.map(({ status, subject }) => `${status} ${subject}`))
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    expect(seen.slice(0, 5)).toEqual(['unparsed kinds: unread', 'unsorted kinds: unmatched', 'quarantined kinds: spam', 'unsorted waits 4', 'unsorted waits 3'])
    expect(new Set(seen).size).toBe(seen.length)
    const { nextCursor } = await office.asAdmin((ctx) => listUnsorted(ctx, { limit: 1 }))
    expect(await codeOf(office.asAdmin((ctx) => listUnsorted(ctx, { status: 'unsorted', limit: 2, cursor: nextCursor ?? '' })))).toBe('400 cursor.invalid')
  })

  it('is not read by those without settings', async () => {
    const id = await office.idOf('waits 0')
    expect(await codeOf(office.as('usr_sam', (ctx) => readMessage(ctx, { id })))).toBe('404 message.not_found')
    expect((await office.as('usr_set', (ctx) => readMessage(ctx, { id }))).status).toBe('unsorted')
  })

  it('can be assigned by hand, and stands there then', async () => {
    const id = await office.idOf('waits 1')
    const deal = await office.room.make('deal', { responsibleId: 'usr_sam' })
    expect(await codeOf(office.as('usr_sam', (ctx) => assignMessage(ctx, { id, values: { bindings: [{ type: 'deal', id: deal }] } })))).toBe('403 access.settings_needed')
    const view = await office.asAdmin((ctx) => assignMessage(ctx, { id, values: { bindings: [{ type: 'deal', id: deal }, { type: 'deal', id: deal }] } }))
    expect(view).toMatchObject({ status: 'routed', bindings: [{ type: 'deal', id: deal }], version: 2 })
    expect(await office.waiting('unsorted')).not.toContain(id)
    expect((await office.as('usr_sam', (ctx) => readMessage(ctx, { id }))).subject).toBe('waits 1')
    // The same again stores nothing.
    expect((await office.asAdmin((ctx) => assignMessage(ctx, { id, values: { bindings: [{ type: 'deal', id: deal }] } }))).version).toBe(2)
    expect(await codeOf(office.asAdmin((ctx) => assignMessage(ctx, { id, values: { bindings: [{ type: 'deal', id: deal }] }, ifMatch: 1 })))).toBe('412 message.stale')
  })

  it('is assigned to items that are there only, as far as the caller may see', async () => {
    const id = await office.idOf('waits 2')
    const deal = await office.room.make('deal', { responsibleId: 'usr_sam' })
    expect(await codeOf(office.asAdmin((ctx) => assignMessage(ctx, { id, values: { bindings: [{ type: 'deal', id: 99_999 }] } })))).toBe('400 message.item_unknown')
    expect(await codeOf(office.as('usr_set', (ctx) => assignMessage(ctx, { id, values: { bindings: [{ type: 'deal', id: deal }] } })))).toBe('400 message.item_unknown')
    expect((await office.room.message(id))?.version).toBe(1)
  })

  it('leaves quarantine by being assigned', async () => {
    await office.room.send(aRawMail({ subject: 'spam?', headers: ['X-Local-Verdict: spam=FAIL'] }))
    const id = await office.idOf('spam?')
    const deal = await office.room.make('deal', {})
    expect((await office.asAdmin((ctx) => replayMessage(ctx, { id }))).status).toBe('quarantined')
    expect(await office.asAdmin((ctx) => assignMessage(ctx, { id, values: { bindings: [{ type: 'deal', id: deal }] } }))).toMatchObject({ status: 'routed', reason: null })
    expect((await office.asAdmin((ctx) => replayMessage(ctx, { id }))).bindings).toEqual([{ type: 'deal', id: deal }])
    expect(await office.waiting('quarantined')).not.toContain(id)
  })

  it('is routed again after the data was mended', async () => {
    await office.room.send(aRawMail({ subject: 'mended', to: 'later@example.org' }))
    const id = await office.idOf('mended')
    expect(await codeOf(office.as('usr_sam', (ctx) => replayMessage(ctx, { id })))).toBe('403 access.settings_needed')
    expect(await office.asAdmin((ctx) => replayMessage(ctx, { id }))).toMatchObject({ status: 'unsorted', version: 1 })
    const contact = await office.held('later@example.org', 'usr_sam')
    expect(await office.asAdmin((ctx) => replayMessage(ctx, { id }))).toMatchObject({ status: 'routed', bindings: [{ type: 'contact', id: contact }], version: 2 })
    expect(await office.waiting('unsorted')).not.toContain(id)
    await office.as('usr_sam', (ctx) => updateItem(ctx, { type: 'contact', id: contact, values: { emails: [{ value: 'elsewhere@example.org' }] } }))
    const lead = await office.room.make('lead', { title: 'x', emails: [{ value: 'later@example.org' }] })
    expect((await office.asAdmin((ctx) => replayMessage(ctx, { id }))).bindings).toEqual([{ type: 'lead', id: lead }])
  })

  it('keeps what was assigned by hand when it is routed again', async () => {
    await office.room.send(aRawMail({ subject: 'by hand', to: 'hand@example.org' }))
    const id = await office.idOf('by hand')
    const deal = await office.room.make('deal', {})
    await office.asAdmin((ctx) => assignMessage(ctx, { id, values: { bindings: [{ type: 'deal', id: deal }] } }))
    const contact = await office.held('hand@example.org', office.room.company.administratorId)
    expect((await office.asAdmin((ctx) => replayMessage(ctx, { id }))).bindings).toEqual([{ type: 'contact', id: contact }, { type: 'deal', id: deal }])
  })

  it('brings its waiting replies along when it is assigned', async () => {
    await office.room.send(aRawMail({ from: 'who@example.org', to: 'crm@leadline.example', cc: '', subject: 'parent by hand', messageId: 'hand@y' }), { source: 'who@example.org' })
    await office.room.send(aRawMail({ from: 'who@example.org', to: 'crm@leadline.example', cc: '', subject: 'reply by hand', headers: ['In-Reply-To: <hand@y>'] }), { source: 'who@example.org' })
    const deal = await office.room.make('deal', {})
    const parent = await office.idOf('parent by hand')
    await office.asAdmin((ctx) => assignMessage(ctx, { id: parent, values: { bindings: [{ type: 'deal', id: deal }] } }))
    expect((await office.room.message(await office.idOf('reply by hand')))?.bindings).toEqual([{ type: 'deal', id: deal }])
  })

  it('is read anew when it could not be read before', async () => {
    const contact = await office.held('poison@example.org', 'usr_sam')
    const { notice, sesMessageId } = await office.room.receive(aRawMail({ subject: 'was poison', to: 'poison@example.org', body: 'readable after all' }))
    await office.room.intake.blobs.put(`notices/${sesMessageId}.json`, JSON.stringify({ readings: 9 }), 'application/json')
    await office.room.deliver(notice, 2)
    const id = await office.idOf('was poison')
    expect(await office.waiting('unparsed')).toContain(id)
    expect(await office.asAdmin((ctx) => replayMessage(ctx, { id }))).toMatchObject({ status: 'routed', text: 'readable after all', bindings: [{ type: 'contact', id: contact }] })
    expect(await office.waiting('unparsed')).not.toContain(id)
  })

  it('is read anew also when it was assigned by hand meanwhile, and stays where it was put', async () => {
    const contact = await office.held('unread@example.org', 'usr_sam')
    const { notice, sesMessageId } = await office.room.receive(aRawMail({ subject: 'assigned unread', to: 'unread@example.org', body: 'readable in the end' }))
    await office.room.intake.blobs.put(`notices/${sesMessageId}.json`, JSON.stringify({ readings: 9 }), 'application/json')
    await office.room.deliver(notice, 2)
    const id = await office.idOf('assigned unread')
    const deal = await office.room.make('deal', {})
    expect(await office.asAdmin((ctx) => assignMessage(ctx, { id, values: { bindings: [{ type: 'deal', id: deal }] } }))).toMatchObject({ status: 'routed', text: '', cut: true })
    expect(await office.asAdmin((ctx) => replayMessage(ctx, { id }))).toMatchObject({ status: 'routed', text: 'readable in the end', cut: false, bindings: [{ type: 'contact', id: contact }, { type: 'deal', id: deal }] })
  })

  it('keeps its text when it comes again and cannot be read then', async () => {
    const raw = aRawMail({ subject: 'read once', to: 'nobody@example.org', body: 'readable at first' })
    await office.room.send(raw)
    const { notice, sesMessageId } = await office.room.receive(raw)
    await office.room.intake.blobs.put(`notices/${sesMessageId}.json`, JSON.stringify({ readings: 9 }), 'application/json')
    expect(await office.room.deliver(notice, 2)).toBe('known')
    expect(await office.asAdmin(async (ctx) => readMessage(ctx, { id: await office.idOf('read once') }))).toMatchObject({ status: 'unsorted', text: 'readable at first' })
  })

  it('has its text when it comes again and can be read then', async () => {
    const raw = aRawMail({ subject: 'read at last', to: 'nobody@example.org', body: 'readable then' })
    const { notice, sesMessageId } = await office.room.receive(raw)
    await office.room.intake.blobs.put(`notices/${sesMessageId}.json`, JSON.stringify({ readings: 9 }), 'application/json')
    expect(await office.room.deliver(notice, 2)).toBe('unparsed')
    expect(await office.room.send(raw)).toBe('known')
    expect(await office.asAdmin(async (ctx) => readMessage(ctx, { id: await office.idOf('read at last') }))).toMatchObject({ status: 'unsorted', reason: null, text: 'readable then' })
  })

  it('says so when it still cannot be read', async () => {
    await office.room.send(`From: sam@leadline.example\r\nSubject: hopeless\r\nX: ${'x'.repeat(2_000_000)}\r\n\r\nx`)
    expect(await codeOf(office.asAdmin(async (ctx) => replayMessage(ctx, { id: await office.idOf('hopeless') })))).toBe('422 message.unreadable')
  })
})
