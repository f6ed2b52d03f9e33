import { describe, expect, it } from 'vitest'
import { readRaw } from '../../../shared/mail/raw-mail.ts'
import { aRawMail } from './mails.ts'
import { fill, MIXED, SLOW_MAILS } from './slow-mails.ts'

const owned = (text: string): Buffer<ArrayBuffer> => {
  const buffer = Buffer.from(new ArrayBuffer(Buffer.byteLength(text, 'latin1')))
  buffer.write(text, 'latin1')
  return buffer
}
const MEBIBYTE = 1024 * 1024
/** Read at many megabytes too; `npm run prove -- slow-mails` reads all kinds at the size that SES takes. */
const LARGE = ['an attachment in base64', 'short lines of text', 'tags that are never closed', 'text in UTF-7']
const LARGE_MEGABYTES = 12

describe('mails made to be slow end within 5 seconds and three times their size in memory, or are kept unread with the reason', () => {
  const sized = [...Object.keys(SLOW_MAILS).map((name) => [name, 1] as const), ...LARGE.map((name) => [name, LARGE_MEGABYTES] as const)]
  it.each(sized)('%s, %i MB', async (name, megabytes) => {
    const raw = owned(SLOW_MAILS[name]?.(megabytes * MEBIBYTE) ?? '')
    const size = raw.length
    globalThis.gc?.()
    const before = process.memoryUsage().rss
    const [started, used] = [performance.now(), process.cpuUsage()]
    let most = before
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 5)
    const mail = await readRaw(raw, 'ses1')
    clearInterval(watch)
    // On a machine that has much else to do, what counts is the time on the processor.
    const { user, system } = process.cpuUsage(used)
    expect(Math.min(performance.now() - started, (user + system) / 1000)).toBeLessThan(5000)
    // What a thread with its libraries needs for itself is not the mail's: 70 to 80 MB.
    expect(most - before + size).toBeLessThan(3 * size + 96 * MEBIBYTE)
    expect(mail.id).toMatch(/^msg_/)
    expect(mail.letter).toMatchObject({ subject: 'Slow', from: [{ address: 'a@example.org' }] })
  })
})

describe('a mail that breaks the reader', () => {
  it('does not take the mails with it that are read at the same time', async () => {
    const mails = await Promise.all(Array.from({ length: 20 }, (_, n) => readRaw(owned(n % 5 === 0 ? `${MIXED}${fill('--m\r\n', MEBIBYTE)}` : aRawMail({ subject: `fine ${n}` })), `ses${n}`)))
    expect(mails.map(({ letter, unreadable }) => [letter.subject, unreadable === undefined])).toEqual(mails.map((_, n) => (n % 5 === 0 ? ['Slow', false] : [`fine ${n}`, true])))
  })
})
