import { describe, expect, it } from 'vitest'
import { createAnswerReader, type HttpAnswer } from '../../../shared/platform/answer-reader.ts'

const ok = 'HTTP/1.1 200 OK\r\n'

const answers: readonly [what: string, bytes: string, answer: HttpAnswer][] = [
  ['without a body', `${ok}Content-Length: 0\r\n\r\n`, { status: 200, keep: true }],
  ['with a body of a length', 'HTTP/1.1 410 Gone\r\nx-amzn-errortype: GoneException\r\ncontent-length:18 \r\n\r\n{"message":"Gone"}', { status: 410, keep: true }],
  ['with no reason', 'HTTP/1.1 200\r\ncontent-length: 0\r\n\r\n', { status: 200, keep: true }],
  ['in chunks', `${ok}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nA;name=value\r\n0123456789\r\n0\r\n\r\n`, { status: 200, keep: true }],
  ['in chunks with an end of line in them, and trailers', `${ok}transfer-encoding: gzip, chunked\r\n\r\n4\r\n\r\n\r\n\r\n0\r\nx-a: b\r\nx-c: d\r\n\r\n`, { status: 200, keep: true }],
  ['that has no content, whatever its length says', 'HTTP/1.1 204 No Content\r\ncontent-length: 7\r\n\r\n', { status: 204, keep: true }],
  ['after an interim one', `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n${ok}content-length: 2\r\n\r\nok`, { status: 200, keep: true }],
  ['after which the connection ends', `${ok}content-length: 0\r\nConnection: keep-alive, Close\r\n\r\n`, { status: 200, keep: false }],
  ['of HTTP/1.0', 'HTTP/1.0 429 Too Many Requests\r\ncontent-length: 0\r\n\r\n', { status: 429, keep: false }],
]

describe('an answer', () => {
  it.each(answers)('%s is read the same wherever it is cut', (_what, bytes, answer) => {
    for (let cut = 0; cut < bytes.length; cut += 1) {
      const reader = createAnswerReader()
      expect(reader.read(Buffer.from(bytes.slice(0, cut))), `${cut} bytes`).toEqual([])
      expect(reader.read(Buffer.from(bytes.slice(cut))), `cut at ${cut}`).toEqual([answer])
    }
    const reader = createAnswerReader()
    expect([...bytes].flatMap((byte) => reader.read(Buffer.from(byte)))).toEqual([answer])
  })

  it('that lasts until the connection ends is whole then', () => {
    const reader = createAnswerReader()
    expect(reader.read(Buffer.from(`${ok}\r\nsome`))).toEqual([])
    expect(reader.end()).toEqual({ status: 200, keep: false })
  })

  it.each(['', 'HTTP/1.1 200 OK\r\ncontent-le', `${ok}content-length: 3\r\n\r\nab`, `${ok}transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n`])('that is cut off is none: %j', (bytes) => {
    const reader = createAnswerReader()
    expect(reader.read(Buffer.from(bytes))).toEqual([])
    expect(reader.end()).toBeUndefined()
  })

  it('may have others behind it, each of which is read for itself wherever they are cut', () => {
    const bytes = answers.filter(([, , { keep }]) => keep).map(([, text]) => text).join('')
    for (let cut = 0; cut < bytes.length; cut += 7) {
      const reader = createAnswerReader()
      expect([...reader.read(Buffer.from(bytes.slice(0, cut))), ...reader.read(Buffer.from(bytes.slice(cut)))].map(({ status }) => status)).toEqual([200, 410, 200, 200, 200, 204, 200])
    }
  })

  it.each(['SSH-2.0-OpenSSH_9.9\r\n\r\n', 'HTTP/2 200\r\n\r\n', `${ok}transfer-encoding: chunked\r\n\r\nzz\r\n`])('that is no HTTP/1.x is refused: %j', (bytes) => {
    expect(() => createAnswerReader().read(Buffer.from(bytes))).toThrow('The answer')
  })

  it('without end is refused', () => {
    const reader = createAnswerReader()
    expect(() => Array.from({ length: 70 }, () => reader.read(Buffer.alloc(1024, 'x')))).toThrow('longer than any')
  })
})
