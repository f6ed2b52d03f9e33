import { ApiProblem, problemOf } from './api-problem.ts'

/** The part of a browser's WebSocket that is used; Node has the same. */
export interface SocketLike {
  send(text: string): void
  close(): void
  addEventListener(name: 'open' | 'close' | 'error', listener: () => void): void
  addEventListener(name: 'message', listener: (event: { readonly data: unknown }) => void): void
}

export type OpenSocket = (address: string) => SocketLike

/** What comes unasked. */
export interface PlainEvent {
  readonly event: string
  readonly [field: string]: unknown
}

/** One connection, from its opening to its end. */
export interface Connection {
  /** Sends a request and gives its answer. Throws the problem that it was answered with, or `network.failed` when the connection ends before that or time runs out. */
  request(action: string, fields: object): Promise<object>
  /** Ends it at once, whatever the other side does. */
  end(): void
}

interface Waiting {
  readonly action: string
  resolve(answer: object): void
  reject(problem: ApiProblem): void
}

/** Opens a connection. `ended` is called once, however it ends; an opening that fails throws `network.failed` and calls nothing. */
export async function openConnection(open: OpenSocket, address: string, { answerMilliseconds, received, ended }: { answerMilliseconds: number; received(event: PlainEvent): void; ended(): void }): Promise<Connection> {
  const socket = open(address)
  const waiting = new Map<string, Waiting>()
  let isOver = false
  let next = 0

  const end = (): void => {
    if (isOver) return
    isOver = true
    for (const { action, reject } of waiting.values()) reject(notAnswered(action))
    waiting.clear()
    socket.close()
    ended()
  }
  const take = (text: string): void => {
    const message = JSON.parse(text) as Record<string, unknown>
    if (typeof message['event'] === 'string') return received(message as PlainEvent)
    if (Array.isArray(message['events'])) return message['events'].forEach((event) => received(event as PlainEvent))
    // The gateway itself says when a function failed, but not at which request: that is clear where only one waits.
    const failed = message['id'] === undefined && typeof message['message'] === 'string' && waiting.size === 1
    if (failed) return waiting.forEach(({ action, reject }) => reject(notAnswered(action)))
    const asked = waiting.get(String(message['id']))
    if (!asked) return
    const { id: _id, ok, problem, ...answer } = message
    if (ok === true) asked.resolve(answer)
    else asked.reject(problemOf(Number((problem as { status?: unknown } | undefined)?.status ?? 0), problem, null))
  }

  await opened(socket, answerMilliseconds).catch((problem: unknown) => {
    socket.close()
    throw problem
  })
  socket.addEventListener('message', ({ data }) => void (isOver || take(String(data))))
  socket.addEventListener('close', end)

  return {
    end,
    request: (action, fields) =>
      new Promise((resolve, reject) => {
        if (isOver) return reject(notAnswered(action))
        const id = String((next += 1))
        const late = setTimeout(() => waiting.get(id)?.reject(notAnswered(action)), answerMilliseconds)
        const done = (): void => {
          clearTimeout(late)
          waiting.delete(id)
        }
        waiting.set(id, { action, resolve: (answer) => (done(), resolve(answer)), reject: (problem) => (done(), reject(problem)) })
        socket.send(JSON.stringify({ ...fields, action, id }))
      }),
  }
}

/** Resolves when the connection is open. Why it is not, a browser does not tell. */
async function opened(socket: SocketLike, milliseconds: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const refuse = (): void => reject(new ApiProblem({ status: 0, code: 'network.failed', detail: 'There is no connection to the WebSocket API.' }))
  const late = setTimeout(refuse, milliseconds)
  socket.addEventListener('open', resolve)
  socket.addEventListener('close', refuse)
  socket.addEventListener('error', refuse)
  try {
    await promise
  } finally {
    clearTimeout(late)
  }
}

export function notAnswered(action: string): ApiProblem {
  return new ApiProblem({ status: 0, code: 'network.failed', detail: `${action} was not answered.` })
}
