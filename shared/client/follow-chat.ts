import { ApiProblem } from './api-problem.ts'
import type { PlainEvent } from './connection.ts'
import { createLog, type Numbered } from './message-log.ts'
import { pause, pauseBefore, type Patience } from './patience.ts'

export interface FollowOptions {
  /** Begins after the message with this number. Default 0: with the first. */
  readonly after?: number
}

/** One chat as a client keeps it. */
export interface ChatLog<M> {
  /** Every message once, in order and without gaps, as it stands after edits, deletions and reactions. */
  readonly messages: readonly M[]
  /** Calls back for each message that is new or was changed. Gives how to stop. */
  onChange(listener: (message: M) => void): () => void
  /** Posts a message, again and again under the same client id, until it is answered: it is stored once. Throws what the API refuses for good. */
  send(fields: { text: string; clientId?: string; replyTo?: number; fileIds?: string[]; mentionIds?: string[] }): Promise<M>
  /** Asks for what is missed; resolves when nothing more is there. It does so by itself after each new connection and when it sees a gap. */
  sync(): Promise<void>
  /** Why nothing more comes: one is not in the chat any more, or may not read its item. */
  readonly problem: ApiProblem | undefined
  close(): void
}

/** The part of a live connection that it takes. */
export interface Line {
  request(action: string, fields: object): Promise<object>
  on(event: string, listener: (event: PlainEvent) => void): () => void
  onConnected(listener: () => void): () => void
  readonly patience: Patience
}

/** Something that came before what is to come first may only have been faster. */
const GAP_MILLISECONDS = 100

/** Follows a chat over a connection that may come and go (CHT-7). */
export function followChat<M extends Numbered>(line: Line, chatId: string, { after = 0 }: FollowOptions = {}): ChatLog<M> {
  const listeners = new Set<(message: M) => void>()
  const log = createLog<M>(after, (message) => listeners.forEach((listener) => listener(message)))
  const over = new AbortController()
  let problem: ApiProblem | undefined
  let syncing: Promise<void> | undefined
  let gap: ReturnType<typeof setTimeout> | undefined

  const ask = async (): Promise<void> => {
    for (let more = true; more && !over.signal.aborted; ) {
      const { lastNumber, lastChange } = log
      const answer = (await line.request('chat.sync', { chatId, after: lastNumber, ...(lastChange === undefined ? {} : { changesAfter: lastChange }) })) as { lastNumber: number; lastChange: number; more: boolean }
      log.changesUpTo(answer.lastChange)
      more = answer.more
    }
  }
  const sync = (): Promise<void> => (syncing ??= ask().finally(() => (syncing = undefined)))
  const syncByItself = (): void =>
    void sync().then(lookForGap, (error: unknown) => {
      // A lost connection comes back, and then it is asked again.
      if (error instanceof ApiProblem && error.status >= 400 && error.status < 500 && error.status !== 429) problem = error
    })
  const lookForGap = (): void => {
    clearTimeout(gap)
    if (log.hasGap()) gap = setTimeout(() => void (log.hasGap() && syncByItself()), GAP_MILLISECONDS)
  }
  const stops = [
    line.on('chat.message', (event) => {
      const message = event['message'] as M & { readonly chatId: string }
      if (message.chatId !== chatId) return
      log.take(message)
      lookForGap()
    }),
    line.onConnected(syncByItself),
  ]

  return {
    messages: log.messages,
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async send(fields) {
      const wanted = { clientId: crypto.randomUUID(), ...fields, chatId }
      for (let attempt = 1; ; attempt += 1) {
        try {
          const { message } = (await line.request('chat.send', wanted)) as { message: M }
          log.take(message)
          lookForGap()
          return message
        } catch (error) {
          if (!(error instanceof ApiProblem) || !mayPass(error)) throw error
          await pause(pauseBefore(attempt, line.patience), over.signal)
        }
      }
    },
    sync,
    get problem() {
      return problem
    },
    close() {
      over.abort()
      clearTimeout(gap)
      stops.forEach((stop) => stop())
    },
  }
}

/** No answer, a bug of a moment, too much at once, or others who were faster. */
function mayPass({ status }: ApiProblem): boolean {
  return status === 0 || status === 409 || status === 429 || status >= 500
}
