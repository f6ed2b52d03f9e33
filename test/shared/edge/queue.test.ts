import type { Context, SQSEvent } from 'aws-lambda'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import { serveQueue, type QueueMessage } from '../../../shared/edge/queue.ts'

const context = { awsRequestId: 'r1' } as Context
const record = (messageId: string, receives = 1): SQSEvent['Records'][number] =>
  ({ messageId, body: `body ${messageId}`, receiptHandle: 'h', attributes: { ApproximateReceiveCount: String(receives) } }) as SQSEvent['Records'][number]

async function linesOf(work: () => Promise<unknown>): Promise<Record<string, unknown>[]> {
  const written: string[] = []
  const stdout = vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0)
  try {
    await work()
  } finally {
    stdout.mockRestore()
  }
  return written.map((line) => JSON.parse(line) as Record<string, unknown>)
}

describe('a queue of messages', () => {
  it('sends back what failed, and only that', async () => {
    const seen: QueueMessage[] = []
    const handler = serveQueue('mail/inbound', async (message) => {
      seen.push(message)
      if (message.body === 'body b') throw new Error('no')
      return 'routed'
    }, { atOnce: 2 })
    expect(await handler({ Records: [record('a'), record('b', 3), record('c')] }, context)).toEqual({ batchItemFailures: [{ itemIdentifier: 'b' }] })
    expect(seen).toContainEqual({ body: 'body b', receiveCount: 3 })
  })

  it('works on so many at once and no more', async () => {
    let [now, most] = [0, 0]
    const handler = serveQueue('q', async () => {
      most = Math.max(most, (now += 1))
      await wait(5)
      now -= 1
      return 'done'
    }, { atOnce: 3 })
    await handler({ Records: 'abcdefghij'.split('').map((id) => record(id)) }, context)
    expect(most).toBe(3)
  })

  it('writes one line for each message, and nothing of what it says', async () => {
    const lines = await linesOf(() => serveQueue('mail/inbound', async () => 'routed', { atOnce: 1 })({ Records: [record('a'), record('b', 2)] }, context))
    expect(lines).toMatchObject([{ route: 'mail/inbound', outcome: 'routed', queueMessageId: 'a', receiveCount: 1, requestId: 'r1' }, { outcome: 'routed', queueMessageId: 'b', receiveCount: 2 }])
    expect(JSON.stringify(lines)).not.toContain('body')
  })
})
