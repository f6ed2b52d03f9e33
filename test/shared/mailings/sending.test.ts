import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createMailing, openCrew, readMailing, receiveEvent, resumeMailings, workOnMailing, type Crew } from '../../../shared/mailings/index.ts'
import { recipientId } from '../../../shared/mailings/keys.ts'
import { beginWrite, downloadRaw, loadOutgoing } from '../../../shared/mail/index.ts'
import { fateOf } from '../../../shared/mail/outgoing.ts'
import { MailRefused, type Mailer, type OutgoingMail } from '../../../shared/platform/mailer.ts'
import { createTemplate } from '../../../shared/templates/index.ts'
import type { Ctx } from '../../../shared/workspace/index.ts'
import { aMailRoom, CRM, type MailRoom } from '../mail/a-mail-room.ts'

let room: MailRoom
let crew: Crew
let templateId: string
/** What SES does with the next mails; then it takes them. */
let answers: (() => Promise<string>)[]
let sent: { to: OutgoingMail['to']; raw: Uint8Array }[]
let woken: string[]
let left: number
let serial = 0

const mailer: Mailer = {
  async send({ to }, raw) {
    const answer = answers.shift()
    if (answer) return answer()
    sent.push({ to, raw })
    return `ses-${sent.length}-${serial}@eu-west-1.amazonses.com`
  },
  quota: async () => ({ perSecond: 1000, left }),
}
const queue = { send: async (_line: string, message: Readonly<Record<string, unknown>>) => void woken.push(String(message['mailingId'])) }

beforeAll(async () => {
  room = await aMailRoom()
  crew = openCrew({ table: room.table.table, blobs: room.intake.blobs, mailer, queue, mailAddress: CRM, apiAddress: 'https://api.example', report: (error) => expect.unreachable(String(error)) })
  templateId = (await asAdmin((ctx) => createTemplate(ctx, { values: { name: 'News', subject: 'News', html: '', text: 'Dear {{ item.firstName }}', type: null } }))).id
})
afterAll(() => room.close())
beforeEach(() => {
  ;[answers, sent, woken, left] = [[], [], [], 1000]
  serial += 1
})

const asAdmin = <T>(work: (ctx: Ctx) => Promise<T>): Promise<T> => room.company.as(room.company.administratorId, work)
const address = (n: number): string => `r${n}-${serial}@customer.example`

async function aMailing(recipients: number): Promise<{ id: string; items: number[] }> {
  const items: number[] = []
  for (let n = 0; n < recipients; n += 1) items.push(await room.make('contact', { firstName: `R${n}`, emails: [{ value: address(n) }] }))
  const { id } = await asAdmin((ctx) => createMailing({ ...ctx, blobs: crew.blobs, mailAddress: CRM, mailer, mailings: queue, afterwards: (work) => void work(ctx.table) }, { values: { templateId, type: 'contact', ids: items } }))
  return { id, items }
}

const work = (id: string): Promise<string> => workOnMailing(crew, { body: JSON.stringify({ mailingId: id }) })
const countsOf = async (id: string) => asAdmin(async (ctx) => readMailing(ctx, { id }))
const tell = (eventType: string, messageId: string, message: string, more: object = {}): Promise<string> =>
  receiveEvent({ intake: room.intake, table: room.table.table, idDomain: 'eu-west-1.amazonses.com', now: () => new Date() }, { body: JSON.stringify({ eventType, mail: { messageId, tags: { message: [message] }, timestamp: '2026-11-21T10:00:00.000Z' }, delivery: { timestamp: '2026-11-21T10:00:01.000Z' }, ...more }) })
const complaint = (emailAddress: string) => ({ complaint: { complainedRecipients: [{ emailAddress }], timestamp: '2026-11-21T11:00:00.000Z', complaintFeedbackType: 'abuse' } })

describe('a turn at a mailing', () => {
  it('BLK-4: sends to everybody once, also when its message comes again', async () => {
    const { id } = await aMailing(5)
    expect(woken).toEqual([id])
    expect(await Promise.all([work(id), work(id)])).toEqual(['done', 'done'])
    expect(await work(id)).toBe('done')
    expect(sent.map(({ to }) => to[0]?.address).toSorted()).toEqual([0, 1, 2, 3, 4].map(address))
    expect(await countsOf(id)).toMatchObject({ status: 'completed', counts: { queued: 0, sent: 5, failed: 0, skipped: 0, unknown: 0 } })
  })

  it('SNS-5: keeps of each mail the very bytes that went out', async () => {
    const { id } = await aMailing(1)
    await work(id)
    const { location } = await room.as(room.company.administratorId, (ctx) => downloadRaw(ctx, { id: recipientId(id, address(0)) }))
    const original = Buffer.from(await (await fetch(location)).arrayBuffer())
    expect(original.equals(sent[0]?.raw ?? Buffer.of())).toBe(true)
    expect(original.toString()).toMatch(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r$/m)
  })

  it('BLK-4: shows a mail whose answer was lost as unknown, never sends it again, and counts it as sent when SES tells of it', async () => {
    const { id } = await aMailing(2)
    answers.push(async () => Promise.reject(new Error('socket hang up')))
    await work(id)
    expect((await countsOf(id)).counts).toMatchObject({ sent: 1, unknown: 1 })
    await work(id)
    expect(sent).toHaveLength(1)
    const inDoubt = [0, 1].map((n) => recipientId(id, address(n)))
    const states = await loadOutgoing(room.table.table, inDoubt)
    const message = inDoubt.find((one) => states.get(one)?.state === 'unknown') ?? ''
    for (let time = 0; time < 3; time += 1) await tell('Delivery', `late-${serial}`, message)
    expect((await countsOf(id)).counts).toEqual({ queued: 0, sent: 2, failed: 0, skipped: 0, unknown: 0 })
    expect((await room.message(message))?.threadId).toBe(`late-${serial}@eu-west-1.amazonses.com`)
  })

  it('BLK-4: takes a claim that an ended worker left as unknown, and goes on with the others', async () => {
    const { id, items } = await aMailing(3)
    const message = recipientId(id, address(1))
    await room.table.table.write(beginWrite({ id: message, item: { type: 'contact', id: items[1] ?? 0 }, from: { name: '', address: CRM }, to: [{ name: '', address: address(1) }], subject: 'News', at: new Date(), senderUserId: room.company.administratorId, mailing: { id, page: 1 } }))
    await work(id)
    expect(sent.map(({ to }) => to[0]?.address).toSorted()).toEqual([address(0), address(2)])
    expect(await countsOf(id)).toMatchObject({ status: 'completed', counts: { queued: 0, sent: 2, unknown: 1 } })
  })

  it('BLK-4: offers a mail again that SES found too fast, unless it has heard of it meanwhile', async () => {
    const { id } = await aMailing(2)
    const heard = recipientId(id, address(1))
    const tooFast = async (): Promise<string> => Promise.reject(new MailRefused('rate', 'Maximum sending rate exceeded.'))
    answers.push(tooFast, async () => {
      void tell('Delivery', `fast-${serial}`, heard)
      return tooFast()
    })
    await work(id)
    expect((await countsOf(id)).counts).toMatchObject({ sent: 2, unknown: 0 })
    expect(sent.length).toBeLessThanOrEqual(2)
  })

  it('BLK-4: waits while SES takes nothing, says why, and is taken up again later', async () => {
    const { id } = await aMailing(2)
    left = 0
    expect(await work(id)).toBe('held')
    expect(await countsOf(id)).toMatchObject({ status: 'running', counts: { queued: 2 }, note: expect.stringContaining('24 hours') })
    woken = []
    await resumeMailings(room.table.table, queue, new Date(Date.now() + 3_600_000))
    expect(woken).toContain(id)
    left = 10
    expect(await work(id)).toBe('done')
    expect(await countsOf(id)).toMatchObject({ status: 'completed', counts: { sent: 2 }, note: null })
  })

  it('BLK-4: counts a mail that SES refuses as failed, with the reason', async () => {
    const { id } = await aMailing(2)
    answers.push(async () => Promise.reject(new MailRefused('mail', 'Email address is not verified.')))
    await work(id)
    expect(await countsOf(id)).toMatchObject({ status: 'completed', counts: { sent: 1, failed: 1 } })
  })
})

describe('what SES tells of a mail', () => {
  it('BLK-3: leads to the same fate whatever comes first and however often', async () => {
    const { id } = await aMailing(1)
    await work(id)
    const message = recipientId(id, address(0))
    const messageId = `ses-1-${serial}`
    for (const event of ['Complaint', 'Delivery', 'Complaint', 'Delivery']) await tell(event, messageId, message, complaint(address(0)))
    const stored = await room.message(message)
    expect(stored && (await fateOf(room.table.table, stored))).toEqual({ status: 'complained', at: '2026-11-21T11:00:00.000Z', detail: 'abuse' })
    expect((await countsOf(id)).counts).toMatchObject({ sent: 1 })
  })

  it('is passed over for mails that are not ours, and refused when it is no event', async () => {
    expect(await tell('Delivery', 'elsewhere', 'msg_none')).toBe('not ours')
    await expect(receiveEvent({ intake: room.intake, table: room.table.table, idDomain: 'x', now: () => new Date() }, { body: '{"eventType":"Telegram"}' })).rejects.toThrow('eventType')
  })
})
