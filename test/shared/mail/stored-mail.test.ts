import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deleteItem, updateItem } from '../../../shared/items/index.ts'
import { assignMessage, changeSettings, downloadAttachment, downloadRaw, listUnsorted, readMessage, readSettings, replayMessage, type MailPorts } from '../../../shared/mail/index.ts'
import { Problem } from '../../../shared/kernel/problem.ts'
import type { Ctx } from '../../../shared/workspace/index.ts'
import { aUser } from '../../support/company.ts'
import { aMailRoom, type MailRoom } from './a-mail-room.ts'
import { aRawMail } from './mails.ts'

let room: MailRoom
let admin: string

beforeAll(async () => {
  room = await aMailRoom()
  admin = room.company.administratorId
  await room.company.add(aUser({ id: 'usr_sam', emails: ['sam@leadline.example'] }), aUser({ id: 'usr_mia', emails: ['mia@leadline.example'] }), aUser({ id: 'usr_set', emails: ['set@leadline.example'] }))
  await room.company.bind('manager', { kind: 'user', id: 'usr_sam' }, { kind: 'user', id: 'usr_mia' })
  // Somebody who works on settings and reads no items at all.
  await room.company.add({ kind: 'ROLE', id: 'rol_set', value: { id: 'rol_set', name: 'Settings', flags: { settings: true, bulkMail: false, processes: false }, types: {}, bindings: [{ kind: 'user', id: 'usr_set' }] } })
})
afterAll(() => room.close())

const held = (email: string, responsibleId: string): Promise<number> => room.make('contact', { title: email, emails: [{ value: email }], responsibleId })
const idOf = async (subject: string): Promise<string> => (await room.messages()).find((message) => message.subject === subject)?.id ?? ''
const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work
    return 'done'
  } catch (error) {
    if (error instanceof Problem) return `${error.status} ${error.code}`
    throw error
  }
}
const as = <T>(userId: string, work: (ctx: Ctx & MailPorts) => Promise<T>): Promise<T> => room.as(userId, work)
const asAdmin = <T>(work: (ctx: Ctx & MailPorts) => Promise<T>): Promise<T> => as(admin, work)
const queue = async (status: 'unsorted' | 'quarantined' | 'unparsed'): Promise<string[]> => (await asAdmin((ctx) => listUnsorted(ctx, { status, limit: 200 }))).items.map(({ id }) => id)

describe('ACC-8 a mail is read by the readers of any of its items', () => {
  let id: string
  let [ofSam, ofMia] = [0, 0]
  beforeAll(async () => {
    ofSam = await held('one@example.org', 'usr_sam')
    ofMia = await held('two@example.org', 'usr_mia')
    await room.send(aRawMail({ to: 'One <one@example.org>, two@example.org', subject: 'shared', headers: ['Content-Type: multipart/mixed; boundary="m"'], body: '--m\nContent-Type: text/html\n\n<p>Hi <script>x</script><b>all</b></p>\n--m\nContent-Type: text/html; name="page.html"\nContent-Disposition: attachment\n\n<script>1</script>\n--m--' }))
    id = await idOf('shared')
  })

  it('with the bindings that the reader may see, and without the trace', async () => {
    const view = await as('usr_sam', (ctx) => readMessage(ctx, { id }))
    expect(view).toMatchObject({ id, direction: 'out', from: { name: 'Sam', address: 'sam@leadline.example' }, to: [{ name: 'One', address: 'one@example.org' }, { name: '', address: 'two@example.org' }], subject: 'shared', date: '2026-03-01T09:59:00.000Z', text: 'Hi all', html: '<p>Hi <b>all</b></p>', status: 'routed', senderUserId: 'usr_sam', version: 1 })
    expect(view.bindings).toEqual([{ type: 'contact', id: ofSam }])
    expect(view.trace).toBeUndefined()
    expect(view.delivery).toBeUndefined()
  })

  it('with the trace for those with the flag settings (SNS-8)', async () => {
    const view = await asAdmin((ctx) => readMessage(ctx, { id }))
    expect(view.bindings).toEqual([{ type: 'contact', id: ofSam }, { type: 'contact', id: ofMia }])
    expect(view.trace).toEqual([
      { rule: 'key', matched: [], refused: [] },
      { rule: 'thread', matched: [], refused: [] },
      { rule: 'recipients', matched: [{ by: 'one@example.org', type: 'contact', id: ofSam }, { by: 'two@example.org', type: 'contact', id: ofMia }], refused: [] },
    ])
    expect(view.delivery).toMatchObject({ recipients: ['crm@leadline.example'], source: 'sam@leadline.example', verdicts: { dmarc: 'PASS' }, sharesMessageId: false })
  })

  it.each(['usr_set', 'usr_nobody'])('and does not exist for %s (ACC-9)', async (user) => {
    const missing = `msg_${'0'.repeat(32)}`
    const works: ((ctx: Ctx & MailPorts, input: { id: string }) => Promise<unknown>)[] = [readMessage, downloadRaw, (ctx, { id }) => downloadAttachment(ctx, { id, n: 0 })]
    for (const work of works) {
      expect(await codeOf(as(user, (ctx) => work(ctx, { id })))).toBe('404 message.not_found')
      expect(await codeOf(as(user, (ctx) => work(ctx, { id: missing })))).toBe('404 message.not_found')
    }
  })

  it('with its attachments as files that a browser saves and never shows', async () => {
    const { location } = await as('usr_sam', (ctx) => downloadAttachment(ctx, { id, n: 0 }))
    const answer = await fetch(location)
    expect(answer.headers.get('content-type')).toBe('application/octet-stream')
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="page.html"; filename*=UTF-8\'\'page.html')
    expect((await answer.text()).trim()).toBe('<script>1</script>')
    expect(new URL(location).searchParams.get('X-Amz-Expires')).toBe('60')
    expect(await codeOf(as('usr_sam', (ctx) => downloadAttachment(ctx, { id, n: 1 })))).toBe('404 attachment.not_found')
  })

  it('with the raw original', async () => {
    const { location } = await as('usr_mia', (ctx) => downloadRaw(ctx, { id }))
    const answer = await fetch(location)
    expect(answer.headers.get('content-disposition')).toContain(`${id}.eml`)
    expect(await answer.text()).toContain('Subject: shared')
  })

  it('and by those with settings once all its items are gone', async () => {
    const contact = await held('gone@example.org', 'usr_sam')
    await room.send(aRawMail({ to: 'gone@example.org', subject: 'orphan' }))
    const orphan = await idOf('orphan')
    await as('usr_sam', (ctx) => deleteItem(ctx, { type: 'contact', id: contact }))
    expect(await codeOf(as('usr_sam', (ctx) => readMessage(ctx, { id: orphan })))).toBe('404 message.not_found')
    expect((await as('usr_set', (ctx) => readMessage(ctx, { id: orphan }))).bindings).toEqual([])
  })
})

describe('SNS-6 mail that waits', () => {
  it('is listed page by page for those with settings only, the newest first', async () => {
    for (let n = 0; n < 5; n += 1) await room.send(aRawMail({ subject: `waits ${n}`, to: 'nobody@example.org' }))
    expect(await codeOf(as('usr_sam', (ctx) => listUnsorted(ctx, { status: 'unsorted', limit: 2 })))).toBe('403 access.settings_needed')
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await asAdmin((ctx) => listUnsorted(ctx, { status: 'unsorted', limit: 2, ...(cursor === undefined ? {} : { cursor }) }))
      expect(page.items.length).toBeLessThanOrEqual(2)
      seen.push(...page.items.map(({ subject }) => subject))
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    expect(seen.slice(0, 5)).toEqual(['waits 4', 'waits 3', 'waits 2', 'waits 1', 'waits 0'])
    const { nextCursor } = await asAdmin((ctx) => listUnsorted(ctx, { status: 'unsorted', limit: 2 }))
    expect(await codeOf(asAdmin((ctx) => listUnsorted(ctx, { status: 'quarantined', limit: 2, cursor: nextCursor ?? '' })))).toBe('400 cursor.invalid')
  })

  it('is not read by those without settings', async () => {
    const id = await idOf('waits 0')
    expect(await codeOf(as('usr_sam', (ctx) => readMessage(ctx, { id })))).toBe('404 message.not_found')
    expect((await as('usr_set', (ctx) => readMessage(ctx, { id }))).status).toBe('unsorted')
  })

  it('can be assigned by hand, and stands there then', async () => {
    const id = await idOf('waits 1')
    const deal = await room.make('deal', { responsibleId: 'usr_sam' })
    expect(await codeOf(as('usr_sam', (ctx) => assignMessage(ctx, { id, values: { bindings: [{ type: 'deal', id: deal }] } })))).toBe('403 access.settings_needed')
    const view = await asAdmin((ctx) => assignMessage(ctx, { id, values: { bindings: [{ type: 'deal', id: deal }, { type: 'deal', id: deal }] } }))
    expect(view).toMatchObject({ status: 'routed', bindings: [{ type: 'deal', id: deal }], version: 2 })
    expect(await queue('unsorted')).not.toContain(id)
    expect((await as('usr_sam', (ctx) => readMessage(ctx, { id }))).subject).toBe('waits 1')
    // The same again stores nothing.
    expect((await asAdmin((ctx) => assignMessage(ctx, { id, values: { bindings: [{ type: 'deal', id: deal }] } }))).version).toBe(2)
    expect(await codeOf(asAdmin((ctx) => assignMessage(ctx, { id, values: { bindings: [{ type: 'deal', id: deal }] }, ifMatch: 1 })))).toBe('412 message.stale')
  })

  it('is assigned to items that are there only, as far as the caller may see', async () => {
    const id = await idOf('waits 2')
    const deal = await room.make('deal', { responsibleId: 'usr_sam' })
    expect(await codeOf(asAdmin((ctx) => assignMessage(ctx, { id, values: { bindings: [{ type: 'deal', id: 99_999 }] } })))).toBe('400 message.item_unknown')
    expect(await codeOf(as('usr_set', (ctx) => assignMessage(ctx, { id, values: { bindings: [{ type: 'deal', id: deal }] } })))).toBe('400 message.item_unknown')
    expect((await room.message(id))?.version).toBe(1)
  })

  it('leaves quarantine by being assigned', async () => {
    await room.send(aRawMail({ subject: 'spam?', headers: ['X-Local-Verdict: spam=FAIL'] }))
    const id = await idOf('spam?')
    const deal = await room.make('deal', {})
    expect((await asAdmin((ctx) => replayMessage(ctx, { id }))).status).toBe('quarantined')
    expect(await asAdmin((ctx) => assignMessage(ctx, { id, values: { bindings: [{ type: 'deal', id: deal }] } }))).toMatchObject({ status: 'routed', reason: null })
    expect((await asAdmin((ctx) => replayMessage(ctx, { id }))).bindings).toEqual([{ type: 'deal', id: deal }])
    expect(await queue('quarantined')).not.toContain(id)
  })

  it('is routed again after the data was mended', async () => {
    await room.send(aRawMail({ subject: 'mended', to: 'later@example.org' }))
    const id = await idOf('mended')
    expect(await codeOf(as('usr_sam', (ctx) => replayMessage(ctx, { id })))).toBe('403 access.settings_needed')
    expect(await asAdmin((ctx) => replayMessage(ctx, { id }))).toMatchObject({ status: 'unsorted', version: 1 })
    const contact = await held('later@example.org', 'usr_sam')
    expect(await asAdmin((ctx) => replayMessage(ctx, { id }))).toMatchObject({ status: 'routed', bindings: [{ type: 'contact', id: contact }], version: 2 })
    expect(await queue('unsorted')).not.toContain(id)
    await as('usr_sam', (ctx) => updateItem(ctx, { type: 'contact', id: contact, values: { emails: [{ value: 'elsewhere@example.org' }] } }))
    const lead = await room.make('lead', { title: 'x', emails: [{ value: 'later@example.org' }] })
    expect((await asAdmin((ctx) => replayMessage(ctx, { id }))).bindings).toEqual([{ type: 'lead', id: lead }])
  })

  it('keeps what was assigned by hand when it is routed again', async () => {
    await room.send(aRawMail({ subject: 'by hand', to: 'hand@example.org' }))
    const id = await idOf('by hand')
    const deal = await room.make('deal', {})
    await asAdmin((ctx) => assignMessage(ctx, { id, values: { bindings: [{ type: 'deal', id: deal }] } }))
    const contact = await held('hand@example.org', admin)
    expect((await asAdmin((ctx) => replayMessage(ctx, { id }))).bindings).toEqual([{ type: 'contact', id: contact }, { type: 'deal', id: deal }])
  })

  it('brings its waiting replies along when it is assigned', async () => {
    await room.send(aRawMail({ from: 'who@example.org', to: 'crm@leadline.example', cc: '', subject: 'parent by hand', messageId: 'hand@y' }), { source: 'who@example.org' })
    await room.send(aRawMail({ from: 'who@example.org', to: 'crm@leadline.example', cc: '', subject: 'reply by hand', headers: ['In-Reply-To: <hand@y>'] }), { source: 'who@example.org' })
    const deal = await room.make('deal', {})
    const parent = await idOf('parent by hand')
    await asAdmin((ctx) => assignMessage(ctx, { id: parent, values: { bindings: [{ type: 'deal', id: deal }] } }))
    expect((await room.message(await idOf('reply by hand')))?.bindings).toEqual([{ type: 'deal', id: deal }])
  })

  it('is read anew when it could not be read before', async () => {
    const contact = await held('poison@example.org', 'usr_sam')
    const { notice, sesMessageId } = await room.receive(aRawMail({ subject: 'was poison', to: 'poison@example.org', body: 'readable after all' }))
    await room.intake.blobs.put(`notices/${sesMessageId}.json`, JSON.stringify({ readings: 9 }), 'application/json')
    await room.deliver(notice, 2)
    const id = await idOf('was poison')
    expect(await queue('unparsed')).toContain(id)
    expect(await asAdmin((ctx) => replayMessage(ctx, { id }))).toMatchObject({ status: 'routed', text: 'readable after all', bindings: [{ type: 'contact', id: contact }] })
    expect(await queue('unparsed')).not.toContain(id)
  })

  it('says so when it still cannot be read', async () => {
    await room.send(`From: sam@leadline.example\r\nSubject: hopeless\r\nX: ${'x'.repeat(2_000_000)}\r\n\r\nx`)
    expect(await codeOf(asAdmin(async (ctx) => replayMessage(ctx, { id: await idOf('hopeless') })))).toBe('422 message.unreadable')
  })
})

describe('SNS-1 settings of Send&Save', () => {
  const defaults = { addresses: ['crm@leadline.example'], keys: { lead: 'LID#', contact: 'CID#', company: 'COID#', deal: 'DID#', quote: 'QID#', invoice: 'INV#' }, unmatched: 'keep', responsibleId: null }

  it('have defaults, and are for those with the flag settings', async () => {
    expect(await asAdmin(readSettings)).toEqual(defaults)
    expect(await codeOf(as('usr_sam', readSettings))).toBe('403 access.settings_needed')
    expect(await codeOf(as('usr_sam', (ctx) => changeSettings(ctx, { values: {} })))).toBe('403 access.settings_needed')
  })

  it('refuse keys that could be taken for each other, and unknown types', async () => {
    expect(await codeOf(asAdmin((ctx) => changeSettings(ctx, { values: { keys: { deal: 'lid#' } } })))).toBe('400 mail.key_taken')
    expect(await codeOf(asAdmin((ctx) => changeSettings(ctx, { values: { keys: { spaceship: 'S#' } } })))).toBe('400 mail.key_type_unknown')
  })

  it('count from the next mail on', async () => {
    expect(await asAdmin((ctx) => changeSettings(ctx, { values: { keys: { deal: 'Deal-' }, addresses: ['sales@leadline.example'] } }))).toEqual({ ...defaults, keys: { ...defaults.keys, deal: 'Deal-' }, addresses: ['sales@leadline.example'] })
    const deal = await room.make('deal', { responsibleId: 'usr_sam' })
    await held('sales@leadline.example', 'usr_sam')
    await room.send(aRawMail({ to: 'sales@leadline.example', subject: `new key DEAL-${deal}` }))
    expect((await room.message(await idOf(`new key DEAL-${deal}`)))?.bindings).toEqual([{ type: 'deal', id: deal }])
    await room.send(aRawMail({ to: 'sales@leadline.example', cc: '', subject: 'to ourselves' }))
    expect((await room.message(await idOf('to ourselves')))?.status).toBe('unsorted')
    expect(await asAdmin((ctx) => changeSettings(ctx, { values: {} }))).toEqual(defaults)
  })
})
