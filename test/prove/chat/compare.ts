import type { LocalHost } from '../../support/local-host.ts'
import type { ChatMessage, Room } from './room.ts'

const MOST_NAMED = 20

/** What is wrong with the logs: against each other, against the history over HTTP, and against what senders were told. */
export async function comparedLogs(host: LocalHost, room: Room): Promise<string[]> {
  const token = await host.token('admin@leadline.example')
  const chats = [...new Set(room.logs.map(({ chatId }) => chatId))]
  const histories = new Map(await Promise.all(chats.map(async (chatId) => [chatId, await historyOf(host, token, chatId)] as const)))
  const wrong = room.doubled.map((key) => `${key} was given twice`)
  for (const [chatId, history] of histories) {
    history.forEach(({ number }, place) => number === place + 1 || wrong.push(`${chatId}: ${number} stands at ${place + 1}`))
    const clientIds = history.map(({ authorId, clientId }) => `${authorId} ${String(clientId)}`)
    if (new Set(clientIds).size !== clientIds.length) wrong.push(`${chatId}: a message stands twice`)
  }
  for (const { chatId, userId, log } of room.logs) {
    const history = histories.get(chatId) ?? []
    if (JSON.stringify(log.messages) !== JSON.stringify(history)) wrong.push(`${chatId}: the log of ${userId} has ${log.messages.length} messages and differs from the history with ${history.length}`)
  }
  for (const [key, { clientId, authorId }] of room.acknowledged) {
    const [chatId = '', number] = key.split(' ')
    const found = histories.get(chatId)?.[Number(number) - 1]
    if (found?.clientId !== clientId || found.authorId !== authorId) wrong.push(`${key} was acknowledged to ${authorId} and is another message`)
  }
  const total = [...histories.values()].reduce((sum, history) => sum + history.length, 0)
  if (total !== room.acknowledged.size) wrong.push(`${total} messages are stored, ${room.acknowledged.size} were acknowledged`)
  return wrong.slice(0, MOST_NAMED)
}

async function historyOf(host: LocalHost, token: string, chatId: string): Promise<ChatMessage[]> {
  const messages: ChatMessage[] = []
  for (;;) {
    const page = (await host.request('GET', `/v1/chats/${chatId}/messages?limit=200&after=${messages.length}`, { token })).json<{ items: ChatMessage[] }>()
    messages.push(...page.items)
    if (page.items.length === 0) return messages
  }
}
