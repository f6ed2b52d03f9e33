import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageBatchCommand, SendMessageCommand } from '@aws-sdk/client-sqs'
import type { Message } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aQueue, aQueueHost, queueArn } from './a-queue.ts'
import type { QueueHost } from './a-queue.ts'

const bodies = (messages: readonly Message[]): (string | undefined)[] => messages.map((message) => message.Body)

describe('a FIFO queue', () => {
  let sqs: QueueHost
  let clock = Date.parse('2026-03-01T12:00:00Z')
  const later = (seconds: number): void => void (clock += seconds * 1_000)
  let ids = 0

  beforeAll(async () => {
    sqs = await aQueueHost([
      ...['order', 'groups', 'failing', 'twice', 'late', 'refusing'].map((name) => aQueue(`${name}.fifo`)),
      aQueue('content.fifo', { ContentBasedDeduplication: true }),
      aQueue('scoped.fifo', { DeduplicationScope: 'messageGroup', FifoThroughputLimit: 'perMessageGroupId' }),
      aQueue('dead.fifo'),
      aQueue('fragile.fifo', { RedrivePolicy: { deadLetterTargetArn: queueArn('dead.fifo'), maxReceiveCount: 1 } }),
    ], { now: () => new Date(clock) })
  })
  afterAll(() => sqs.close())

  const send = (queue: string, group: string, body: string, id = `id-${++ids}`) =>
    sqs.client.send(new SendMessageCommand({ QueueUrl: sqs.url(queue), MessageBody: body, MessageGroupId: group, MessageDeduplicationId: id }))
  const receive = async (queue: string, most = 10): Promise<Message[]> =>
    (await sqs.client.send(new ReceiveMessageCommand({ QueueUrl: sqs.url(queue), MaxNumberOfMessages: most, MessageSystemAttributeNames: ['All'] }))).Messages ?? []
  const remove = (queue: string, message: Message | undefined) =>
    sqs.client.send(new DeleteMessageCommand({ QueueUrl: sqs.url(queue), ReceiptHandle: message?.ReceiptHandle }))

  it('gives the messages of a group in the order of sending, with rising sequence numbers', async () => {
    for (let n = 0; n < 12; n++) await send('order.fifo', 'a', `${n}`)
    const first = await receive('order.fifo')
    expect(bodies(first)).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
    const numbers = first.map((message) => BigInt(message.Attributes?.SequenceNumber ?? 0))
    expect(numbers).toEqual(numbers.toSorted((a, b) => (a < b ? -1 : 1)))
    for (const message of first) await remove('order.fifo', message)
    expect(bodies(await receive('order.fifo'))).toEqual(['10', '11'])
  })

  it('gives no second batch of a group while one is in flight, but other groups', async () => {
    await send('groups.fifo', 'a', 'a1')
    await send('groups.fifo', 'a', 'a2')
    await send('groups.fifo', 'b', 'b1')
    const [a1] = await receive('groups.fifo', 1)
    expect(a1?.Body).toBe('a1')
    expect(bodies(await receive('groups.fifo'))).toEqual(['b1'])
    expect(await receive('groups.fifo')).toEqual([])
    await remove('groups.fifo', a1)
    expect(bodies(await receive('groups.fifo'))).toEqual(['a2'])
  })

  it('gives a failed message again before its successors', async () => {
    await send('failing.fifo', 'a', '1')
    await send('failing.fifo', 'a', '2')
    expect(bodies(await receive('failing.fifo', 1))).toEqual(['1'])
    later(31)
    expect(bodies(await receive('failing.fifo'))).toEqual(['1', '2'])
  })

  it('accepts a deduplication id again without a second message, for five minutes, even after the deletion', async () => {
    const first = await send('twice.fifo', 'a', 'x', 'same')
    const [message] = await receive('twice.fifo')
    await remove('twice.fifo', message)
    const again = await send('twice.fifo', 'b', 'y', 'same')
    expect(again).toMatchObject({ MessageId: first.MessageId, SequenceNumber: first.SequenceNumber })
    expect(await receive('twice.fifo')).toEqual([])
    later(301)
    await send('twice.fifo', 'a', 'z', 'same')
    expect(bodies(await receive('twice.fifo'))).toEqual(['z'])
  })

  it('deduplicates by content where the queue says so', async () => {
    const url = sqs.url('content.fifo')
    await sqs.client.send(new SendMessageBatchCommand({
      QueueUrl: url, Entries: ['x', 'x', 'y'].map((body, n) => ({ Id: `${n}`, MessageBody: body, MessageGroupId: 'a' })),
    }))
    expect(bodies(await receive('content.fifo'))).toEqual(['x', 'y'])
  })

  it('tells deduplication ids apart by group in high throughput mode', async () => {
    await send('scoped.fifo', 'a', 'a1', 'same')
    await send('scoped.fifo', 'b', 'b1', 'same')
    await send('scoped.fifo', 'a', 'a2', 'same')
    expect(bodies(await receive('scoped.fifo')).toSorted()).toEqual(['a1', 'b1'])
  })

  it('refuses to delete a message whose visibility timeout is over', async () => {
    await send('late.fifo', 'a', 'x')
    const [message] = await receive('late.fifo')
    later(31)
    await expect(remove('late.fifo', message)).rejects.toMatchObject({ name: 'InvalidParameterValue', message: expect.stringContaining('expired') })
  })

  it('moves a poison message away and goes on with its group', async () => {
    await send('fragile.fifo', 'a', 'poison')
    await send('fragile.fifo', 'a', 'next')
    expect(bodies(await receive('fragile.fifo', 1))).toEqual(['poison'])
    later(31)
    expect(bodies(await receive('fragile.fifo', 1))).toEqual(['next'])
    const [dead] = await receive('dead.fifo')
    expect(dead).toMatchObject({ Body: 'poison', Attributes: { MessageGroupId: 'a', DeadLetterQueueSourceArn: queueArn('fragile.fifo') } })
  })

  it.each([
    ['a message without a group', { MessageDeduplicationId: '1' }, 'MessageGroupId'],
    ['a message without a deduplication id', { MessageGroupId: 'a' }, 'ContentBasedDeduplication'],
    ['a delay of one message', { MessageGroupId: 'a', MessageDeduplicationId: '1', DelaySeconds: 1 }, 'DelaySeconds'],
  ])('refuses %s', async (_what, members, problem) => {
    await expect(sqs.client.send(new SendMessageCommand({ QueueUrl: sqs.url('refusing.fifo'), MessageBody: 'a', ...members }))).rejects.toThrow(problem)
  })
})
