import { once } from 'node:events'
import { inject } from 'vitest'
import { WebSocket } from 'ws'

/** A bare connection, for journeys that look at what goes over the wire itself; screen.ts has the client that an application would use. */
export interface SocketClient {
  /** Sends a request and waits for its answer as it came, problems too. */
  request(action: string, fields?: object): Promise<Record<string, unknown>>
  /** Everything that has come unasked so far. */
  readonly events: readonly SocketEvent[]
  /** The code with which the connection was ended. */
  readonly ended: number | undefined
  close(): void
}

export interface SocketEvent {
  readonly event: string
  readonly [field: string]: unknown
}

/** Connects with a bearer token in the header. Throws the status of a refused handshake as `Error('401')`. */
export async function openSocketClient(token: string): Promise<SocketClient> {
  const socket = new WebSocket(inject('ready').websocket, { headers: { authorization: `Bearer ${token}` } })
  const refused = new Promise<never>((_, reject) => socket.once('unexpected-response', (_request, response) => reject(new Error(String(response.statusCode)))))
  const answers = new Map<unknown, (answer: Record<string, unknown>) => void>()
  const events: SocketEvent[] = []
  let ended: number | undefined
  socket.once('close', (code) => (ended = code))
  socket.on('message', (data) => {
    const message = JSON.parse(String(data)) as SocketEvent | { readonly event?: undefined; readonly id: unknown }
    if (message.event !== undefined) events.push(message)
    else answers.get(message.id)?.(message)
  })
  await Promise.race([once(socket, 'open'), refused])
  socket.on('error', () => undefined) // the end that follows tells
  return {
    request(action, fields = {}) {
      const id = String(answers.size + 1)
      const { promise, resolve } = Promise.withResolvers<Record<string, unknown>>()
      answers.set(id, resolve)
      socket.send(JSON.stringify({ action, id, ...fields }))
      return promise
    },
    events,
    get ended() {
      return ended
    },
    close: () => socket.close(),
  }
}
