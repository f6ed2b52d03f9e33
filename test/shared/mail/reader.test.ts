import { randomBytes } from 'node:crypto'
import { afterAll, describe, expect, it } from 'vitest'
import { readRaw } from '../../../shared/mail/raw-mail.ts'
import { aRawMail } from './mails.ts'

const owned = (text: string): Buffer<ArrayBuffer> => {
  const buffer = Buffer.from(new ArrayBuffer(Buffer.byteLength(text, 'latin1')))
  buffer.write(text, 'latin1')
  return buffer
}
const head = 'From: a@example.org\r\nSubject: Slow\r\nMIME-Version: 1.0\r\n'
const MEBIBYTE = 1024 * 1024
const fill = (piece: string, bytes: number): string => piece.repeat(Math.floor(bytes / piece.length))
const mixed = `${head}Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n\r\nhi\r\n--m\r\n`
const pdf = (encoding: string): string => `${mixed}Content-Type: application/pdf; name=a.pdf\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n`

/** Mails of full size, made to be slow or to grow. */
const SLOW: Readonly<Record<string, (bytes: number) => string>> = {
  'an attachment in base64': (bytes) => `${pdf('base64')}${randomBytes(Math.floor(bytes * 0.73)).toString('base64').replaceAll(/.{76}/g, '$&\r\n')}\r\n--m--`,
  'an attachment in quoted-printable': (bytes) => `${pdf('quoted-printable')}${fill('=41=42=43 abcdef ghi jklmnop qrst uvwxyz =\r\n', bytes)}\r\n--m--`,
  'short lines of text': (bytes) => `${head}\r\n${fill('word word word\r\n', bytes)}`,
  'empty lines': (bytes) => `${head}\r\n${fill('\r\n', bytes)}`,
  'empty parts': (bytes) => `${mixed}${fill('--m\r\n', bytes)}`,
  'small parts': (bytes) => `${mixed}${fill('Content-Type: text/csv\r\nContent-Disposition: attachment; filename=a.csv\r\n\r\na,b\r\n--m\r\n', bytes)}`,
  'tags that are never closed': (bytes) => `${head}Content-Type: text/html\r\n\r\n${fill('<div><table><tr><td>', bytes)}`,
  'one line of HTML attributes': (bytes) => `${head}Content-Type: text/html\r\n\r\n<a ${fill('a="b" ', bytes)}>`,
  'a header of encoded words': (bytes) => `${head}X-Words: ${fill('=?utf-8?q?a?= ', bytes)}\r\n\r\nx`,
  'headers without end': (bytes) => `${head}${fill('X: y\r\n', bytes)}`,
  'attributions without end': (bytes) => `${head}\r\n${fill('On 1 May 2026, a@b wrote\r\n', bytes)}`,
}

describe('mails made to be slow end within 5 seconds and three times their size in memory, or are kept unread with the reason', () => {
  const sizes = [[1, 'one megabyte'], [Number(process.env['LEADLINE_SLOW_MEGABYTES'] ?? 12), 'many megabytes']] as const
  it.each(Object.entries(SLOW).flatMap(([name, make]) => sizes.map(([megabytes, size]) => [size, name, megabytes, make] as const)))('%s of %s', async (_size, _name, megabytes, make) => {
    const raw = owned(make(megabytes * MEBIBYTE))
    const size = raw.length
    globalThis.gc?.()
    const before = process.memoryUsage().rss
    const started = performance.now()
    let most = before
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 5)
    const mail = await readRaw(raw, 'ses1')
    clearInterval(watch)
    expect(performance.now() - started).toBeLessThan(5000)
    // What a thread with its libraries needs for itself is not the mail's: 70 to 80 MB.
    expect(most - before + size).toBeLessThan(3 * size + 96 * MEBIBYTE)
    expect(mail.id).toMatch(/^msg_/)
    expect(mail.letter).toMatchObject({ subject: 'Slow', from: [{ address: 'a@example.org' }] })
  })
})

describe('a mail that breaks the reader', () => {
  afterAll(() => void delete process.env['LEADLINE_SLOW_MEGABYTES'])

  it('does not take the mails with it that are read at the same time', async () => {
    const mails = await Promise.all(Array.from({ length: 20 }, (_, n) => readRaw(owned(n % 5 === 0 ? `${mixed}${fill('--m\r\n', MEBIBYTE)}` : aRawMail({ subject: `fine ${n}` })), `ses${n}`)))
    expect(mails.map(({ letter, unreadable }) => [letter.subject, unreadable === undefined])).toEqual(mails.map((_, n) => (n % 5 === 0 ? ['Slow', false] : [`fine ${n}`, true])))
  })
})
