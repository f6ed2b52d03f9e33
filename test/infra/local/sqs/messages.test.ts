import {
  ChangeMessageVisibilityCommand, DeleteMessageBatchCommand, DeleteMessageCommand, GetQueueAttributesCommand, GetQueueUrlCommand, PurgeQueueCommand,
  ReceiveMessageCommand, SendMessageBatchCommand, SendMessageCommand,
} from '@aws-sdk/client-sqs'
import type { Message } from '@aws-sdk/client-sqs'
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aQueue, aQueueHost, queueArn } from './a-queue.ts'
import type { QueueHost } from './a-queue.ts'

const bodies = (messages: readonly Message[]): (string | undefined)[] => messages.map((message) => message.Body)

describe('a standard queue', () => {
  let sqs: QueueHost
  let clock = Date.parse('2026-03-01T12:00:00Z')
  const later = (seconds: number): void => void (clock += seconds * 1_000)
  let count = 0

  beforeAll(async () => {
    const queues = Array.from({ length: 20 }, (_, n) => aQueue(`q${n}`, { VisibilityTimeout: 60 }))
    sqs = await aQueueHost([
      ...queues,
      aQueue('slow', { DelaySeconds: 10 }),
      aQueue('dead'),
      aQueue('fragile', { VisibilityTimeout: 5, RedrivePolicy: { deadLetterTargetArn: queueArn('dead'), maxReceiveCount: 2 } }),
      aQueue('brief', { MessageRetentionPeriod: 60 }),
    ], { now: () => new Date(clock), deny: (action, arn) => action === 'sqs:PurgeQueue' && arn === queueArn('q0') })
  })
  afterAll(() => sqs.close())

  /** A queue that no other test uses. */
  const fresh = (): string => sqs.url(`q${++count}`)
  const send = (url: string, body: string) => sqs.client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: body }))
  const receive = async (url: string, more: object = {}): Promise<Message[]> =>
    (await sqs.client.send(new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10, ...more }))).Messages ?? []
  const remove = (url: string, message: Message | undefined) => sqs.client.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: message?.ReceiptHandle }))

  it('keeps a message until it is deleted, hidden while it is in flight', async () => {
    const url = fresh()
    const sent = await send(url, 'Žāle ✉')
    const [first] = await receive(url)
    expect(first).toMatchObject({ MessageId: sent.MessageId, Body: 'Žāle ✉', MD5OfBody: createHash('md5').update('Žāle ✉').digest('hex') })
    expect(await receive(url)).toEqual([])
    later(61)
    const [second] = await receive(url, { MessageSystemAttributeNames: ['ApproximateReceiveCount'] })
    expect(second).toMatchObject({ MessageId: sent.MessageId, Attributes: { ApproximateReceiveCount: '2' } })
    await remove(url, second)
    later(61)
    expect(await receive(url)).toEqual([])
  })

  it('keeps a message whose deletion names an older receive', async () => {
    const url = fresh()
    await send(url, 'a')
    const [first] = await receive(url)
    later(61)
    const [second] = await receive(url)
    await remove(url, first)
    later(61)
    expect(bodies(await receive(url))).toEqual(['a'])
    await remove(url, second)
  })

  it('hides a message for the delay of the queue or of the message', async () => {
    await send(sqs.url('slow'), 'by queue')
    const url = fresh()
    await sqs.client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'by message', DelaySeconds: 5 }))
    expect([...(await receive(sqs.url('slow'))), ...(await receive(url))]).toEqual([])
    later(5)
    expect(bodies([...(await receive(sqs.url('slow'))), ...(await receive(url))])).toEqual(['by message'])
    later(5)
    expect(bodies(await receive(sqs.url('slow')))).toEqual(['by queue'])
  })

  it('lets a receiver change for how long a message is hidden', async () => {
    const url = fresh()
    await send(url, 'a')
    const [message] = await receive(url)
    const change = (seconds: number) => sqs.client.send(new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout: seconds }))
    await change(600)
    later(300)
    expect(await receive(url)).toEqual([])
    await change(0)
    expect(bodies(await receive(url))).toEqual(['a'])
    await expect(change(10)).rejects.toMatchObject({ name: 'MessageNotInflight' })
  })

  it('moves a message to the dead-letter queue instead of a receive too many', async () => {
    const url = sqs.url('fragile')
    const { MessageId } = await sqs.client.send(new SendMessageCommand({
      QueueUrl: url, MessageBody: 'poison', MessageAttributes: { kind: { DataType: 'String', StringValue: 'x' } },
    }))
    for (let n = 0; n < 2; n++) {
      expect(bodies(await receive(url))).toEqual(['poison'])
      later(6)
    }
    expect(await receive(url)).toEqual([])
    const [dead] = await receive(sqs.url('dead'), { MessageSystemAttributeNames: ['DeadLetterQueueSourceArn'], MessageAttributeNames: ['All'] })
    expect(dead).toMatchObject({
      MessageId, Body: 'poison', Attributes: { DeadLetterQueueSourceArn: queueArn('fragile') }, MessageAttributes: { kind: { StringValue: 'x' } },
    })
  })

  it('still fills a receive with good messages when bad ones are moved away', async () => {
    const url = sqs.url('fragile')
    await send(url, 'bad')
    for (let n = 0; n < 2; n++) {
      await receive(url)
      later(6)
    }
    await send(url, 'good')
    expect(bodies(await receive(url, { MaxNumberOfMessages: 1 }))).toEqual(['good'])
  })

  it('drops messages after the retention', async () => {
    const url = sqs.url('brief')
    await send(url, 'old')
    later(61)
    expect(await receive(url)).toEqual([])
  })

  it('gives attributes back as they were sent, those that were asked for', async () => {
    const url = fresh()
    const sent = await sqs.client.send(new SendMessageCommand({
      QueueUrl: url,
      MessageBody: 'a',
      MessageAttributes: {
        'crm.kind': { DataType: 'String', StringValue: 'deal' },
        'crm.id': { DataType: 'Number', StringValue: '88' },
        bytes: { DataType: 'Binary.png', BinaryValue: Buffer.of(0, 255, 1) },
      },
      MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: 'Root=1-5759e988-bd862e3fe1be46a994272793' } },
    }))
    // By the rule under "Calculating the MD5 message digest for message attributes" in the SQS developer guide: names in order; length and bytes of name, of type, and of value.
    expect(sent.MD5OfMessageAttributes).toBe('e362325b328438a9ddeff74b97b4597b')
    const [all] = await receive(url, { MessageAttributeNames: ['All'], MessageSystemAttributeNames: ['All'], VisibilityTimeout: 0 })
    expect(all?.MD5OfMessageAttributes).toBe(sent.MD5OfMessageAttributes)
    expect(Buffer.from(all?.MessageAttributes?.['bytes']?.BinaryValue ?? [])).toEqual(Buffer.of(0, 255, 1))
    expect(all?.Attributes).toMatchObject({ SentTimestamp: String(clock), AWSTraceHeader: 'Root=1-5759e988-bd862e3fe1be46a994272793', SenderId: expect.any(String) })
    const [some] = await receive(url, { MessageAttributeNames: ['crm.*'], VisibilityTimeout: 0 })
    expect(Object.keys(some?.MessageAttributes ?? {})).toEqual(['crm.kind', 'crm.id'])
    const [none] = await receive(url)
    expect(none).not.toHaveProperty('MessageAttributes')
    expect(none).not.toHaveProperty('Attributes')
  })

  it('answers each entry of a batch by itself', async () => {
    const url = fresh()
    const answer = await sqs.client.send(new SendMessageBatchCommand({
      QueueUrl: url,
      Entries: [{ Id: 'good', MessageBody: 'a' }, { Id: 'delayed', MessageBody: 'b', DelaySeconds: 901 }, { Id: 'odd', MessageBody: 'c\u0000' }],
    }))
    expect(answer.Successful?.map(({ Id }) => Id)).toEqual(['good'])
    expect(answer.Failed).toMatchObject([{ Id: 'delayed', Code: 'InvalidParameterValue', SenderFault: true }, { Id: 'odd', Code: 'InvalidMessageContents' }])
    const [message] = await receive(url)
    const removal = await sqs.client.send(new DeleteMessageBatchCommand({
      QueueUrl: url, Entries: [{ Id: '1', ReceiptHandle: message?.ReceiptHandle }, { Id: '2', ReceiptHandle: 'nonsense' }],
    }))
    expect(removal).toMatchObject({ Successful: [{ Id: '1' }], Failed: [{ Id: '2', Code: 'ReceiptHandleIsInvalid' }] })
  })

  it('counts its messages and knows its settings', async () => {
    const url = fresh()
    await Promise.all(['a', 'b', 'c'].map((body) => send(url, body)))
    await sqs.client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'd', DelaySeconds: 9 }))
    await receive(url, { MaxNumberOfMessages: 1 })
    const { Attributes } = await sqs.client.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }))
    expect(Attributes).toMatchObject({
      ApproximateNumberOfMessages: '2', ApproximateNumberOfMessagesNotVisible: '1', ApproximateNumberOfMessagesDelayed: '1', VisibilityTimeout: '60', MaximumMessageSize: '1048576',
    })
  })

  it('is found by its name', async () => {
    expect(await sqs.client.send(new GetQueueUrlCommand({ QueueName: 'q1' }))).toMatchObject({ QueueUrl: sqs.url('q1') })
  })

  it('is purged once a minute at most', async () => {
    const url = fresh()
    await send(url, 'a')
    await sqs.client.send(new PurgeQueueCommand({ QueueUrl: url }))
    expect(await receive(url)).toEqual([])
    await expect(sqs.client.send(new PurgeQueueCommand({ QueueUrl: url }))).rejects.toMatchObject({ name: 'PurgeQueueInProgress' })
  })

  const mebibyte = 1_048_576
  it('takes a message of 1 MiB and not a byte more', async () => {
    const url = fresh()
    await send(url, 'x'.repeat(mebibyte))
    await expect(send(url, 'x'.repeat(mebibyte + 1))).rejects.toMatchObject({ name: 'InvalidParameterValue' })
    await expect(sqs.client.send(new SendMessageBatchCommand({
      QueueUrl: url, Entries: [{ Id: '1', MessageBody: 'x'.repeat(mebibyte / 2) }, { Id: '2', MessageBody: 'x'.repeat(mebibyte / 2 + 1) }],
    }))).rejects.toMatchObject({ name: 'BatchRequestTooLong', Code: 'AWS.SimpleQueueService.BatchRequestTooLong' })
  })

  it.each([
    ['a queue that does not exist', () => send(sqs.url('nowhere'), 'a'), { name: 'QueueDoesNotExist', Code: 'AWS.SimpleQueueService.NonExistentQueue', Type: 'Sender' }],
    ['a missing grant', () => sqs.client.send(new PurgeQueueCommand({ QueueUrl: sqs.url('q0') })), { name: 'AccessDenied', message: expect.stringContaining('sqs:PurgeQueue') }],
    ['an empty body', () => send(fresh(), ''), { name: 'MissingParameter' }],
    ['an empty batch', () => sqs.client.send(new SendMessageBatchCommand({ QueueUrl: sqs.url('q1'), Entries: [] })), { name: 'EmptyBatchRequest' }],
    ['eleven entries', () => sqs.client.send(new SendMessageBatchCommand({ QueueUrl: sqs.url('q1'), Entries: Array.from({ length: 11 }, (_, n) => ({ Id: `${n}`, MessageBody: 'a' })) })), { name: 'TooManyEntriesInBatchRequest' }],
    ['two entries of one id', () => sqs.client.send(new SendMessageBatchCommand({ QueueUrl: sqs.url('q1'), Entries: [{ Id: '1', MessageBody: 'a' }, { Id: '1', MessageBody: 'b' }] })), { name: 'BatchEntryIdsNotDistinct' }],
    ['eleven messages at once', () => receive(sqs.url('q1'), { MaxNumberOfMessages: 11 }), { name: 'InvalidParameterValue' }],
    ['a wait of 21 seconds', () => receive(sqs.url('q1'), { WaitTimeSeconds: 21 }), { name: 'InvalidParameterValue' }],
    ['a receipt handle of nobody', () => remove(sqs.url('q1'), { ReceiptHandle: 'bm9ib2R5' }), { name: 'ReceiptHandleIsInvalid' }],
    ['an attribute that does not exist', () => sqs.client.send(new GetQueueAttributesCommand({ QueueUrl: sqs.url('q1'), AttributeNames: ['Nonsense' as 'All'] })), { name: 'InvalidAttributeName' }],
    ['a deduplication id', () => sqs.client.send(new SendMessageCommand({ QueueUrl: sqs.url('q1'), MessageBody: 'a', MessageDeduplicationId: '1' })), { name: 'InvalidParameterValue' }],
  ])('refuses %s', async (_what, act, problem) => {
    await expect(act()).rejects.toMatchObject(problem)
  })

  it('refuses a body that is not JSON, and an operation that SQS does not have', async () => {
    const call = async (target: string, body: string) => {
      const response = await fetch(sqs.host.origin, {
        method: 'POST',
        body,
        headers: { 'x-amz-target': target, authorization: 'AWS4-HMAC-SHA256 Credential=AKIALOCALTEST/20260301/eu-west-1/sqs/aws4_request, SignedHeaders=host, Signature=0' },
      })
      return { status: response.status, query: response.headers.get('x-amzn-query-error'), body: await response.json() as unknown }
    }
    expect(await call('AmazonSQS.SendMessage', '{')).toMatchObject({ status: 400, body: { __type: 'com.amazonaws.sqs#SerializationException' } })
    expect(await call('AmazonSQS.SendMessage', '[]')).toMatchObject({ status: 400 })
    expect(await call('AmazonSQS.Dance', '{}')).toMatchObject({ status: 400, query: 'InvalidAction;Sender' })
    expect(await call('AmazonSQS.toString', '{}')).toMatchObject({ status: 400 })
    expect(await call('AmazonSQS.SendMessage', '{"QueueUrl":"nowhere","MessageBody":"a"}')).toMatchObject({ query: 'AWS.SimpleQueueService.NonExistentQueue;Sender' })
  })
})
