import { ConnectionLost, type SocketClient } from './socket-client.ts'

export interface ChatMessage {
  readonly chatId: string
  readonly number: number
  readonly clientId: string | null
  readonly authorId: string
  readonly text: string
  readonly editedAt: string | null
  readonly deletedAt: string | null
}

/** One chat as a client keeps it: every message once, in order, whatever was lost or doubled on the way. */
export interface ChatLog {
  readonly messages: readonly ChatMessage[]
  /** Posts a message, again and again under the same client id, until it is answered; gives its number. */
  send(text: string, clientId: string): Promise<number>
  /** Asks for everything after the last message; resolves when nothing more is there. */
  sync(): Promise<void>
}

/** Follows a chat over a connection that may come and go (CHT-7). */
export function followChat(client: SocketClient, chatId: string): ChatLog {
  const messages: ChatMessage[] = []
  const early = new Map<number, ChatMessage>()
  let syncing: Promise<void> | undefined

  const take = (message: ChatMessage): void => {
    if (message.number <= messages.length) {
      messages[message.number - 1] = message
      return
    }
    early.set(message.number, message)
    for (let next = early.get(messages.length + 1); next !== undefined; next = early.get(messages.length + 1)) {
      early.delete(next.number)
      messages.push(next)
    }
  }
  const ask = async (): Promise<void> => {
    for (let more = true; more; ) {
      const answer = await client.request<{ more: boolean }>('chat.sync', { chatId, after: messages.length }).catch((problem: unknown) => {
        if (problem instanceof ConnectionLost) return undefined
        throw problem
      })
      if (answer === undefined) await pause()
      else if (!answer.ok) throw new Error(answer.problem?.code)
      more = answer === undefined || answer.more
    }
  }
  const sync = (): Promise<void> => (syncing ??= ask().finally(() => (syncing = undefined)))

  client.onEvent((event) => {
    if (event.event !== 'chat.message') return
    const message = event['message'] as ChatMessage
    if (message.chatId !== chatId) return
    take(message)
    // A hole: something before it was lost, or is still on its way.
    if (early.size > 0) setTimeout(() => void (early.size > 0 && sync().catch(() => undefined)), 100).unref()
  })
  client.onConnected(() => void sync().catch(() => undefined))

  return {
    messages,
    async send(text, clientId) {
      for (;;) {
        const answer = await client.request<{ message: ChatMessage }>('chat.send', { chatId, clientId, text }).catch((problem: unknown) => {
          if (problem instanceof ConnectionLost) return undefined
          throw problem
        })
        if (answer?.ok === true) return answer.message.number
        if (answer?.problem !== undefined && answer.problem.status < 500 && answer.problem.status !== 409) throw new Error(answer.problem.code)
        await pause()
      }
    },
    sync,
  }
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 80))
