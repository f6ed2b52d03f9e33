import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deleteItem } from '../../../shared/items/index.ts'
import { downloadAttachment, downloadRaw, readMessage, type MailPorts } from '../../../shared/mail/index.ts'
import type { Ctx } from '../../../shared/workspace/index.ts'
import { aMailOffice, codeOf, type MailOffice } from './a-mail-office.ts'
import { aRawMail } from './mails.ts'

let office: MailOffice
beforeAll(async () => {
  office = await aMailOffice()
})
afterAll(() => office.room.close())

describe('ACC-8 a mail is read by the readers of any of its items', () => {
  let id: string
  let [ofSam, ofMia] = [0, 0]
  beforeAll(async () => {
    ofSam = await office.held('one@example.org', 'usr_sam')
    ofMia = await office.held('two@example.org', 'usr_mia')
    await office.room.send(aRawMail({ to: 'One <one@example.org>, two@example.org', subject: 'shared', headers: ['Content-Type: multipart/mixed; boundary="m"'], body: '--m\nContent-Type: text/html\n\n<p>Hi <script>x</script><b>all</b></p>\n--m\nContent-Type: text/html; name="page.html"\nContent-Disposition: attachment\n\n<script>1</script>\n--m--' }))
    id = await office.idOf('shared')
  })

  it('with the bindings that the reader may see, and without the trace', async () => {
    const view = await office.as('usr_sam', (ctx) => readMessage(ctx, { id }))
    expect(view).toMatchObject({ id, direction: 'out', from: { name: 'Sam', address: 'sam@leadline.example' }, to: [{ name: 'One', address: 'one@example.org' }, { name: '', address: 'two@example.org' }], subject: 'shared', date: '2026-03-01T09:59:00.000Z', text: 'Hi all', html: '<p>Hi <b>all</b></p>', status: 'routed', senderUserId: 'usr_sam', version: 1 })
    expect(view.bindings).toEqual([{ type: 'contact', id: ofSam }])
    expect(view.trace).toBeUndefined()
    expect(view.delivery).toBeUndefined()
  })

  it('with the trace for those with the flag settings (SNS-8)', async () => {
    const view = await office.asAdmin((ctx) => readMessage(ctx, { id }))
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
      expect(await codeOf(office.as(user, (ctx) => work(ctx, { id })))).toBe('404 message.not_found')
      expect(await codeOf(office.as(user, (ctx) => work(ctx, { id: missing })))).toBe('404 message.not_found')
    }
  })

  it('with its attachments as files that a browser saves and never shows', async () => {
    const { location } = await office.as('usr_sam', (ctx) => downloadAttachment(ctx, { id, n: 0 }))
    const answer = await fetch(location)
    expect(answer.headers.get('content-type')).toBe('application/octet-stream')
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="page.html"; filename*=UTF-8\'\'page.html')
    expect((await answer.text()).trim()).toBe('<script>1</script>')
    expect(new URL(location).searchParams.get('X-Amz-Expires')).toBe('60')
    expect(await codeOf(office.as('usr_sam', (ctx) => downloadAttachment(ctx, { id, n: 1 })))).toBe('404 attachment.not_found')
  })

  it('with the raw original', async () => {
    const { location } = await office.as('usr_mia', (ctx) => downloadRaw(ctx, { id }))
    const answer = await fetch(location)
    expect(answer.headers.get('content-disposition')).toContain(`${id}.eml`)
    expect(await answer.text()).toContain('Subject: shared')
  })

  it('and by those with settings once all its items are gone', async () => {
    const contact = await office.held('gone@example.org', 'usr_sam')
    await office.room.send(aRawMail({ to: 'gone@example.org', subject: 'orphan' }))
    const orphan = await office.idOf('orphan')
    await office.as('usr_sam', (ctx) => deleteItem(ctx, { type: 'contact', id: contact }))
    expect(await codeOf(office.as('usr_sam', (ctx) => readMessage(ctx, { id: orphan })))).toBe('404 message.not_found')
    expect((await office.as('usr_set', (ctx) => readMessage(ctx, { id: orphan }))).bindings).toEqual([])
  })
})
