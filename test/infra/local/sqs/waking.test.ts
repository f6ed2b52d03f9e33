import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../../../support/until.ts'
import { aQueue, aQueueHost, queueArn } from './a-queue.ts'
import type { QueueHost } from './a-queue.ts'

describe.concurrent('a waiting receiver', () => {
  let sqs: QueueHost
  const names = ['poll', 'empty', 'delayed', 'returned', 'gone', 'door', 'joined', 'group.fifo', 'two'] as const

  /** The queues that somebody has asked for messages so far: who asked waits by the time that another task has its turn. */
  const asked: string[] = []

  beforeAll(async () => {
    const deny = (action: string, arn: string): boolean => {
      if (action === 'sqs:ReceiveMessage') asked.push(arn)
      return false
    }
    sqs = await aQueueHost(names.map((name) => aQueue(name, name === 'returned' ? { VisibilityTimeout: 1 } : {})), { deny })
  })
  afterAll(() => sqs.close())

  const receive = (name: string, seconds: number) => sqs.client.send(new ReceiveMessageCommand({ QueueUrl: sqs.url(name), WaitTimeSeconds: seconds }))

  it('gets a message as soon as it is sent', async () => {
    const received = receive('poll', 20)
    await until(() => asked.includes(queueArn('poll')))
    const startedAt = performance.now()
    await sqs.client.send(new SendMessageCommand({ QueueUrl: sqs.url('poll'), MessageBody: 'a' }))
    expect((await received).Messages?.[0]?.Body).toBe('a')
    expect(performance.now() - startedAt).toBeLessThan(10_000)
  })

  it('gets nothing when the time is over', async () => {
    expect((await receive('empty', 1)).Messages).toBeUndefined()
  })

  it('gets a delayed message when its delay is over', async () => {
    await sqs.client.send(new SendMessageCommand({ QueueUrl: sqs.url('delayed'), MessageBody: 'a', DelaySeconds: 1 }))
    expect((await receive('delayed', 5)).Messages?.[0]?.Body).toBe('a')
  })

  it('gets each of several delayed messages in its time', async () => {
    for (const seconds of [2, 1]) await sqs.client.send(new SendMessageCommand({ QueueUrl: sqs.url('two'), MessageBody: `${seconds}`, DelaySeconds: seconds }))
    for (const seconds of ['1', '2']) expect((await receive('two', 5)).Messages?.[0]?.Body).toBe(seconds)
  })

  it('gets a message again that another receiver did not delete', async () => {
    await sqs.client.send(new SendMessageCommand({ QueueUrl: sqs.url('returned'), MessageBody: 'a' }))
    await receive('returned', 0)
    expect((await receive('returned', 5)).Messages?.[0]?.Body).toBe('a')
  })

  it('takes no message with it when it hangs up', async () => {
    const hasty = new SQSClient(sqs.host.client)
    const leaving = new AbortController()
    const received = hasty.send(new ReceiveMessageCommand({ QueueUrl: sqs.url('gone'), WaitTimeSeconds: 20 }), { abortSignal: leaving.signal })
    await until(() => asked.includes(queueArn('gone')))
    leaving.abort()
    await expect(received).rejects.toThrow('aborted')
    // An answer to somebody else takes longer than the end of that connection takes to reach the host.
    await receive('empty', 0)
    await sqs.client.send(new SendMessageCommand({ QueueUrl: sqs.url('gone'), MessageBody: 'a' }))
    expect((await receive('gone', 0)).Messages?.[0]?.Body).toBe('a')
    hasty.destroy()
  })

  it('is woken through the door by each way a message appears', async () => {
    const { host } = sqs
    let wakes = 0
    const forget = host.sqs.onMessage(queueArn('door'), () => (wakes += 1))
    host.sqs.send(queueArn('door'), { body: 'a' })
    expect(wakes).toBe(0)
    await sleep(1)
    expect(wakes).toBe(1)
    const [message] = host.sqs.receive(queueArn('door'), 10)
    host.sqs.changeVisibility(queueArn('door'), message?.receiptHandle ?? '', 0)
    await sleep(1)
    expect(wakes).toBe(2)
    const [again] = host.sqs.receive(queueArn('door'), 10)
    host.sqs.remove(queueArn('door'), again?.receiptHandle ?? '')
    forget()
    host.sqs.send(queueArn('door'), { body: 'b' })
    await sleep(1)
    expect(wakes).toBe(2)
  })

  it('is woken when the deletion of a message sets its group free', async () => {
    const arn = queueArn('group.fifo')
    for (const body of ['1', '2']) sqs.host.sqs.send(arn, { body, groupId: 'a', deduplicationId: body })
    const [first] = sqs.host.sqs.receive(arn, 1)
    let next: string | undefined
    const forget = sqs.host.sqs.onMessage(arn, () => (next ??= sqs.host.sqs.receive(arn, 1)[0]?.body))
    sqs.host.sqs.remove(arn, first?.receiptHandle ?? '')
    await sleep(1)
    forget()
    expect(next).toBe('2')
  })

  it('sees messages of a transaction after its commit only, and none of a failed one', async () => {
    const { host } = sqs
    const seen: (string | undefined)[] = []
    const forget = host.sqs.onMessage(queueArn('joined'), () => seen.push(host.sqs.receive(queueArn('joined'), 1)[0]?.body))
    host.store.transaction(() => host.sqs.send(queueArn('joined'), { body: 'kept' }))
    await sleep(1)
    expect(() => host.store.transaction(() => {
      host.sqs.send(queueArn('joined'), { body: 'lost' })
      throw new Error('no')
    })).toThrow('no')
    await sleep(1)
    forget()
    expect(seen).toEqual(['kept', undefined])
  })
})

describe('a restart', () => {
  it('loses no message, and those in flight come back after their timeout', async () => {
    const dataFolder = await mkdtemp(join(tmpdir(), 'leadline-sqs-'))
    const queues = [aQueue('kept', { VisibilityTimeout: 60 })]
    let clock = Date.parse('2026-11-21T10:00:00Z')
    const now = (): Date => new Date(clock)
    const before = await aQueueHost(queues, { dataFolder, now })
    before.host.sqs.send(queueArn('kept'), { body: 'in flight', attributes: { kind: { dataType: 'String', stringValue: 'deal' } } })
    before.host.sqs.receive(queueArn('kept'), 1)
    before.host.sqs.send(queueArn('kept'), { body: 'waiting' })
    await before.close()

    clock += 59_980
    const after = await aQueueHost(queues, { dataFolder, now })
    expect(after.host.sqs.receive(queueArn('kept'), 10).map(({ body }) => body)).toEqual(['waiting'])
    const woken = new Promise<void>((resolve) => void after.host.sqs.onMessage(queueArn('kept'), resolve))
    clock += 20
    await woken
    expect(after.host.sqs.receive(queueArn('kept'), 10)).toMatchObject([
      { body: 'in flight', attributes: { ApproximateReceiveCount: '2' }, messageAttributes: { kind: { dataType: 'String', stringValue: 'deal' } } },
    ])
    await after.close()
    await rm(dataFolder, { recursive: true })
  })
})

describe('a stop', () => {
  it('sends waiting receivers home at once', async () => {
    let isWaiting = false
    const sqs = await aQueueHost([aQueue('a')], { deny: () => ((isWaiting = true), false) })
    const received = sqs.client.send(new ReceiveMessageCommand({ QueueUrl: sqs.url('a'), WaitTimeSeconds: 20 }))
    await until(() => isWaiting)
    const startedAt = performance.now()
    await Promise.all([received, sqs.host.close()])
    sqs.client.destroy()
    expect((await received).Messages).toBeUndefined()
    expect(performance.now() - startedAt).toBeLessThan(10_000)
  })
})

describe('a wrong template', () => {
  it.each([
    ['a dead-letter queue that is not there', [aQueue('a', { RedrivePolicy: { deadLetterTargetArn: queueArn('b'), maxReceiveCount: 1 } })], 'Queue a: its dead-letter queue'],
    ['a FIFO queue without the ending', [aQueue('a', { FifoQueue: true })], '.fifo'],
    ['a timeout beyond 12 hours', [aQueue('a', { VisibilityTimeout: 43_201 })], 'VisibilityTimeout'],
  ])('stops the start: %s', async (_what, queues, problem) => {
    await expect(aQueueHost(queues)).rejects.toThrow(problem)
  })
})
