import { ApiProblem } from './api-problem.ts'
import { notAnswered, openConnection, type Connection, type OpenSocket, type PlainEvent } from './connection.ts'
import { followChat, type ChatLog, type FollowOptions } from './follow-chat.ts'
import type { ActionInput, ActionName, ActionOutput, ActionTypes, EventOf, EventTypes, MessageOf } from './live-types.ts'
import { pause, pauseBefore, type Patience } from './patience.ts'

export interface LiveSettings {
  /** Address of the WebSocket API: `wss://.../ws`. */
  readonly address: string
  /** A ticket (`POST /v1/socket-tickets`); asked anew for each connection. A refusal (401, 403) ends the client, any other failure is tried again. */
  readonly ticket: () => string | Promise<string>
  /** How long it waits before it connects again. */
  readonly patience?: Patience
  /** What has not been answered by then counts as lost. Default 10,000. */
  readonly answerMilliseconds?: number
  /** How often it shows that it is still there: API Gateway ends what is silent for ten minutes. Default five minutes. */
  readonly pingMilliseconds?: number
  /** API Gateway ends every connection after two hours; before that a new one is made. Default 110 minutes. */
  readonly longestMilliseconds?: number
  /** Another way to open a WebSocket, for instance one with headers. */
  readonly open?: OpenSocket
}

/** A connection to the WebSocket API that comes back when it is lost. */
export interface Live<A extends ActionTypes, E extends EventTypes> {
  /** Asks for something. Throws an ApiProblem: what the API refused, or `network.failed` where the answer was lost. */
  request<Name extends ActionName<A>>(action: Name, fields: ActionInput<A, Name>): Promise<ActionOutput<A, Name>>
  /** Calls back for each event of a kind. Gives how to stop. */
  on<Name extends keyof E & string>(event: Name, listener: (event: EventOf<E, Name>) => void): () => void
  /** Calls back now and whenever it is connected anew: what is on screen has to be said again then. Gives how to stop. */
  onConnected(listener: () => void): () => void
  /** Follows a chat: every message once, in order, whatever is lost on the way (CHT-7). */
  chat(chatId: string, options?: FollowOptions): ChatLog<MessageOf<E>>
  /** Why it does not connect again; undefined as long as it does. */
  readonly refused: ApiProblem | undefined
  close(): void
}

const MINUTE = 60_000

/** Connects, and resolves when the first connection is open: `openLive<ApiAction, ApiEvents>({ address, ticket })`. */
export async function openLive<A extends ActionTypes, E extends EventTypes>(settings: LiveSettings): Promise<Live<A, E>> {
  const { ticket, patience = {}, answerMilliseconds = 10_000, pingMilliseconds = 5 * MINUTE, longestMilliseconds = 110 * MINUTE, open = (address) => new WebSocket(address) } = settings
  const listeners = new Map<string, Set<(event: PlainEvent) => void>>()
  const connectedListeners = new Set<() => void>()
  const over = new AbortController()
  let refused: ApiProblem | undefined
  let current: Connection | undefined

  const connect = async (): Promise<void> => {
    const address = new URL(settings.address)
    address.searchParams.set('ticket', await ticket())
    // Of what happens at one moment as much as fits comes in one message.
    address.searchParams.set('events', 'together')
    const timers: ReturnType<typeof setTimeout>[] = []
    const connection = await openConnection(open, String(address), {
      answerMilliseconds,
      received: (event) => listeners.get(event.event)?.forEach((listener) => listener(event)),
      ended() {
        timers.forEach((timer) => clearTimeout(timer))
        if (current === connection) current = undefined
        if (!over.signal.aborted) void comeBack()
      },
    })
    if (over.signal.aborted) return connection.end()
    current = connection
    // No answer to a ping: the connection is dead, though nobody has said so.
    timers.push(setInterval(() => void connection.request('ping', {}).catch(connection.end), pingMilliseconds), setTimeout(connection.end, longestMilliseconds))
    connectedListeners.forEach((listener) => listener())
  }
  const comeBack = async (): Promise<void> => {
    for (let attempt = 1; !over.signal.aborted; attempt += 1) {
      try {
        await pause(pauseBefore(attempt, patience), over.signal)
        return await connect()
      } catch (problem) {
        if (problem instanceof ApiProblem && (problem.status === 401 || problem.status === 403)) {
          refused = problem
          return
        }
      }
    }
  }
  const on = (name: string, listener: (event: PlainEvent) => void): (() => void) => {
    const those = listeners.get(name) ?? new Set()
    listeners.set(name, those.add(listener))
    return () => void those.delete(listener)
  }
  const onConnected = (listener: () => void): (() => void) => {
    connectedListeners.add(listener)
    if (current) listener()
    return () => void connectedListeners.delete(listener)
  }
  const request = async (action: string, fields: object): Promise<object> => {
    if (!current) throw notAnswered(action)
    return current.request(action, fields)
  }
  await connect()

  // The signatures are those of the tables; the work is the same for every row.
  return {
    request,
    on,
    onConnected,
    chat: (chatId: string, options?: FollowOptions) => followChat({ request, on, onConnected, patience }, chatId, options),
    get refused() {
      return refused
    },
    close() {
      over.abort()
      current?.end()
    },
  } as unknown as Live<A, E>
}
