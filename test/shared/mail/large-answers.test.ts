import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { answerBytes, MOST_ANSWER_BYTES } from '../../../shared/kernel/answer-budget.ts'
import { listUnsorted, readMessage } from '../../../shared/mail/index.ts'
import { LONGEST_PERSON_NAME, MOST_ATTACHMENTS, MOST_BINDINGS, MOST_OWN_WORDS_BYTES, MOST_RECIPIENTS, MOST_STORED_RECIPIENTS, MOST_TEXT_BYTES } from '../../../shared/mail/limits.ts'
import { newMessage } from '../../../shared/mail/message.ts'
import { messageWrites } from '../../../shared/mail/repository.ts'
import { messageView } from '../../../shared/mail/views.ts'
import { aMailRoom, type MailRoom } from './a-mail-room.ts'
import { aDelivery, aLetter, aRawMail, person } from './mails.ts'

let room: MailRoom
beforeAll(async () => {
  room = await aMailRoom()
})
afterAll(() => room.close())

/** What Lambda passes on. */
const MOST_LAMBDA_BYTES = 6 * 1024 * 1024
const quotes = (length: number): string => '"'.repeat(length)
const people = (count: number): ReturnType<typeof person>[] => Array.from({ length: count }, (_, n) => person(`${n}-${quotes(245)}@x`, quotes(LONGEST_PERSON_NAME)))

describe('API-5 what a sender writes never makes an answer too large', () => {
  it('a list names the first ten people of To and Cc and how many there are; the mail itself names them all', async () => {
    const names = Array.from({ length: 40 }, (_, n) => `"A very long name of somebody who goes on and on without end, number ${n}" <b${n}@example.org>`)
    await room.send(aRawMail({ from: 'x@example.org', to: names.slice(0, 25).join(', '), cc: names.slice(25).join(', '), subject: 'to many' }), { source: 'x@example.org' })
    const { items: [summary] } = await room.as(room.company.administratorId, (ctx) => listUnsorted(ctx, { limit: 1 }))
    expect(summary).toMatchObject({ subject: 'to many', recipientCount: 40, to: { length: 10 }, cc: { length: 10 } })
    expect(summary?.to[9]).toEqual({ name: 'A very long name of somebody who goes on and on without end,', address: 'b9@example.org' })
    const whole = await room.as(room.company.administratorId, (ctx) => readMessage(ctx, { id: summary?.id ?? '' }))
    expect(whole).toMatchObject({ recipientCount: 40, to: { length: 25 }, cc: { length: 15 } })
    expect(whole.to[9]?.name).toBe('A very long name of somebody who goes on and on without end, number 9')
  })

  it('a page of mails that are as large as a list shows them ends early, and nothing is left out', async () => {
    const letter = aLetter({ from: people(1), to: people(10), cc: people(10), subject: quotes(500) })
    const ids = Array.from({ length: 200 }, (_, n) => `msg_${String(n).padStart(32, '0')}`)
    await Promise.all(ids.map((id) => room.table.table.write(...messageWrites(undefined, newMessage(id, letter, aDelivery(), { unreadable: quotes(200) })))))
    const seen: string[] = []
    let pages = 0
    for (let cursor: string | undefined; pages === 0 || cursor !== undefined; pages += 1) {
      const page = await room.as(room.company.administratorId, (ctx) => listUnsorted(ctx, { status: 'unparsed', limit: 200, ...(cursor === undefined ? {} : { cursor }) }))
      expect(answerBytes(page)).toBeLessThan(MOST_ANSWER_BYTES + 1000)
      seen.push(...page.items.map(({ id }) => id))
      cursor = page.nextCursor ?? undefined
    }
    expect(pages).toBe(2)
    expect(seen).toEqual(ids.toReversed())
  })

  it('one mail with all that is kept of a mail fits into one answer', () => {
    const letter = aLetter({
      from: people(10),
      to: people(MOST_RECIPIENTS),
      subject: quotes(500),
      text: quotes(MOST_TEXT_BYTES),
      ownWords: quotes(MOST_OWN_WORDS_BYTES),
      html: quotes(MOST_TEXT_BYTES),
      attachments: Array.from({ length: MOST_ATTACHMENTS }, () => ({ name: '\u4e2d'.repeat(80), contentType: 'application/octet-stream', size: 1, contentId: quotes(250) })),
    })
    const by = `${'a'.repeat(240)}@example.org`
    const trace = [{ rule: 'recipients' as const, matched: Array.from({ length: MOST_BINDINGS }, () => ({ by, type: 'contact', id: 1e9 })), refused: Array.from({ length: MOST_RECIPIENTS }, () => ({ by, reason: 'no_holder' as const })) }]
    const message = newMessage('msg_x', letter, aDelivery({ source: quotes(1000), recipients: Array.from({ length: MOST_STORED_RECIPIENTS }, () => quotes(320)) }), { unreadable: 'x' })
    expect(answerBytes(messageView(message, letter, () => true, trace))).toBeLessThan(MOST_LAMBDA_BYTES - 100_000)
  })
})
