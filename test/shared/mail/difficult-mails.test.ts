import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { readLetter, type Reading } from '../../../shared/mail/read-letter.ts'
import { aRawMail } from './mails.ts'

const read = (raw: string | Buffer): Promise<Reading> => readLetter(typeof raw === 'string' ? Buffer.from(raw) : raw)
const mixed = ['Content-Type: multipart/mixed; boundary="m"']
const lines = (text: string): string => text.replaceAll(/.{76}/g, '$&\n')
const attachment = (name: string, encoding: string, body: string, type = 'application/pdf'): string => `--m\nContent-Type: ${type}; name="${name}"\nContent-Disposition: attachment; filename="${name}"\nContent-Transfer-Encoding: ${encoding}\n\n${body}\n`

describe('SNS-5 the right text of difficult mail', () => {
  it('in UTF-7, in headers and text', async () => {
    const { letter } = await read(aRawMail({ subject: '=?utf-7?Q?Gr+APwA3w-e_aus_M+APw-nchen?=', from: '=?UTF-7?B?SitBUHctcmdlbg==?= <j@example.org>', headers: ['Content-Type: text/plain; charset=utf-7'], body: 'Preis: 5 +IKw- +- Porto. DID#7 +BB8EQAQ4BDIENQRC-' }))
    expect(letter).toMatchObject({ subject: 'Grüße aus München', from: [{ name: 'Jürgen' }], text: 'Preis: 5 € + Porto. DID#7 Привет' })
  })

  it('in UTF-7 that would be a script in HTML: it is cleaned after it is read', async () => {
    const { letter } = await read(aRawMail({ headers: ['Content-Type: text/html; charset=utf-7'], body: '<p>Hi</p>+ADw-script+AD4-alert(1)+ADw-/script+AD4-' }))
    expect(letter.html).toBe('<p>Hi</p>')
  })

  it.each([
    ['koi8-r', Buffer.from([0xf0, 0xd2, 0xc9, 0xd7, 0xc5, 0xd4])],
    ['windows-1251', Buffer.from([0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2])],
  ])('with raw headers in the alphabet of its text: %s', async (charset, word) => {
    const raw = Buffer.concat([Buffer.from('From: a@example.org\r\nSubject: '), word, Buffer.from(`\r\nContent-Type: text/plain; charset=${charset}\r\n\r\n`), word])
    expect((await read(raw)).letter).toMatchObject({ subject: 'Привет', text: 'Привет' })
  })

  it('in parts within parts', async () => {
    const { letter } = await read(aRawMail({ headers: mixed, body: '--m\nContent-Type: multipart/related; boundary=r\n\n--r\nContent-Type: multipart/alternative; boundary=a\n\n--a\nContent-Type: text/plain\n\nplain\n--a\nContent-Type: text/html\n\n<b>rich</b><img src="cid:logo">\n--a--\n--r\nContent-Type: image/png\nContent-ID: <logo>\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=\n--r--\n--m--' }))
    expect(letter).toMatchObject({ text: 'plain', html: '<b>rich</b><img src="cid:logo" />', attachments: [{ contentType: 'image/png', contentId: 'logo' }] })
  })

  it('when boundaries are never closed, closed twice, or not the ones announced', async () => {
    expect((await read(aRawMail({ headers: mixed, body: '--m\n\nopen\n--m\nContent-Type: multipart/mixed; boundary=n\n\n--n\n\nwithin' }))).letter.text).toContain('open')
    expect((await read(aRawMail({ headers: mixed, body: '--m\n\nonce\n--m--\n--m--\n' }))).letter.text).toBe('once')
    expect((await read(aRawMail({ headers: mixed, body: '--other\n\nDID#7\n--other--' }))).letter.text).toContain('DID#7')
    expect((await read(aRawMail({ headers: ['Content-Type: multipart/mixed'], body: '--m\n\nDID#7\n--m--' }))).letter.text).toContain('DID#7')
  })

  const HEADERS = 'From: Anna <anna@example.org>\r\nTo: crm@leadline.example\r\nSubject: Fence\r\n'
  it.each([
    ['and its text', `${HEADERS}Hello DID#7\r\nBye`, 'Hello DID#7\nBye'],
    ['and a text of several paragraphs', `${HEADERS}Hello DID#7,\r\n\r\nBye`, 'Hello DID#7,\n\nBye'],
    ['and its text, with short line ends', `${HEADERS}Hello DID#7\r\nBye`.replaceAll('\r', ''), 'Hello DID#7\nBye'],
    ['and a text with a colon', `${HEADERS}Hello DID#7\r\nNote: Bye\r\n`, 'Hello DID#7\nNote: Bye'],
    ['below the line of a mailbox file', `From anna Mon Mar  1 09:59:00 2026\r\n${HEADERS}Hello DID#7`, 'Hello DID#7'],
  ])('without an empty line between its headers %s', async (_what, raw, text) => {
    expect((await read(raw)).letter).toMatchObject({ subject: 'Fence', from: [{ address: 'anna@example.org' }], text })
  })

  it('with a broken line among its headers, which go on behind it', async () => {
    expect((await read(`From: anna@example.org\r\nthis is no header\r\nSubject: Fence\r\nContent-Type: text/html\r\n\r\n<p>DID#7</p>`)).letter).toMatchObject({ subject: 'Fence', text: 'DID#7' })
    expect((await read(`From: anna@example.org\r\nthis is no header\r\nSubject: Fence\r\nHello DID#7,\r\n\r\nBye`)).letter).toMatchObject({ subject: 'Fence', text: 'Hello DID#7,\n\nBye' })
  })

  it.each(['Auto-Submitted: auto-replied', 'Auto-Submitted : auto-replied', 'Auto-Submitted:\r\n auto-replied', 'Precedence: bulk', 'List-Id: <news.example.org>', 'List-Unsubscribe: <https://example.org>', 'X-Autoreply: yes', 'X-Loop: a@example.org', 'Return-Path: <>', 'Content-Type: multipart/report; boundary=r'])(
    'SNS-7 with a broken line above what calls it automatic: %s',
    async (header) => {
      for (const raw of [`${HEADERS}and not back before Monday\r\n${header}\r\n\r\nI am away`, `${HEADERS}and not back before Monday\r\nThird-Word: x\r\n${header}\r\nNote: y\r\n\r\nI am away`]) expect((await read(raw)).letter).toMatchObject({ automatic: true, text: 'I am away' })
    },
  )

  it('with the lines of a form below its headers, which are no headers', async () => {
    expect((await read(`${HEADERS}New request\r\nE-Mail: ben@example.org\r\nOrganization: Fences\r\nPriority: high\r\n\r\nThe end`)).letter).toMatchObject({ subject: 'Fence', automatic: false, text: 'New request\nE-Mail: ben@example.org\nOrganization: Fences\nPriority: high\n\nThe end' })
  })

  it.each([
    ['throughout', `${HEADERS}\r\nHello DID#7\r\n\r\nBye\r\n`.replaceAll('\r\n', '\r')],
    ['but for the last, which is the server\'s', `${`${HEADERS}\r\nHello DID#7\r\n\r\nBye`.replaceAll('\r\n', '\r')}\r\n`],
    ['but for some of its text', `${HEADERS.replaceAll('\r\n', '\r')}\rHello DID#7\r\n\r\nBye\r\n`],
  ])('with lines that end in CR: %s', async (_what, raw) => {
    expect((await read(raw)).letter).toMatchObject({ subject: 'Fence', from: [{ address: 'anna@example.org' }], text: 'Hello DID#7\n\nBye' })
  })

  it('with parts whose lines end in CR', async () => {
    const raw = `${HEADERS}Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n\r\nHello\r\n--m\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nUERG\r\n--m--\r\n`
    const { letter, files } = await read(raw.replaceAll('\r\n', '\r'))
    expect(letter).toMatchObject({ text: 'Hello', attachments: [{ name: 'a.pdf' }] })
    expect(Buffer.from(files[0] ?? []).toString()).toBe('PDF')
  })

  it('SNS-7 and takes no CR within a line for the end of it: a server would not either', async () => {
    expect((await read('X: y\rFrom: sam@leadline.example\r\nFrom: x@example.org\r\n\r\nHello')).letter.from).toEqual([{ name: '', address: 'x@example.org' }])
  })

  it.each([
    ['no label, old Western bytes', '', Buffer.from('Gr\xfc\xdfe', 'latin1')],
    ['no label, UTF-8', '', Buffer.from('Grüße')],
    ['ASCII said, UTF-8 written', 'us-ascii', Buffer.from('Grüße')],
    ['ASCII said, old Western bytes written', 'us-ascii', Buffer.from('Gr\xfc\xdfe', 'latin1')],
    ['an alphabet that nobody knows', 'x-klingon', Buffer.from('Grüße')],
    ['an alphabet of its own', 'iso-8859-1', Buffer.from('Gr\xfc\xdfe', 'latin1')],
  ])('whatever its label says of the alphabet: %s', async (_what, charset, text) => {
    const type = charset === '' ? '' : `Content-Type: text/plain; charset=${charset}\r\n`
    expect((await read(Buffer.concat([Buffer.from(`From: a@example.org\r\n${type}\r\n`), text]))).letter.text).toBe('Grüße')
    if (charset !== '') expect((await read(`From: a@example.org\r\n${type}Content-Transfer-Encoding: base64\r\n\r\n${text.toString('base64')}`)).letter.text).toBe('Grüße')
  })

  it('without one header, without MIME, without a line end after its last letter', async () => {
    expect((await read('\r\nDID#7')).letter).toMatchObject({ from: [], to: [], subject: '', text: 'DID#7', ownWords: 'DID#7' })
    expect((await read('Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n\r\nDID#7\r\n--m--')).letter).toMatchObject({ from: [], text: 'DID#7' })
    expect((await read('Subject: x\n\nDID#7')).letter).toMatchObject({ from: [], subject: 'x', text: 'DID#7' })
    expect((await read('Content-Transfer-Encoding: base64\r\n\r\nRElEIzc')).letter.text).toBe('DID#7')
  })
})

describe('SNS-5 large attachments', () => {
  const bytes = randomBytes(300_001)
  const asQuotedPrintable = (content: Buffer): string => [...content].map((byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('').replaceAll(/.{75}/g, '$&=\r\n')

  it.each([
    ['base64', lines(bytes.toString('base64'))],
    ['base64', bytes.toString('base64').replaceAll(/.{61}/g, '$&\n')],
    ['base64', `${lines(bytes.toString('base64'))}\n\n \n`],
    ['quoted-printable', asQuotedPrintable(bytes)],
  ])('are the sender\'s bytes (%s)', async (encoding, body) => {
    const { letter, files } = await read(aRawMail({ headers: mixed, body: `--m\n\nhello\n${attachment('a.pdf', encoding, body)}${attachment('b.txt', 'base64', 'Yg==', 'text/plain')}--m--` }))
    expect(letter.text).toBe('hello')
    expect(letter.attachments.map(({ name }) => name)).toEqual(['a.pdf', 'b.txt'])
    expect(Buffer.from(files[0] ?? []).equals(bytes)).toBe(true)
    expect(Buffer.from(files[1] ?? []).toString()).toBe('b')
  })

  it('in plain letters too, and as a mail that is attached', async () => {
    const csv = 'a,b,c\r\n'.repeat(9_000)
    const inner = `Subject: inner DID#9\r\n\r\n${'--m is no boundary\r\n'.repeat(2000)}`
    const { letter, files } = await read(aRawMail({ headers: mixed, body: `--m\n\nhello\n${attachment('a.csv', '7bit', csv, 'text/csv')}--m\nContent-Type: message/rfc822\n\n${inner}\n--m--` }))
    expect(Buffer.from(files[0] ?? []).toString()).toBe(csv)
    expect(Buffer.from(files[1] ?? []).toString()).toBe(inner)
    expect(letter.ownWords).toBe('hello')
  })

  it('whose place is claimed by another part are not mistaken: each is what it is (the parser ends plain letters with a line end)', async () => {
    const { letter, files } = await read(aRawMail({ headers: mixed, body: `--m\n\nhello\n${attachment('claim.txt', '7bit', 'leadline-part-0-300-9000', 'text/csv')}${attachment('a.pdf', 'base64', lines(bytes.toString('base64')))}--m--` }))
    expect(letter.attachments.map(({ size }) => size)).toEqual([25, bytes.length])
    expect(Buffer.from(files[1] ?? []).equals(bytes)).toBe(true)
  })
})

describe('SNS-5 Outlook\'s winmail.dat', () => {
  const attribute = (level: number, id: number, value: Buffer): Buffer => {
    const head = Buffer.alloc(9)
    head.writeUInt8(level, 0)
    head.writeUInt32LE(id, 1)
    head.writeUInt32LE(value.length, 5)
    return Buffer.concat([head, value, Buffer.from([0, 0])])
  }
  const name = Buffer.from('Angebot für Sie.pdf\0', 'utf16le')
  const property = Buffer.concat([Buffer.from([1, 0, 0, 0, 0x1f, 0, 0x07, 0x37, 1, 0, 0, 0]), Buffer.from(Uint32Array.of(name.length).buffer), name])
  const winmail = Buffer.concat([Buffer.from([0x78, 0x9f, 0x3e, 0x22, 1, 0]), attribute(1, 0x0002800c, Buffer.from('Text in Outlook\0')), attribute(2, 0x00069002, Buffer.alloc(14)), attribute(2, 0x00018010, Buffer.from('ANGEBO~1.PDF\0')), attribute(2, 0x0006800f, Buffer.from('%PDF-')), attribute(2, 0x00069005, property)])
  const mail = (content: Buffer): string => aRawMail({ headers: mixed, body: `${attachment('winmail.dat', 'base64', lines(content.toString('base64')), 'application/ms-tnef')}--m--` })

  it('shows its text and its files, and stays itself', async () => {
    const { letter, files } = await read(mail(winmail))
    expect(letter.text).toBe('Text in Outlook')
    expect(letter.attachments.map(({ name: one }) => one)).toEqual(['winmail.dat', 'Angebot für Sie.pdf'])
    expect(Buffer.from(files[1] ?? []).toString()).toBe('%PDF-')
  })

  it('stays a file where it is broken', async () => {
    for (let length = 0; length < winmail.length; length += 7) expect((await read(mail(winmail.subarray(0, length)))).unreadable).toBeUndefined()
    for (let round = 0; round < 50; round += 1) expect((await read(mail(Buffer.concat([winmail.subarray(0, 6), randomBytes(200)])))).unreadable).toBeUndefined()
  })
})
