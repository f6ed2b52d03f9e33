import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { WebSocket } from 'ws'
import { startLocalHost, type LocalHost } from '../support/local-host.ts'
import { storedPerSecond } from './bare-store.ts'

const SIZES = [10, 100, 1_000]
/** An item has 30 observers at most; more connections are further ones of the same people. */
const MOST_MEMBERS = 30
/** One after the other, for how long one takes and what it costs. */
const MESSAGES = 20
/** Posts at the same time, and for how long, for how much gets through; the two take turns, since other work on the machine comes and goes. */
const IN_FLIGHT = 64
const ROUNDS = 3
const ROUND_MILLISECONDS = 1_500
/** What has not come by then does not come. */
const LOST_MILLISECONDS = 20_000

/** Whether clients take several events in one message, as the typed client does, or each apart, as those do that do not ask for it. */
type Events = 'together' | 'apart'

interface Room {
  /** Sends one message and resolves when the last connection has it. */
  post(text: string): Promise<void>
  close(): void
}

/** From the post to the last delivery with 10, 100 and 1,000 connections, with every message stored first; beside bare broadcasting in the same run. */
export async function benchChat(): Promise<void> {
  const host = await startLocalHost({ environment: { LEADLINE_LAG_MS: '0' } })
  const bare = await startBare()
  try {
    const people = await makePeople(host)
    console.log(`chat               connections  ms to the last (median)  deliveries a second (${IN_FLIGHT} at once)  of bare   write units   read units  calls`)
    for (const connections of SIZES) for (const events of ['together', 'apart'] as const) await compare(host, people, bare.port, connections, events)
    const stored = await storedPerSecond()
    console.log(`The engine alone stores ${stored.toFixed(0)} messages a second: ${SIZES.map((connections) => `${(stored * connections).toFixed(0)} deliveries at ${connections}`).join(', ')}`)
  } finally {
    bare.stop()
    await host.stop()
  }
}

async function compare(host: LocalHost, people: readonly Person[], barePort: number, connections: number, events: Events): Promise<void> {
  const ours = await openChat(host, people, connections, events)
  const theirs = await openBare(barePort, connections)
  const rates = { ours: [] as number[], theirs: [] as number[] }
  for (const room of [ours, theirs]) await deliveriesPerSecond(room, connections)
  await host.request('DELETE', '/_local/meter')
  const ourMs = await medianMilliseconds(ours)
  const cost = await costOfMessages(host)
  const theirMs = await medianMilliseconds(theirs)
  for (let n = 0; n < ROUNDS; n += 1) {
    rates.ours.push(await deliveriesPerSecond(ours, connections))
    rates.theirs.push(await deliveriesPerSecond(theirs, connections))
  }
  ours.close()
  theirs.close()
  const share = `${((100 * average(rates.ours)) / average(rates.theirs)).toFixed(0)} %`
  print(`leadline ${events}`, connections, ourMs, average(rates.ours), share.padStart(8) + `${cost.writeUnits.toFixed(1).padStart(13)} ${cost.readUnits.toFixed(1).padStart(12)}  ${cost.calls}`)
  print('bare ws', connections, theirMs, average(rates.theirs), '')
}

function print(what: string, connections: number, medianMs: number, rate: number, more: string): void {
  console.log(`${what.padEnd(17)} ${String(connections).padStart(12)} ${medianMs.toFixed(1).padStart(24)} ${rate.toFixed(0).padStart(33)} ${more}`)
}

async function medianMilliseconds(room: Room): Promise<number> {
  const times: number[] = []
  for (let n = 0; n < MESSAGES; n += 1) {
    const before = performance.now()
    await room.post(`message ${n} of the bench, about as long as people write them`)
    times.push(performance.now() - before)
  }
  return times.toSorted((a, b) => a - b)[Math.floor(MESSAGES / 2)] ?? 0
}

async function deliveriesPerSecond(room: Room, connections: number): Promise<number> {
  const started = performance.now()
  let posts = 0
  const lane = async (): Promise<void> => {
    while (performance.now() - started < ROUND_MILLISECONDS) await room.post(`message ${(posts += 1)} of several at once, about as long as people write them`)
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane))
  return (1000 * posts * connections) / (performance.now() - started)
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

interface Person {
  readonly id: string
  readonly token: string
}

async function makePeople(host: LocalHost): Promise<Person[]> {
  const token = await host.token('admin@leadline.example')
  const people: Person[] = []
  for (let n = 0; n < MOST_MEMBERS; n += 1) {
    const email = `member-${n}@leadline.example`
    const made = await host.request('POST', '/v1/users', { token, body: { name: `Member ${n}`, emails: [email] } })
    const person = { id: made.json<{ id: string }>().id, token: await host.token(email) }
    // The first sign-in changes the company: thirty of them at the same moment would wait for each other.
    await host.request('GET', '/v1/chats', { token: person.token })
    people.push(person)
  }
  return people
}

async function openChat(host: LocalHost, people: readonly Person[], connections: number, events: Events): Promise<Room> {
  const members = people.slice(0, Math.min(connections, MOST_MEMBERS))
  const token = await host.token('admin@leadline.example')
  const deal = (await host.request('POST', '/v1/items/deal', { token, body: { title: 'Bench', observerIds: members.map(({ id }) => id) } })).json<{ id: number }>()
  const { id: chatId } = (await host.request('POST', `/v1/items/deal/${deal.id}/chat`, { token })).json<{ id: string }>()
  const sockets = await connectMany(connections, (n) => new WebSocket(`${host.ready.websocket}?events=${events}`, { perMessageDeflate: false, headers: { authorization: `Bearer ${members[n % members.length]?.token ?? ''}` } }))
  return roomOf(sockets, (sender, text) => sender.send(JSON.stringify({ action: 'chat.send', id: '1', chatId, text })), '"event":"chat.message"')
}

async function openBare(port: number, connections: number): Promise<Room> {
  const sockets = await connectMany(connections, () => new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate: false }))
  // As long as a message of ours.
  const message = { chatId: 'cht_deal_88', number: 1_000, clientId: null, authorId: 'usr_01jd8a8vhsf4xq9m6z1n7p0r5t', at: new Date().toISOString(), fileIds: [], replyTo: null, mentionIds: [], reactions: {}, editedAt: null, deletedAt: null, change: null }
  return roomOf(sockets, (sender, text) => sender.send(JSON.stringify({ event: 'chat.message', message: { ...message, text } })), '"event":"chat.message"')
}

async function connectMany(count: number, connect: (n: number) => WebSocket): Promise<WebSocket[]> {
  const sockets: WebSocket[] = []
  for (let n = 0; n < count; n += 20) {
    const some = Array.from({ length: Math.min(20, count - n) }, (_, m) => connect(n + m))
    await Promise.all(some.map((socket) => once(socket, 'open')))
    sockets.push(...some)
  }
  return sockets
}

function roomOf(sockets: readonly WebSocket[], send: (sender: WebSocket, text: string) => void, mark: string): Room {
  const onTheirWay = new Map<string, { left: number; done(): void }>()
  let posts = 0
  for (const socket of sockets) {
    socket.on('message', (data: Buffer) => {
      if (data.includes('"ok":false')) throw new Error(data.toString())
      if (!data.includes(mark)) return
      for (const [, text = ''] of data.toString().matchAll(/"text":"([^"]*)"/g)) {
        const one = onTheirWay.get(text)
        if (one === undefined) continue
        one.left -= 1
        if (one.left > 0) continue
        onTheirWay.delete(text)
        one.done()
      }
    })
  }
  return {
    post(text) {
      const sender = sockets[(posts += 1) % sockets.length]
      return new Promise((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`Of ${sockets.length} connections ${onTheirWay.get(text)?.left ?? 0} did not get "${text}" within ${LOST_MILLISECONDS} ms.`)), LOST_MILLISECONDS)
        onTheirWay.set(text, { left: sockets.length, done: () => (clearTimeout(late), resolve()) })
        if (sender) send(sender, text)
      })
    },
    close: () => sockets.forEach((socket) => socket.terminate()),
  }
}

/** The chat's own calls are counted by their route; those to the connections, which are not made by the SDK, by their function. */
async function costOfMessages(host: LocalHost): Promise<{ writeUnits: number; readUnits: number; calls: string }> {
  const { routes } = (await host.request('GET', '/_local/meter')).json<{ routes: Record<string, { requests: number; calls: Record<string, number>; readUnits: number; writeUnits: number }> }>()
  const spent = routes['$default'] ?? { requests: 1, calls: {}, readUnits: 0, writeUnits: 0 }
  const sends = Object.values(routes).reduce((sum, { calls }) => sum + (calls[SEND] ?? 0), 0)
  const calls = Object.entries({ ...spent.calls, [SEND]: sends }).map(([name, count]) => `${name.split(':')[1] ?? name} ${(count / spent.requests).toFixed(1)}`)
  return { writeUnits: spent.writeUnits / spent.requests, readUnits: spent.readUnits / spent.requests, calls: calls.join(', ') }
}

const SEND = 'execute-api:PostToConnection'

async function startBare(): Promise<{ port: number; stop(): void }> {
  const child = spawn(process.execPath, [new URL('./bare-broadcast.ts', import.meta.url).pathname], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  return { port: Number(line.toString().trim()), stop: () => void child.kill() }
}
