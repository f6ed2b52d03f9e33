import { describe, expect, it, onTestFinished } from 'vitest'
import type { InvocationOutcome } from '../../../infra/local/contract.ts'
import { openEventSources } from '../../../infra/local/event-sources.ts'
import { createSqs } from '../../../infra/local/sqs/index.ts'
import { aFolder } from '../../support/a-folder.ts'
import { aHost, aResource } from '../../support/a-host.ts'
import type { HostOptions, TestHost } from '../../support/a-host.ts'

const queue = aResource({ type: 'AWS::SQS::Queue', name: 'incoming', properties: { VisibilityTimeout: 1, RedrivePolicy: { deadLetterTargetArn: 'arn:aws:sqs:eu-west-1:000000000000:dead', maxReceiveCount: 2 } } })
const dead = aResource({ type: 'AWS::SQS::Queue', name: 'dead' })
const func = aResource({ type: 'AWS::Lambda::Function', name: 'worker' })

interface Event {
  readonly Records: readonly { readonly messageId: string; readonly body: string; readonly [more: string]: unknown }[]
}
const done: InvocationOutcome = { ok: true, payload: null }
const failed: InvocationOutcome = { ok: false, errorType: 'Error', errorMessage: 'no', timedOut: false }

async function feed(work: (event: Event) => InvocationOutcome | Promise<InvocationOutcome>, properties: Record<string, unknown> = {}, options: HostOptions = {}): Promise<TestHost> {
  const host = await aHost({ resources: [queue, dead, func], parts: { sqs: createSqs }, invoke: async (_arn, event) => work(event as Event), ...options })
  const mapping = aResource({
    type: 'AWS::Lambda::EventSourceMapping',
    name: 'mapping',
    properties: { EventSourceArn: queue.arn, FunctionName: func.name, FunctionResponseTypes: ['ReportBatchItemFailures'], ...properties },
  })
  const [source] = openEventSources({ host, mappings: [mapping], functions: [func], idOf: () => 'mapping-1', roleAllows: () => true })
  onTestFinished(async () => {
    await source?.stop()
    await host.close()
  })
  return host
}

const messagesLeft = (host: TestHost): unknown => host.store.all<{ n: number }>('select count(*) as n from sqs_messages')[0]?.n
const bodies = (event: Event): string[] => event.Records.map(({ body }) => body)
const reportBad = (event: Event): InvocationOutcome => ({
  ok: true,
  payload: { batchItemFailures: event.Records.filter(({ body }) => body === 'bad').map(({ messageId }) => ({ itemIdentifier: messageId })) },
})

describe('a queue feeds a function', () => {
  it('with its messages in the shape that Lambda gives them, once each when all goes well', async () => {
    const events: Event[] = []
    const host = await feed((event) => {
      events.push(event)
      return done
    })
    const { messageId } = host.sqs.send(queue.arn, { body: 'hello', attributes: { Kind: { dataType: 'String', stringValue: 'x' } } })
    await expect.poll(() => events.length).toBe(1)
    expect(events[0]?.Records[0]).toMatchObject({
      messageId,
      body: 'hello',
      eventSource: 'aws:sqs',
      eventSourceARN: queue.arn,
      awsRegion: 'eu-west-1',
      attributes: { ApproximateReceiveCount: '1' },
      messageAttributes: { Kind: { dataType: 'String', stringValue: 'x', stringListValues: [], binaryListValues: [] } },
    })
    await expect.poll(() => messagesLeft(host)).toBe(0)
  })

  it('in batches of at most the mapping’s size', async () => {
    const sizes: number[] = []
    const host = await feed((event) => {
      sizes.push(event.Records.length)
      return done
    }, { BatchSize: 3, ScalingConfig: { MaximumConcurrency: 2 } })
    for (let number = 0; number < 10; number += 1) host.sqs.send(queue.arn, { body: String(number) })
    await expect.poll(() => sizes.reduce((sum, size) => sum + size, 0)).toBe(10)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(3)
  })

  it('and gives back only what the function reported as failed, until it is among the dead letters', async () => {
    const seen: string[] = []
    const host = await feed((event) => {
      seen.push(...bodies(event))
      return reportBad(event)
    })
    host.sqs.send(queue.arn, { body: 'good' })
    host.sqs.send(queue.arn, { body: 'bad' })
    await expect.poll(() => host.sqs.receive(dead.arn, 1).map(({ body }) => body), { timeout: 5_000 }).toEqual(['bad'])
    expect(seen.filter((body) => body === 'good')).toHaveLength(1)
    expect(seen.filter((body) => body === 'bad')).toHaveLength(2)
  })

  it('and gives back the whole batch when the function fails or names a message that was not in it', async () => {
    const outcomes: InvocationOutcome[] = [failed, { ok: true, payload: { batchItemFailures: [{ itemIdentifier: 'nobody' }] } }]
    const seen: string[][] = []
    const host = await feed((event) => {
      seen.push(bodies(event))
      return outcomes.shift() ?? done
    })
    host.sqs.send(queue.arn, { body: 'one' })
    await expect.poll(() => host.sqs.receive(dead.arn, 1).length, { timeout: 5_000 }).toBe(1)
    expect(seen).toEqual([['one'], ['one']])
  })

  it('as often as a fault asks for', async () => {
    const seen: string[] = []
    const host = await feed((event) => {
      seen.push(...bodies(event))
      return done
    }, {}, { faults: { deliveries: () => 2 } })
    host.sqs.send(queue.arn, { body: 'twice' })
    await expect.poll(() => seen).toEqual(['twice', 'twice'])
  })

  it('only with what its filter lets through, and forgets the rest', async () => {
    const seen: string[] = []
    const host = await feed((event) => {
      seen.push(...bodies(event))
      return done
    }, { FilterCriteria: { Filters: [{ Pattern: JSON.stringify({ body: { kind: ['wanted'] } }) }] } })
    for (const body of ['no json', '{"kind":"other"}', '{"kind":"wanted"}']) host.sqs.send(queue.arn, { body })
    await expect.poll(() => seen).toEqual(['{"kind":"wanted"}'])
    await expect.poll(() => messagesLeft(host)).toBe(0)
  })

  it('again at once when the host was killed in the middle of a batch', async () => {
    const dataFolder = await aFolder()
    const slow = { ...queue, properties: { VisibilityTimeout: 360 } }
    let firstHasIt = false
    const first = await feed(() => {
      firstHasIt = true
      return new Promise<InvocationOutcome>((resolve) => setTimeout(() => resolve(failed), 500))
    }, {}, { dataFolder, resources: [slow, func] })
    first.sqs.send(queue.arn, { body: 'half done' })
    await expect.poll(() => firstHasIt).toBe(true)
    const seen: string[] = []
    await feed((event) => {
      seen.push(...bodies(event))
      return done
    }, {}, { dataFolder, resources: [slow, func] })
    await expect.poll(() => seen).toEqual(['half done'])
  })

  it('not at all when its role lacks a grant: the start stops and names it', async () => {
    const host = await aHost({ resources: [queue, dead, func], parts: { sqs: createSqs } })
    onTestFinished(() => host.close())
    const mapping = aResource({ type: 'AWS::Lambda::EventSourceMapping', name: 'mapping', properties: { EventSourceArn: queue.arn, FunctionName: func.arn } })
    const open = () => openEventSources({ host, mappings: [mapping], functions: [func], idOf: () => 'm', roleAllows: (_func, action) => action !== 'sqs:DeleteMessage' })
    expect(open).toThrow('worker does not allow sqs:DeleteMessage')
  })
})
