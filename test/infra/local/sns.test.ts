import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Resource } from '../../../infra/local/contract.ts'
import { aResource } from '../../support/a-host.ts'
import { until } from '../../support/until.ts'
import { aFunction, anEventHost, aQueue, arnOf, failure } from './events/an-event-host.ts'
import type { EventHost } from './events/an-event-host.ts'

const aTopic = (name: string, properties: Record<string, unknown> = {}): Resource => aResource({ type: 'AWS::SNS::Topic', name, properties })
const aSubscription = (name: string, topic: string, endpoint: string, more: Record<string, unknown> = {}): Resource =>
  aResource({ type: 'AWS::SNS::Subscription', name, properties: { TopicArn: arnOf.topic(topic), Protocol: endpoint.includes(':lambda:') ? 'lambda' : 'sqs', Endpoint: endpoint, ...more } })

describe('a topic', () => {
  let sns: EventHost

  beforeAll(async () => {
    sns = await anEventHost([
      ...['raw', 'wrapped', 'closed', 'dead', 'deals', 'large', 'inline'].map(aQueue), aFunction('react'), aFunction('failing', { DeadLetterConfig: { TargetArn: arnOf.topic('failed') } }),
      aResource({ type: 'AWS::Lambda::EventInvokeConfig', name: 'once', properties: { FunctionName: 'failing', MaximumRetryAttempts: 0 } }),
      aTopic('notices'), aTopic('secret'), aTopic('functions'), aTopic('restricted'), aTopic('failures'), aTopic('failed', { Subscription: [{ Protocol: 'sqs', Endpoint: arnOf.queue('inline') }] }),
      aSubscription('a', 'notices', arnOf.queue('raw'), { RawMessageDelivery: true }),
      aSubscription('b', 'notices', arnOf.queue('wrapped')),
      aSubscription('c', 'notices', arnOf.queue('deals'), { RawMessageDelivery: true, FilterPolicy: { kind: [{ prefix: 'deal' }], amount: [{ numeric: ['>', 100] }], tags: ['new'] } }),
      aSubscription('d', 'notices', arnOf.queue('large'), { RawMessageDelivery: true, FilterPolicyScope: 'MessageBody', FilterPolicy: { size: [{ numeric: ['>', 10] }] } }),
      aSubscription('e', 'notices', 'alarms@example.org', { Protocol: 'email' }),
      aSubscription('f', 'functions', arnOf.func('react')),
      aSubscription('g', 'restricted', arnOf.queue('closed'), { RawMessageDelivery: true, RedrivePolicy: { deadLetterTargetArn: arnOf.queue('dead') } }),
      aSubscription('h', 'failures', arnOf.func('failing')),
    ], {
      outcome: (name) => (name === 'failing' ? failure : { ok: true, payload: null }),
      allowedByResourcePolicy: (target, _action, principal, source) => principal === 'sns.amazonaws.com' && source.includes(':sns:') && target !== arnOf.queue('closed'),
      deny: (action, arn) => action === 'sns:Publish' && arn === arnOf.topic('secret'),
    })
  })
  afterAll(() => sns.close())

  const call = async (parameters: Record<string, string>): Promise<{ status: number; xml: string }> => {
    const response = await fetch(sns.host.origin, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        authorization: 'AWS4-HMAC-SHA256 Credential=AKIALOCALTEST/20260301/eu-west-1/sns/aws4_request, SignedHeaders=host, Signature=0',
      },
      body: new URLSearchParams({ Version: '2010-03-31', ...parameters }).toString(),
    })
    return { status: response.status, xml: await response.text() }
  }
  const publish = (topic: string, parameters: Record<string, string>) => call({ Action: 'Publish', TopicArn: arnOf.topic(topic), ...parameters })
  const attribute = (n: number, name: string, type: string, value: string): Record<string, string> => ({
    [`MessageAttributes.entry.${n}.Name`]: name,
    [`MessageAttributes.entry.${n}.Value.DataType`]: type,
    [`MessageAttributes.entry.${n}.Value.${type === 'Binary' ? 'BinaryValue' : 'StringValue'}`]: value,
  })
  const bodies = (queue: string): string[] => sns.take(queue).map(({ body }) => body)
  const idIn = (xml: string): string | undefined => /<MessageId>(.+?)<\/MessageId>/.exec(xml)?.[1]

  it('delivers raw or wrapped, as each subscription says', async () => {
    const { status, xml } = await publish('notices', { Message: 'Žāle & <b>', Subject: 'Hello', ...attribute(1, 'kind', 'String', 'lead'), ...attribute(2, 'bytes', 'Binary', 'AAE=') })
    expect(status).toBe(200)
    expect(xml).toMatch(/^<PublishResponse xmlns="http:\/\/sns.amazonaws.com\/doc\/2010-03-31\/"><PublishResult><MessageId>/)
    expect(sns.take('raw')).toMatchObject([
      { body: 'Žāle & <b>', messageAttributes: { kind: { dataType: 'String', stringValue: 'lead' }, bytes: { dataType: 'Binary', binaryValue: 'AAE=' } } },
    ])
    const [wrapped] = sns.take('wrapped')
    expect(wrapped?.messageAttributes).toEqual({})
    expect(JSON.parse(wrapped?.body ?? '')).toMatchObject({
      Type: 'Notification', MessageId: idIn(xml), TopicArn: arnOf.topic('notices'), Subject: 'Hello', Message: 'Žāle & <b>', Timestamp: expect.stringMatching(/Z$/),
      MessageAttributes: { kind: { Type: 'String', Value: 'lead' }, bytes: { Type: 'Binary', Value: 'AAE=' } },
    })
  })

  it('filters by attributes and by body', async () => {
    await publish('notices', { Message: '{"size":11}', ...attribute(1, 'kind', 'String', 'deal.won'), ...attribute(2, 'amount', 'Number', '100.5'), ...attribute(3, 'tags', 'String.Array', '["old","new"]') })
    await publish('notices', { Message: '{"size":10}', ...attribute(1, 'kind', 'String', 'deal.won'), ...attribute(2, 'amount', 'Number', '100'), ...attribute(3, 'tags', 'String.Array', '["new"]') })
    await publish('notices', { Message: 'no JSON' })
    expect([bodies('deals'), bodies('large')]).toEqual([['{"size":11}'], ['{"size":11}']])
    expect([bodies('raw').length, bodies('wrapped').length]).toEqual([3, 3])
  })

  it('delivers one text per protocol', async () => {
    await publish('notices', { MessageStructure: 'json', Message: '{"default":"d","sqs":"for queues"}' })
    expect(bodies('raw')).toEqual(['for queues'])
    bodies('wrapped')
  })

  it('invokes a subscribed function', async () => {
    const { xml } = await publish('functions', { Message: 'm' })
    await until(() => sns.invoked.some(({ name }) => name === 'react'))
    expect(sns.invoked.find(({ name }) => name === 'react')?.event).toMatchObject({
      Records: [{ EventSource: 'aws:sns', EventVersion: '1.0', EventSubscriptionArn: expect.stringContaining(arnOf.topic('functions')), Sns: { Message: 'm', MessageId: idIn(xml), Subject: null } }],
    })
  })

  it('puts aside what a queue\'s policy refuses', async () => {
    await publish('restricted', { Message: 'm' })
    expect([bodies('closed'), bodies('dead')]).toEqual([[], ['m']])
    expect(sns.host.lines.join()).toContain(`could not deliver a message to ${arnOf.queue('closed')}`)
  })

  it('puts aside the event of a function that failed', async () => {
    await publish('failures', { Message: 'm' })
    let aside: string[] = []
    await until(() => (aside = [...aside, ...bodies('inline')]).length > 0)
    expect(sns.invoked.filter(({ name }) => name === 'failing')).toHaveLength(1)
    expect(aside[0]).toContain('aws:sns')
  })

  it('publishes a batch, each entry by itself', async () => {
    const { xml } = await call({
      Action: 'PublishBatch', TopicArn: arnOf.topic('notices'),
      'PublishBatchRequestEntries.member.1.Id': 'one', 'PublishBatchRequestEntries.member.1.Message': '1',
      'PublishBatchRequestEntries.member.1.MessageAttributes.entry.1.Name': 'k', 'PublishBatchRequestEntries.member.1.MessageAttributes.entry.1.Value.DataType': 'String',
      'PublishBatchRequestEntries.member.1.MessageAttributes.entry.1.Value.StringValue': 'v',
      'PublishBatchRequestEntries.member.2.Id': 'two', 'PublishBatchRequestEntries.member.2.Message': '',
    })
    expect(xml).toMatch(/<Successful><member><Id>one<\/Id><MessageId>.+<\/MessageId><\/member><\/Successful><Failed><member><Id>two<\/Id><Code>InvalidParameter<\/Code>/)
    expect(sns.take('raw')).toMatchObject([{ body: '1', messageAttributes: { k: { stringValue: 'v' } } }])
    bodies('wrapped')
  })

  it('publishes through the door', () => {
    sns.host.sns.publish(arnOf.topic('notices'), 'from SES')
    expect(bodies('raw')).toEqual(['from SES'])
    bodies('wrapped')
  })

  it.each([
    ['a topic that does not exist', { TopicArn: arnOf.topic('nowhere'), Message: 'm' }, 404, 'NotFound'],
    ['a missing grant', { TopicArn: arnOf.topic('secret'), Message: 'm' }, 403, 'AccessDenied'],
    ['an empty message', { TopicArn: arnOf.topic('notices') }, 400, 'InvalidParameter'],
    ['a message beyond 256 KiB', { TopicArn: arnOf.topic('notices'), Message: 'x'.repeat(262_145) }, 400, 'too long'],
    ['a subject of two lines', { TopicArn: arnOf.topic('notices'), Message: 'm', Subject: 'a\nb' }, 400, 'Subject'],
    ['texts without a default', { TopicArn: arnOf.topic('notices'), Message: '{"sqs":"m"}', MessageStructure: 'json' }, 400, 'No default entry'],
    ['another operation', { Action: 'Subscribe' }, 400, 'InvalidAction'],
    ['an empty batch', { Action: 'PublishBatch', TopicArn: arnOf.topic('notices') }, 400, 'EmptyBatchRequest'],
  ])('refuses %s', async (_what, parameters, status, code) => {
    const answer = await call({ Action: 'Publish', ...parameters })
    expect(answer.status).toBe(status)
    expect(answer.xml).toContain(code)
    await sleep(1)
    expect(bodies('raw')).toEqual([])
  })
})

describe('a wrong template', () => {
  it.each([
    ['a FIFO topic', [aTopic('t', { FifoTopic: true })], 't: the local host has no FIFO topics'],
    ['a subscriber that is not there', [aTopic('t'), aSubscription('s', 't', arnOf.queue('nowhere'))], 'nowhere is not in the template'],
    ['a protocol that cannot be played', [aTopic('t'), aSubscription('s', 't', 'https://example.org', { Protocol: 'https' })], 's: the local host does not deliver by https'],
    ['a wrong filter', [aTopic('t'), aQueue('q'), aSubscription('s', 't', arnOf.queue('q'), { FilterPolicy: { a: 'b' } })], 's: Event pattern is not valid at a'],
  ])('stops the start by name: %s', async (_what, resources, problem) => {
    await expect(anEventHost(resources)).rejects.toThrow(problem)
  })
})
