import { describe, expect, it } from 'vitest'
import { readHeadersAlone, readLetter } from '../../../shared/mail/read-letter.ts'
import { aRawMail } from './mails.ts'

const read = async (raw: string | Buffer) => readLetter(typeof raw === 'string' ? Buffer.from(raw) : raw)
const letterOf = async (raw: string | Buffer) => (await read(raw)).letter

const mixed = ['Content-Type: multipart/mixed; boundary="m"']

const withParts = (...parts: string[]): string => aRawMail({ headers: mixed, body: `${parts.map((part) => `--m\n${part}\n`).join('')}--m--` })

describe('SNS-5 a mail is read', () => {
  it('with people, subject, date, thread and text', async () => {
    const letter = await letterOf(aRawMail({ from: '=?UTF-8?Q?J=C3=BCrgen?= <J@Example.org>', to: 'A <a@example.org>, "B, C" <b@example.org>', subject: '=?UTF-8?B?0J/RgNC40LLQtdGC?=', messageId: 'x@y', body: 'Hello\nthere', headers: ['In-Reply-To: <p@y>', 'References: <root@y>\r\n <p@y>'] }))
    expect(letter).toMatchObject({
      from: [{ name: 'Jürgen', address: 'J@Example.org' }],
      to: [{ name: 'A', address: 'a@example.org' }, { name: 'B, C', address: 'b@example.org' }],
      subject: 'Привет',
      date: '2026-03-01T09:59:00.000Z',
      messageId: 'x@y',
      references: ['p@y', 'root@y'],
      text: 'Hello\nthere',
      ownWords: 'Hello\nthere',
      html: null,
      automatic: false,
      cut: false,
    })
  })

  it('takes Message-IDs with or without brackets', async () => {
    const letter = await letterOf('Message-ID: plain@y\r\nIn-Reply-To: other@y\r\nFrom: a@b.example\r\n\r\nx')
    expect(letter).toMatchObject({ messageId: 'plain@y', references: ['other@y'] })
  })

  it('makes the text of the HTML where there is no other', async () => {
    const letter = await letterOf(aRawMail({ headers: ['Content-Type: text/html; charset=utf-8'], body: '<p>See DID#7</p><script>x()</script><blockquote>DID#8</blockquote>' }))
    expect(letter.text).toBe('See DID#7\n> DID#8')
    expect(letter.ownWords).toBe('See DID#7')
    expect(letter.html).toBe('<p>See DID#7</p><blockquote>DID#8</blockquote>')
  })

  it('keeps attachments with safe names and types', async () => {
    const { letter, files } = await read(withParts(
      'Content-Type: text/plain\n\nSee attached',
      'Content-Type: application/pdf; name="../../etc/passwd.pdf"\nContent-Disposition: attachment; filename="../../etc/passwd.pdf"\nContent-Transfer-Encoding: base64\n\nUERG',
      'Content-Type: text/html\nContent-Disposition: attachment; filename="x.html"\n\n<script>1</script>',
      'Content-Type: image/png\nContent-ID: <logo@mail>\nContent-Disposition: inline; filename="a\u202egpj.exe"\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=',
      'Content-Type: message/rfc822\n\nSubject: inner DID#9\n\ninner DID#9',
    ))
    expect(letter.attachments).toEqual([
      { name: 'passwd.pdf', contentType: 'application/pdf', size: 3 },
      { name: 'x.html', contentType: 'application/octet-stream', size: expect.any(Number) },
      { name: 'agpj.exe', contentType: 'image/png', size: 8, contentId: 'logo@mail' },
      { name: 'attachment-4.eml', contentType: 'message/rfc822', size: expect.any(Number) },
    ])
    expect(Buffer.from(files[0] ?? []).toString()).toBe('PDF')
    expect(letter.text).toBe('See attached')
  })

  it.each([
    ['an answering machine', 'Auto-Submitted: auto-replied', true],
    ['an employee', 'Auto-Submitted: no', false],
    ['a newsletter', 'Precedence: bulk', true],
    ['a mailing list', 'List-Id: <news.example.org>', true],
    ['nobody in particular', 'X-Priority: 1', false],
  ])('SNS-7 knows mail of %s', async (_, header, automatic) => {
    expect((await letterOf(aRawMail({ headers: [header] }))).automatic).toBe(automatic)
  })
})

describe('SNS-6 whatever comes is read as far as it goes, and nothing throws', () => {
  it('raw bytes of old programs in the headers', async () => {
    expect((await letterOf(Buffer.from('From: J\xfcrgen <j@example.org>\r\nSubject: Gr\xfc\xdfe\r\n\r\nx', 'latin1'))).subject).toBe('Grüße')
    expect((await letterOf(Buffer.from('From: j@example.org\r\nSubject: Grüße\r\n\r\nx'))).subject).toBe('Grüße')
    expect((await letterOf(Buffer.concat([Buffer.from('Subject: Привет\r\n'), Buffer.from('X-Old: \xff\r\n\r\nx', 'latin1')]))).subject).toBe('Привет')
  })

  it('a mail without headers, or of nothing at all', async () => {
    expect(await letterOf('\r\njust text')).toMatchObject({ from: [], subject: '', date: null, messageId: null, text: 'just text' })
    expect(await letterOf('')).toMatchObject({ from: [], text: '' })
    expect((await read(Buffer.from([0, 255, 254, 10, 0]))).unreadable).toBeUndefined()
  })

  it('NUL bytes and halves of characters leave text that can be stored', async () => {
    const letter = await letterOf(aRawMail({ subject: 'a\u0000b\u0007c', body: 'x\u0000y\u001bz' }))
    expect(letter.subject).toBe('abc')
    expect(letter.text).toBe('xyz')
    expect(JSON.stringify(await letterOf(aRawMail({ headers: ['Content-Type: text/plain; charset=utf-16le'], body: '\ud83d' })))).not.toContain('\\ud83d')
  })

  it('a broken multipart, without its end or its boundary', async () => {
    expect((await letterOf(aRawMail({ headers: mixed, body: '--m\nContent-Type: text/plain\n\nstarted' }))).text).toBe('started')
    expect(await read(aRawMail({ headers: ['Content-Type: multipart/mixed'], body: 'x' }))).not.toHaveProperty('unreadable')
    expect(await read(aRawMail({ headers: ['Content-Type: multipart/mixed; boundary=""'], body: '--\nx' }))).not.toHaveProperty('unreadable')
    expect(await read(aRawMail({ headers: ['Content-Transfer-Encoding: base64'], body: '!!!!%%%' }))).not.toHaveProperty('unreadable')
    expect(await read(aRawMail({ headers: ['Content-Type: text/plain; charset=klingon'], body: 'x' }))).not.toHaveProperty('unreadable')
  })

  it('10,000 recipients: as many as we keep, and how many there were', async () => {
    const letter = await letterOf(aRawMail({ to: Array.from({ length: 10_000 }, (_, n) => `Person ${n} <p${n}@example.org>`).join(',\r\n '), cc: 'crm@leadline.example' }))
    expect(letter.to).toHaveLength(500)
    expect(letter.cc).toHaveLength(0)
    expect(letter.omittedRecipients).toBe(9501)
  })

  it('parts within parts without end: kept unread, with what its headers say', async () => {
    let body = 'deep'
    for (let depth = 0; depth < 300; depth += 1) body = `Content-Type: multipart/mixed; boundary="b${depth}"\r\n\r\n--b${depth}\r\n${body}\r\n--b${depth}--`
    const reading = await read(`From: a@example.org\r\nSubject: Deep\r\n${body}`)
    expect(reading.unreadable).toMatch(/nesting/i)
    expect(reading.letter).toMatchObject({ subject: 'Deep', from: [{ address: 'a@example.org' }], attachments: [] })
  })

  it('a header larger than any honest one: kept unread', async () => {
    const reading = await read(`From: a@example.org\r\nSubject: Big\r\nX-Big: ${'x'.repeat(3_000_000)}\r\n\r\nbody`)
    expect(reading.unreadable).toMatch(/header/i)
  })

  it('more lines or parts than could be read in the time and memory of a function', async () => {
    expect(await letterOf(aRawMail({ subject: 'Lines', body: `first\n${'\n'.repeat(2_000_000)}` }))).toMatchObject({ subject: 'Lines', text: 'first', cut: true })
    expect((await letterOf(aRawMail({ body: `${'x'.repeat(76)}\n`.repeat(100_000) }))).cut).toBe(true)
    expect((await letterOf(aRawMail({ body: 'x'.repeat(3_000_000) }))).text).toHaveLength(512 * 1024)
    expect(await read(aRawMail({ subject: 'Parts', headers: mixed, body: '--m\n\n'.repeat(50_000) }))).toMatchObject({ unreadable: 'It has too many parts to be read.', letter: { subject: 'Parts' } })
    expect((await read(withParts(...Array.from({ length: 1900 }, () => `\n${'\n'.repeat(50)}`)))).unreadable).toMatch(/too many lines/)
  })

  it('more attachments than we keep', async () => {
    const { letter, files } = await read(withParts(...Array.from({ length: 250 }, (_, n) => `Content-Type: text/csv\nContent-Disposition: attachment; filename="${n}.csv"\n\n${n}`)))
    expect([letter.attachments.length, files.length, letter.omittedAttachments]).toEqual([200, 200, 50])
  })

  it('a text longer than we keep', async () => {
    const letter = await letterOf(aRawMail({ body: 'Straße '.repeat(200_000) }))
    expect(letter.cut).toBe(true)
    expect(Buffer.byteLength(letter.text)).toBeLessThanOrEqual(512 * 1024)
    expect(letter.text.endsWith('\ufffd')).toBe(false)
  })

  it('quickly, however it is made', async () => {
    const started = performance.now()
    const hostile = [
      aRawMail({ to: '<'.repeat(200_000) }),
      aRawMail({ to: '"'.repeat(200_001) }),
      aRawMail({ to: `${'('.repeat(100_000)}` }),
      aRawMail({ to: 'a@b,'.repeat(100_000) }),
      aRawMail({ to: ' a@b.example'.repeat(30_000) }),
      aRawMail({ subject: '=?utf-8?q?'.repeat(40_000) }),
      aRawMail({ subject: '=?utf-8?q?a?= '.repeat(30_000) }),
      aRawMail({ headers: [`References: ${'<a@b> '.repeat(50_000)}`] }),
      aRawMail({ headers: [`References: ${'<'.repeat(300_000)}`] }),
      aRawMail({ headers: mixed, body: '--m\n\n'.repeat(50_000) }),
      aRawMail({ headers: ['Content-Type: text/html'], body: '<div>'.repeat(200_000) }),
      aRawMail({ headers: ['Content-Type: text/plain; format=flowed'], body: '> \n'.repeat(100_000) }),
    ]
    for (const raw of hostile) await read(raw)
    expect(performance.now() - started).toBeLessThan(8000)
  })

  it('from its first headers alone, when it must not be read whole', async () => {
    expect(await readHeadersAlone(Buffer.from(aRawMail({ subject: 'Huge' }).slice(0, 200)), 'too large')).toMatchObject({ unreadable: 'too large', letter: { subject: 'Huge' } })
    expect(await readHeadersAlone(Buffer.from('x'.repeat(100_000)), 'too large')).toMatchObject({ unreadable: 'too large' })
  })
})
