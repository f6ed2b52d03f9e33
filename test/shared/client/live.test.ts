import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocketServer, type WebSocket } from 'ws'
import type { ApiAction, ApiEvents } from '../../../functions/chat/routes.ts'
import { ApiProblem, openLive, type Live, type LiveSettings } from '../../../shared/client/index.ts'
import { until } from '../../support/until.ts'

interface Asked {
  readonly action: string
  readonly id: string
  readonly [field: string]: unknown
}

const closing: (() => void)[] = []
afterEach(() => closing.splice(0).forEach((close) => close()))

/** A server that does this with each request. `connections` are those that were ever opened, with the ticket of each. */
async function aServer(answer: (asked: Asked, socket: WebSocket) => void): Promise<{ address: string; connections: { socket: WebSocket; ticket: string | null }[] }> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await new Promise((resolve) => server.once('listening', resolve))
  const connections: { socket: WebSocket; ticket: string | null }[] = []
  server.on('connection', (socket, request) => {
    connections.push({ socket, ticket: new URL(request.url ?? '', 'ws://x').searchParams.get('ticket') })
    socket.on('message', (data) => answer(JSON.parse(String(data)) as Asked, socket))
  })
  closing.push(() => {
    for (const { socket } of connections) socket.terminate()
    server.close()
  })
  return { address: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws`, connections }
}

const say = (socket: WebSocket, message: object): void => socket.send(JSON.stringify(message))
const ok = ({ id }: Asked, socket: WebSocket, more: object = {}): void => say(socket, { id, ok: true, ...more })

let tickets = 0
async function aLive(address: string, more: Partial<LiveSettings> = {}): Promise<Live<ApiAction, ApiEvents>> {
  const live = await openLive<ApiAction, ApiEvents>({ address, ticket: () => `t${(tickets += 1)}`, patience: { firstPauseMilliseconds: 1, longestPauseMilliseconds: 5 }, answerMilliseconds: 2_000, ...more })
  closing.push(() => live.close())
  return live
}
const message = (number: number, more: object = {}): object => ({ event: 'chat.message', message: { chatId: 'cht_1', number, clientId: null, authorId: 'usr_1', at: '2026-11-21T10:00:00.000Z', text: `m${number}`, fileIds: [], replyTo: null, mentionIds: [], reactions: {}, editedAt: null, deletedAt: null, change: null, ...more } })

describe('a live connection', () => {
  it('gives each request its own answer, and throws what was refused', async () => {
    const held: Asked[] = []
    const { address } = await aServer((asked, socket) => {
      if (asked.action === 'chat.typing') return say(socket, { id: asked.id, ok: false, problem: { status: 403, code: 'chat.not_a_member', detail: 'No.' } })
      held.push(asked)
      // The later one first.
      if (held.length === 2) held.toReversed().forEach((one) => ok(one, socket, { readNumber: one['number'] }))
    })
    const live = await aLive(address)
    expect(await Promise.all([live.request('chat.read', { chatId: 'cht_1', number: 1 }), live.request('chat.read', { chatId: 'cht_1', number: 2 })])).toEqual([{ readNumber: 1 }, { readNumber: 2 }])
    expect(await live.request('chat.typing', { chatId: 'cht_1' }).catch((error: unknown) => error)).toMatchObject({ status: 403, code: 'chat.not_a_member' })
  })

  it('comes back with a new ticket when it is lost, and says so each time', async () => {
    const { address, connections } = await aServer(ok)
    const live = await aLive(address)
    let connected = 0
    live.onConnected(() => void (connected += 1))
    for (let n = 1; n <= 3; n += 1) {
      connections.at(-1)?.socket.terminate()
      await until(() => connections.length === n + 1 && connected === n + 1)
      expect(await live.request('ping', {})).toEqual({})
    }
    expect(new Set(connections.map(({ ticket }) => ticket)).size).toBe(4)
  })

  it('throws what was under way when the connection ends, and what takes too long', async () => {
    const { address, connections } = await aServer(() => undefined)
    const live = await aLive(address, { answerMilliseconds: 80 })
    const lost = live.request('ping', {}).catch((error: unknown) => error)
    connections[0]?.socket.terminate()
    expect(await lost).toMatchObject({ status: 0, code: 'network.failed' })
    await until(() => connections.length === 2)
    expect(await live.request('ping', {}).catch((error: unknown) => error)).toMatchObject({ code: 'network.failed' })
  })

  it('takes a connection on which nothing is answered for dead, and leaves every one before its two hours', async () => {
    let isDead = true
    const { address, connections } = await aServer((asked, socket) => void (isDead || ok(asked, socket)))
    await aLive(address, { answerMilliseconds: 50, pingMilliseconds: 30 })
    await until(() => connections.length === 2)
    isDead = false
    const { address: second, connections: others } = await aServer(ok)
    await aLive(second, { longestMilliseconds: 40 })
    await until(() => others.length === 3)
    expect(new Set(others.map(({ ticket }) => ticket)).size).toBe(3)
  })

  it('stops when it gets no ticket any more', async () => {
    const { address, connections } = await aServer(ok)
    let isOver = false
    const live = await aLive(address, {
      ticket() {
        if (isOver) throw new ApiProblem({ status: 401, code: 'gateway.401', detail: 'Unauthorized' })
        return 'once'
      },
    })
    isOver = true
    connections[0]?.socket.terminate()
    await until(() => live.refused !== undefined)
    expect(live.refused?.status).toBe(401)
    await expect(openLive<ApiAction, ApiEvents>({ address: 'ws://127.0.0.1:1/ws', ticket: () => 'x' })).rejects.toMatchObject({ code: 'network.failed' })
  })
})

describe('a chat that is followed', () => {
  it('CHT-7: asks for what it missed after each new connection and at each gap, and has everything once and in order', async () => {
    const asked: Asked[] = []
    const stored = [message(1), message(2), message(3), message(4)]
    const { address, connections } = await aServer((request, socket) => {
      asked.push(request)
      const after = Number(request['after'])
      stored.slice(after).forEach((one) => say(socket, one))
      ok(request, socket, { lastNumber: stored.length, lastChange: 0, more: false })
    })
    const live = await aLive(address)
    const log = live.chat('cht_1')
    await until(() => log.messages.length === 4)
    expect(asked[0]).not.toHaveProperty('changesAfter')
    const [first] = connections
    if (first) {
      stored.push(message(5), message(6))
      say(first.socket, message(3))
      say(first.socket, message(6))
    }
    await until(() => log.messages.length === 6)
    stored.push(message(7))
    first?.socket.terminate()
    await until(() => log.messages.length === 7)
    expect(log.messages.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect(asked.at(-1)).toMatchObject({ action: 'chat.sync', after: 6, changesAfter: 0 })
  })

  it('CHT-7: posts under one client id until it is answered', async () => {
    const ids: unknown[] = []
    const { address } = await aServer((asked, socket) => {
      if (asked.action !== 'chat.send') return ok(asked, socket, { lastNumber: 0, lastChange: 0, more: false })
      ids.push(asked['clientId'])
      if (ids.length === 1) return socket.terminate()
      if (ids.length === 2) return say(socket, { id: asked.id, ok: false, problem: { status: 500, code: 'internal', detail: '' } })
      ok(asked, socket, { message: (message(1, { clientId: asked['clientId'] }) as { message: object }).message })
    })
    const live = await aLive(address)
    expect(await live.chat('cht_1').send({ text: 'once' })).toMatchObject({ number: 1, clientId: ids[0] })
    expect([ids.length, new Set(ids).size]).toEqual([3, 1])
  })

  it('CHT-8: stops when one may not read it any more', async () => {
    const { address } = await aServer(({ id }, socket) => say(socket, { id, ok: false, problem: { status: 404, code: 'chat.not_found', detail: '' } }))
    const log = (await aLive(address)).chat('cht_1')
    await until(() => log.problem !== undefined)
    expect(log.problem?.code).toBe('chat.not_found')
    await expect(log.send({ text: 'x' })).rejects.toMatchObject({ code: 'chat.not_found' })
  })
})
