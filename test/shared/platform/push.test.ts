import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { keepConnections } from '../../../shared/platform/kept-connections.ts'
import { openPush, type Push } from '../../../shared/platform/push.ts'

/** What a gateway does with one call: answers with these bytes, says nothing, or ends the connection (after saying something). */
type Deed = string | 'silence' | { readonly say: string; readonly thenEnd: true }

const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'
const status = (code: number): string => `HTTP/1.1 ${code} Whatever\r\ncontent-length: 2\r\n\r\n{}`

let server: Server | undefined
const sockets = new Set<Socket>()
afterEach(() => {
  for (const socket of sockets) socket.destroy()
  server?.close()
  vi.unstubAllEnvs()
})

/** A gateway that does these deeds with the calls as they come, and then answers all. */
async function aGateway(...deeds: Deed[]): Promise<{ port: number; calls: string[]; connections(): number; endAll(): void; sayAll(words: string): void }> {
  const calls: string[] = []
  let connections = 0
  server = createServer((socket) => {
    connections += 1
    sockets.add(socket)
    let text = ''
    socket.on('error', () => undefined)
    socket.on('data', (chunk) => {
      text += chunk.toString()
      for (;;) {
        const head = text.indexOf('\r\n\r\n')
        const length = Number(/content-length: (\d+)/.exec(text)?.[1] ?? 0)
        if (head < 0 || Buffer.byteLength(text) < head + 4 + length) return
        const call = Buffer.from(text).subarray(0, head + 4 + length).toString()
        text = Buffer.from(text).subarray(head + 4 + length).toString()
        calls.push(call)
        const deed = deeds.shift() ?? ok
        if (typeof deed === 'object') socket.end(deed.say)
        else if (deed !== 'silence') socket.write(deed)
      }
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return { port: typeof address === 'object' && address !== null ? address.port : 0, calls, connections: () => connections, endAll: () => sockets.forEach((socket) => socket.end()), sayAll: (words) => sockets.forEach((socket) => socket.write(words)) }
}

function aPush(port: number): Push {
  vi.stubEnv('AWS_REGION', 'eu-west-1')
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'ASIAEXAMPLE')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret')
  vi.stubEnv('AWS_SESSION_TOKEN', 'token')
  return openPush(`http://127.0.0.1:${port}/ws`)
}

describe('a message to a connection', () => {
  it('is one signed call, with its bytes as they are', async () => {
    const gateway = await aGateway()
    expect(await aPush(gateway.port).send('a+b/c=', 'ä€👍')).toBe(true)
    const [head = '', body] = gateway.calls[0]?.split('\r\n\r\n') ?? []
    expect(head).toMatch(/^POST \/ws\/@connections\/a%2Bb%2Fc%3D HTTP\/1\.1\r\nhost: 127\.0\.0\.1:\d+\r\nx-amz-date: \d{8}T\d{6}Z\r\nx-amz-security-token: token\r\nauthorization: AWS4-HMAC-SHA256 [^\r]+\r\ncontent-length: 9$/)
    expect(body).toBe('ä€👍')
  })

  it.each<[string, Deed[], boolean, number]>([
    ['that is gone', [status(410)], false, 1],
    ['that was throttled once', [status(429)], true, 2],
    ['on a gateway that fails twice', [status(500), status(503)], true, 3],
    ['on a gateway that ends the connection without a word', [{ say: '', thenEnd: true }], true, 2],
    ['on a gateway that ends it in the middle of an answer', [{ say: 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhal', thenEnd: true }], true, 2],
    ['on a gateway that answers until the end of the connection', [{ say: 'HTTP/1.1 200 OK\r\n\r\nall', thenEnd: true }], true, 1],
  ])('%s', async (_what, deeds, delivered, calls) => {
    const gateway = await aGateway(...deeds)
    expect(await aPush(gateway.port).send('c', 'x')).toBe(delivered)
    expect(gateway.calls).toHaveLength(calls)
  })

  it.each<[string, Deed[], string]>([
    ['is refused', [status(403)], 'API Gateway answered 403'],
    ['fails three times', [status(500), status(500), status(500)], 'API Gateway answered 500'],
    ['gets no HTTP', Array.from({ length: 3 }, () => 'who are you?\r\n\r\n'), 'no HTTP/1.x'],
  ])('that %s is a failure', async (_what, deeds, words) => {
    const gateway = await aGateway(...deeds)
    await expect(aPush(gateway.port).send('c', 'x')).rejects.toThrow(words)
    expect(gateway.calls).toHaveLength(deeds.length)
  })

  it('fails where nobody listens', async () => {
    await expect(aPush(1).send('c', 'x')).rejects.toThrow('ECONNREFUSED')
  })
})

describe('kept connections', () => {
  const limits = { most: 2, deep: 1, patienceMilliseconds: 60, idleMilliseconds: 10_000 }
  const call = (): string => 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n'

  it('carry call after call, as many at a time as may be', async () => {
    const gateway = await aGateway()
    const send = keepConnections({ secure: false, hostname: '127.0.0.1', port: gateway.port }, limits)
    expect(await Promise.all(Array.from({ length: 20 }, () => send(call)))).toEqual(Array(20).fill(200))
    expect(gateway.connections()).toBe(2)
  })

  it('that do not answer in time are given up, and what waits for them goes over another', async () => {
    const gateway = await aGateway('silence', 'silence')
    const send = keepConnections({ secure: false, hostname: '127.0.0.1', port: gateway.port }, limits)
    const outcomes = await Promise.allSettled(Array.from({ length: 3 }, () => send(call)))
    expect(outcomes.map(({ status: outcome }) => outcome)).toEqual(['rejected', 'rejected', 'fulfilled'])
  })

  it('that were ended while they rested are not used again', async () => {
    const gateway = await aGateway()
    const send = keepConnections({ secure: false, hostname: '127.0.0.1', port: gateway.port }, limits)
    await send(call)
    gateway.endAll()
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(await send(call)).toBe(200)
    expect(gateway.connections()).toBe(2)
  })

  it('that were told something unasked while they rested are not used again, be it the beginning of an answer', async () => {
    const gateway = await aGateway()
    const send = keepConnections({ secure: false, hostname: '127.0.0.1', port: gateway.port }, { ...limits, deep: 4 })
    await send(call)
    gateway.sayAll('HTTP/1.1 408 Request Time')
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(await send(call)).toBe(200)
    expect(gateway.connections()).toBe(2)
  })

  it('that rested too long are not trusted', async () => {
    const gateway = await aGateway()
    const send = keepConnections({ secure: false, hostname: '127.0.0.1', port: gateway.port }, { ...limits, idleMilliseconds: 0 })
    await send(call)
    await send(call)
    expect(gateway.connections()).toBe(2)
  })

  it('carry several calls at a time where they may, and are answered in their order', async () => {
    const codes = Array.from({ length: 40 }, (_, n) => 400 + (n % 7))
    const gateway = await aGateway(...codes.map((code) => status(code)))
    const send = keepConnections({ secure: false, hostname: '127.0.0.1', port: gateway.port }, { ...limits, most: 1, deep: 4 })
    expect(await Promise.all(codes.map(() => send(call)))).toEqual(codes)
    expect(gateway.connections()).toBe(1)
  })

  it('that end with several calls unanswered carry them one by one from then on', async () => {
    const gateway = await aGateway(ok, { say: ok, thenEnd: true })
    const send = keepConnections({ secure: false, hostname: '127.0.0.1', port: gateway.port }, { ...limits, most: 1, deep: 4 })
    const outcomes = await Promise.allSettled(Array.from({ length: 4 }, () => send(call)))
    expect(outcomes.map(({ status: outcome }) => outcome)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected'])
    const before = gateway.calls.length
    expect(await Promise.all([send(call), send(call)])).toEqual([200, 200])
    expect(gateway.calls.length - before).toBe(2)
  })
})
