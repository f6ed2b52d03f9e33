import { describe, expect, it } from 'vitest'
import { until } from '../../../support/until.ts'
import { aSocketApi } from './a-socket-api.ts'
import { aRawClient, BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, type Frame } from './raw-client.ts'

const KB = 1024
const inFrames = (bytes: number, size: number): Frame[] => {
  const count = Math.ceil(bytes / size)
  return Array.from({ length: count }, (_, n) => ({ opcode: n === 0 ? TEXT : CONTINUATION, payload: 'x'.repeat(Math.min(size, bytes - n * size)), final: n === count - 1 }))
}
const closeWith = (code: number): Frame => ({ opcode: CLOSE, payload: Buffer.from([code >> 8, code & 0xff]) })

/** What a client sends, and what comes of it: the message that reaches the function, or the code with which the connection ends. */
const cases: readonly { readonly name: string; readonly sends: readonly Frame[]; readonly arrives?: readonly string[]; readonly ends?: number }[] = [
  { name: 'a message in one frame', sends: [{ opcode: TEXT, payload: 'one' }], arrives: ['one'] },
  { name: 'an empty message', sends: [{ opcode: TEXT, payload: '' }, { opcode: TEXT, payload: 'after' }], arrives: ['', 'after'] },
  { name: 'a message in fragments', sends: [{ opcode: TEXT, payload: 'a', final: false }, { opcode: CONTINUATION, payload: 'b', final: false }, { opcode: CONTINUATION, payload: 'c' }], arrives: ['abc'] },
  { name: 'fragments with a ping between them', sends: [{ opcode: TEXT, payload: 'a', final: false }, { opcode: PING, payload: 'hi' }, { opcode: CONTINUATION, payload: 'b' }], arrives: ['ab'] },
  { name: 'empty fragments before and after', sends: [{ opcode: TEXT, final: false }, { opcode: CONTINUATION, payload: 'a', final: false }, { opcode: CONTINUATION }], arrives: ['a'] },
  { name: 'many pings and pongs within one message', sends: [{ opcode: TEXT, payload: 'a', final: false }, ...Array.from({ length: 50 }, (_, n) => ({ opcode: n % 2 ? PING : PONG, payload: 'x'.repeat(125) })), { opcode: CONTINUATION, payload: 'b' }], arrives: ['ab'] },
  { name: 'an empty last fragment', sends: [{ opcode: TEXT, payload: 'a', final: false }, { opcode: CONTINUATION }], arrives: ['a'] },
  { name: 'a sign cut in two by fragments', sends: [{ opcode: TEXT, payload: Buffer.from([0xe2, 0x82]), final: false }, { opcode: CONTINUATION, payload: Buffer.from([0xac]) }], arrives: ['€'] },
  { name: 'a pong nobody asked for', sends: [{ opcode: PONG, payload: 'x' }, { opcode: TEXT, payload: 'on' }], arrives: ['on'] },
  { name: 'a frame of 32 KB', sends: [{ opcode: TEXT, payload: 'x'.repeat(32 * KB) }], arrives: ['x'.repeat(32 * KB)] },
  { name: 'a message of 128 KB in frames of 32', sends: inFrames(128 * KB, 32 * KB), arrives: ['x'.repeat(128 * KB)] },

  { name: 'a frame of more than 32 KB', sends: [{ opcode: TEXT, payload: 'x'.repeat(32 * KB + 1) }], ends: 1009 },
  { name: 'a fragment of more than 32 KB', sends: [{ opcode: TEXT, payload: 'a', final: false }, { opcode: CONTINUATION, payload: 'x'.repeat(32 * KB + 1) }], ends: 1009 },
  { name: 'a message of more than 128 KB', sends: inFrames(128 * KB + 1, 32 * KB), ends: 1009 },
  { name: 'a binary message', sends: [{ opcode: BINARY, payload: Buffer.from([1, 2]) }], ends: 1003 },
  { name: 'a binary message in fragments', sends: [{ opcode: BINARY, payload: 'a', final: false }, { opcode: CONTINUATION, payload: 'b' }], ends: 1003 },
  { name: 'text that is not UTF-8 over two fragments', sends: [{ opcode: TEXT, payload: Buffer.from([0xe2, 0x82]), final: false }, { opcode: CONTINUATION, payload: 'x' }], ends: 1007 },
  { name: 'a sign beyond the last of Unicode', sends: [{ opcode: TEXT, payload: Buffer.from([0xf4, 0x90, 0x80, 0x80]) }], ends: 1007 },
  { name: 'text that is not UTF-8', sends: [{ opcode: TEXT, payload: Buffer.from([0xc3, 0x28]) }], ends: 1007 },
  { name: 'half a sign at the end', sends: [{ opcode: TEXT, payload: Buffer.from([0x61, 0xe2, 0x82]) }], ends: 1007 },
  { name: 'an overlong sign', sends: [{ opcode: TEXT, payload: Buffer.from([0xc0, 0xaf]) }], ends: 1007 },
  { name: 'half of a surrogate pair', sends: [{ opcode: TEXT, payload: Buffer.from([0xed, 0xa0, 0x80]) }], ends: 1007 },
  { name: 'a frame without a mask', sends: [{ opcode: TEXT, payload: 'x', masked: false }], ends: 1002 },
  { name: 'a reserved bit', sends: [{ opcode: TEXT, payload: 'x', reserved: true }], ends: 1002 },
  { name: 'an unknown opcode', sends: [{ opcode: 3, payload: 'x' }], ends: 1002 },
  { name: 'an unknown control opcode', sends: [{ opcode: 11 }], ends: 1002 },
  { name: 'a continuation of nothing', sends: [{ opcode: CONTINUATION, payload: 'x' }], ends: 1002 },
  { name: 'a reserved bit on a continuation', sends: [{ opcode: TEXT, payload: 'a', final: false }, { opcode: CONTINUATION, payload: 'b', reserved: true }], ends: 1002 },
  { name: 'a message begun within a message', sends: [{ opcode: TEXT, payload: 'a', final: false }, { opcode: TEXT, payload: 'b' }], ends: 1002 },
  { name: 'a ping in fragments', sends: [{ opcode: PING, payload: 'x', final: false }], ends: 1002 },
  { name: 'a ping of more than 125 bytes', sends: [{ opcode: PING, payload: 'x'.repeat(126) }], ends: 1002 },
  { name: 'a good-bye in fragments', sends: [{ ...closeWith(1000), final: false }], ends: 1002 },
  { name: 'a good-bye of more than 125 bytes', sends: [{ opcode: CLOSE, payload: Buffer.concat([Buffer.from([3, 232]), Buffer.alloc(124, 'x')]) }], ends: 1002 },
  { name: 'a good-bye without a code', sends: [{ opcode: CLOSE }], ends: 1005 },
  { name: 'a good-bye after which more is sent', sends: [closeWith(1000), { opcode: TEXT, payload: 'too late' }], ends: 1000 },
  ...[999, 1004, 1006, 1015, 1016, 2999, 5000].map((code) => ({ name: `a good-bye with the code ${code}, which nobody may send,`, sends: [closeWith(code)], ends: 1002 })),
  { name: 'a good-bye', sends: [closeWith(1000)], ends: 1000 },
  { name: 'a good-bye with a code of its own', sends: [closeWith(4321)], ends: 4321 },
  { name: 'a good-bye with a code that nobody may send', sends: [closeWith(1005)], ends: 1002 },
  { name: 'a good-bye of one byte', sends: [{ opcode: CLOSE, payload: Buffer.from([3]) }], ends: 1002 },
  { name: 'a good-bye whose reason is not UTF-8', sends: [{ opcode: CLOSE, payload: Buffer.from([3, 232, 0xff]) }], ends: 1007 },
]

describe('the WebSocket protocol', () => {
  it.each(cases.filter(({ arrives }) => arrives !== undefined))('takes $name', async ({ sends, arrives = [] }) => {
    const { host, seen } = await aSocketApi()
    const client = await aRawClient(host.port)
    client.send(...sends)
    await until(() => seen.length === 1 + arrives.length)
    expect(seen.slice(1).map(({ body }) => body)).toEqual(arrives)
    client.send(closeWith(1000))
    expect(await client.closed()).toBe(1000)
  })

  it.each(cases.filter(({ ends }) => ends !== undefined))('ends the connection after $name with $ends', async ({ sends, ends }) => {
    const { host, seen } = await aSocketApi()
    const client = await aRawClient(host.port)
    client.send(...sends)
    expect(await client.closed()).toBe(ends)
    await until(() => seen.some(({ requestContext }) => requestContext.eventType === 'DISCONNECT'))
    expect(seen.filter(({ requestContext }) => requestContext.eventType === 'MESSAGE')).toEqual([])
  })

  it('answers pings with what they carried', async () => {
    const { host } = await aSocketApi()
    const client = await aRawClient(host.port)
    client.send({ opcode: PING, payload: 'are you there' })
    await until(() => client.frames.length > 0)
    expect(client.frames[0]).toMatchObject({ opcode: PONG, payload: Buffer.from('are you there') })
  })

  it.each([
    ['of 2 to the 40th bytes', [0, 0, 1, 0, 0, 0, 0, 0]],
    ['with the highest bit of its length set', [0x80, 0, 0, 0, 0, 0, 0, 1]],
  ])('ends the connection as soon as a frame announces itself %s', async (_what, length) => {
    const { host } = await aSocketApi()
    const client = await aRawClient(host.port)
    client.sendBytes(Buffer.from([0x81, 0xff, ...length]))
    expect(await client.closed()).toBe(1009)
  })

  it('takes frames however the network cuts them', async () => {
    const { host, seen } = await aSocketApi()
    const client = await aRawClient(host.port)
    const frame = Buffer.concat([Buffer.from([0x81, 0x83, 0, 0, 0, 0]), Buffer.from('abc')])
    for (const byte of frame) {
      client.sendBytes(Buffer.from([byte]))
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    await until(() => seen.length === 2)
    expect(seen[1]?.body).toBe('abc')
  })
})
