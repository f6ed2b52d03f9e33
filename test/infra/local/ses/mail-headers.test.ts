import { describe, expect, it } from 'vitest'
import { commonHeaders, headerBlockEnd, readHeaders } from '../../../../infra/local/ses/mail-headers.ts'

const read = (text: string | Buffer) => readHeaders(Buffer.from(text as string))

describe('the headers of a mail', () => {
  it('are unfolded and decoded, in their order', () => {
    expect(read('A: one\r\n two\r\nB:=?utf-8?B?w6Q=?= x\r\n\r\nC: body')).toEqual([{ name: 'A', value: 'one two' }, { name: 'B', value: 'ä x' }])
  })

  it('are read with bare line feeds, in UTF-8 or Latin-1, and without those lines that are none', () => {
    expect(read('A: ä\nnot a header\nB: 2\n\nC: 3')).toEqual([{ name: 'A', value: 'ä' }, { name: 'B', value: '2' }])
    expect(readHeaders(Buffer.from('A: \xe4\r\n\r\n', 'latin1'))).toEqual([{ name: 'A', value: 'ä' }])
  })

  it('end at the first empty line, at the start of a mail without headers, or with a mail without a body', () => {
    expect(headerBlockEnd(Buffer.from('A: 1\r\n\r\nx'))).toBe(6)
    expect(headerBlockEnd(Buffer.from('A: 1\n\nx\r\n\r\n'))).toBe(5)
    expect(headerBlockEnd(Buffer.from('\r\nbody\r\n\r\n'))).toBe(0)
    expect(headerBlockEnd(Buffer.from('A: 1\r\nB: 2'))).toBe(10)
  })

  it('are read quickly however many or long they are', () => {
    const started = performance.now()
    commonHeaders(read(`To: ${'a@b.example, '.repeat(100_000)}\r\n\r\n`))
    commonHeaders(read(`To: ${'<'.repeat(200_000)}${'"'.repeat(200_000)}\r\n\r\n`))
    read(`${' \r\n'.repeat(200_000)}\r\n`)
    read(`Subject: ${'=?utf-8?B?w6Q=?= '.repeat(50_000)}\r\n\r\n`)
    expect(performance.now() - started).toBeLessThan(3_000)
  })
})
