import { once } from 'node:events'
import { WebSocket } from 'ws'

/** A client of the WebSocket API: requests answered by id, events to listeners, and a new connection when the old one is lost. */
export interface SocketClient {
  /** Sends a request and waits for its answer. Throws `ConnectionLost` when the connection ends before it, or time runs out. */
  request<T extends object = object>(action: string, fields?: object): Promise<SocketAnswer<T>>
  /** Calls back for every event. Returns how to stop. */
  onEvent(listener: (event: SocketEvent) => void): () => void
  /** Calls back whenever a connection is open, the first one too. */
  onConnected(listener: () => void): void
  /** Everything that has come unasked so far. */
  readonly events: readonly SocketEvent[]
  /** Cuts the connection without a word, as a lost network does. */
  drop(): void
  /** Ends it for good. */
  close(): void
  /** The code and reason with which the last connection was ended. */
  readonly ended: { readonly code: number; readonly reason: string } | undefined
}

export type SocketAnswer<T extends object = object> = { readonly id: string; readonly ok: boolean; readonly problem?: { readonly status: number; readonly code: string; readonly detail: string; readonly errors?: readonly { pointer: string }[] } } & T

export interface SocketEvent {
  readonly event: string
  readonly [field: string]: unknown
}

export class ConnectionLost extends Error {}

export interface SocketOptions {
  /** `ws://127.0.0.1:4000/ws` */
  readonly address: string
  /** A bearer token for the header, or a ticket for the query; asked anew for each connection. */
  readonly credentials: () => Promise<{ token: string } | { ticket: string }>
  /** Connects again when the connection is lost. Default true. */
  readonly reconnects?: boolean
  readonly answerMilliseconds?: number
}

const PING_MILLISECONDS = 5 * 60_000
const FIRST_BACKOFF_MILLISECONDS = 20
const LONGEST_BACKOFF_MILLISECONDS = 2_000

/** Connects, and resolves when the first connection is open. Throws the status of a refused handshake as `Error('401')`. */
export async function openSocketClient(options: SocketOptions): Promise<SocketClient> {
  const { reconnects = true, answerMilliseconds = 10_000 } = options
  const listeners = new Set<(event: SocketEvent) => void>()
  const connectedListeners = new Set<() => void>()
  const events: SocketEvent[] = []
  const waiting = new Map<string, { resolve(answer: SocketAnswer): void; reject(problem: Error): void }>()
  let current = await connect(options)
  let isClosed = false
  let ended: SocketClient['ended']
  let next = 0

  const take = (socket: WebSocket): void => {
    current = socket
    const ping = setInterval(() => socket.send(JSON.stringify({ action: 'ping', id: `ping-${(next += 1)}` })), PING_MILLISECONDS).unref()
    socket.on('message', (data) => receive(JSON.parse(String(data)) as SocketEvent | SocketAnswer))
    socket.on('error', () => undefined)
    socket.once('close', (code, reason) => {
      clearInterval(ping)
      ended = { code, reason: reason.toString() }
      for (const { reject } of waiting.values()) reject(new ConnectionLost(`closed with ${code}`))
      waiting.clear()
      if (!isClosed && reconnects) void reconnect(0)
    })
    for (const listener of connectedListeners) listener()
  }
  const reconnect = async (attempt: number): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(LONGEST_BACKOFF_MILLISECONDS, FIRST_BACKOFF_MILLISECONDS * 2 ** attempt)))
    if (isClosed) return
    try {
      const socket = await connect(options)
      if (isClosed) socket.terminate()
      else take(socket)
    } catch {
      await reconnect(attempt + 1)
    }
  }
  const receive = (message: SocketEvent | SocketAnswer): void => {
    if ('event' in message) {
      events.push(message as SocketEvent)
      for (const listener of listeners) listener(message as SocketEvent)
    } else if (typeof message.id === 'string') {
      waiting.get(message.id)?.resolve(message as SocketAnswer)
      waiting.delete(message.id)
    }
  }
  take(current)

  return {
    request: <T extends object>(action: string, fields: object = {}) =>
      new Promise<SocketAnswer<T>>((resolve, reject) => {
        if (current.readyState !== WebSocket.OPEN) return reject(new ConnectionLost('not connected'))
        const id = String((next += 1))
        const late = setTimeout(() => {
          waiting.delete(id)
          reject(new ConnectionLost(`${action} was not answered`))
        }, answerMilliseconds).unref()
        const done = <V>(finish: (value: V) => void) => (value: V): void => {
          clearTimeout(late)
          finish(value)
        }
        waiting.set(id, { resolve: done(resolve as (answer: SocketAnswer) => void), reject: done(reject) })
        current.send(JSON.stringify({ action, id, ...fields }))
      }),
    onEvent(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    onConnected: (listener) => void connectedListeners.add(listener),
    events,
    drop: () => current.terminate(),
    close() {
      isClosed = true
      current.close()
    },
    get ended() {
      return ended
    },
  }
}

async function connect({ address, credentials }: SocketOptions): Promise<WebSocket> {
  const given = await credentials()
  const socket = 'token' in given ? new WebSocket(address, { headers: { authorization: `Bearer ${given.token}` } }) : new WebSocket(`${address}?ticket=${encodeURIComponent(given.ticket)}`)
  const refused = new Promise<never>((_, reject) => socket.once('unexpected-response', (_request, response) => reject(new Error(String(response.statusCode)))))
  refused.catch(() => undefined)
  await Promise.race([once(socket, 'open'), refused])
  return socket
}
