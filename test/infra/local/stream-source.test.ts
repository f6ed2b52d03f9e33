import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { InvocationOutcome, StreamRecord } from '../../../infra/local/contract.ts'
import { createDynamodb } from '../../../infra/local/dynamodb/index.ts'
import { openEventSources } from '../../../infra/local/event-sources.ts'
import { createS3 } from '../../../infra/local/s3/index.ts'
import { aHost, aResource } from '../../support/a-host.ts'
import type { HostOptions, TestHost } from '../../support/a-host.ts'

const table = aResource({
  type: 'AWS::DynamoDB::Table',
  name: 'main',
  properties: {
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
    StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
  },
})
const streamArn = `${table.arn}/stream/2026-01-01T00:00:00.000`
const bucket = aResource({ type: 'AWS::S3::Bucket', name: 'failures' })
const func = aResource({ type: 'AWS::Lambda::Function', name: 'reader' })

type Work = (records: readonly StreamRecord[]) => InvocationOutcome
const done: InvocationOutcome = { ok: true, payload: null }
const failed: InvocationOutcome = { ok: false, errorType: 'Error', errorMessage: 'no', timedOut: false }

let host: TestHost
let dynamodb: DynamoDBClient
let work: Work = () => done
let deliveries = 1

beforeAll(async () => {
  const options: HostOptions = {
    resources: [table, func, bucket],
    parts: { dynamodb: createDynamodb, s3: createS3 },
    invoke: async (_arn, event) => work((event as { Records: StreamRecord[] }).Records),
    faults: { deliveries: () => deliveries },
  }
  host = await aHost(options)
  dynamodb = new DynamoDBClient(host.client)
})
afterAll(() => host.close())

let mappings = 0
/** A new mapping begins at the oldest record, so each test has rows of its own, told apart by `test`. */
function follow(test: string, given: Work, properties: Record<string, unknown> = {}, id = `mapping-${(mappings += 1)}`): { stop(): Promise<void> } {
  work = given
  deliveries = 1
  const mapping = aResource({
    type: 'AWS::Lambda::EventSourceMapping',
    name: id,
    properties: {
      EventSourceArn: streamArn,
      FunctionName: func.name,
      StartingPosition: 'TRIM_HORIZON',
      FilterCriteria: { Filters: [{ Pattern: JSON.stringify({ dynamodb: { NewImage: { test: { S: [test] } } } }) }] },
      ...properties,
    },
  })
  const [source] = openEventSources({ host, mappings: [mapping], functions: [func], idOf: () => id, roleAllows: () => true })
  if (source === undefined) throw new Error('no source')
  onTestFinished(() => source.stop())
  return source
}

async function write(test: string, ...names: string[]): Promise<void> {
  for (const name of names) {
    await dynamodb.send(new PutItemCommand({ TableName: 'main', Item: { pk: { S: `${test}/${name}` }, test: { S: test }, name: { S: name } } }))
  }
}
const names = (records: readonly StreamRecord[]): string[] => records.map(({ dynamodb }) => (dynamodb['NewImage'] as { name: { S: string } }).name.S)

describe('a table’s stream feeds a function', () => {
  it('in order, with what was written before the mapping was there', async () => {
    await write('order', 'a', 'b')
    const seen: string[] = []
    follow('order', (records) => {
      seen.push(...names(records))
      return done
    })
    await write('order', 'c', 'd')
    await expect.poll(() => seen).toEqual(['a', 'b', 'c', 'd'])
  })

  it('from where it had come when it was stopped', async () => {
    const seen: string[] = []
    const note: Work = (records) => {
      seen.push(...names(records))
      return done
    }
    const first = follow('again', note, {}, 'again')
    await write('again', 'a')
    await expect.poll(() => seen).toEqual(['a'])
    await first.stop()
    await write('again', 'b')
    follow('again', note, {}, 'again')
    await expect.poll(() => seen).toEqual(['a', 'b'])
  })

  it('again with the same records when it failed, before any later one', async () => {
    const seen: string[][] = []
    let failures = 2
    follow('retry', (records) => {
      seen.push(names(records))
      failures -= 1
      return failures >= 0 ? failed : done
    }, { BatchSize: 1 })
    await write('retry', 'a', 'b')
    await expect.poll(() => seen).toEqual([['a'], ['a'], ['a'], ['b']])
  })

  it('again from the first record that the function reported as failed', async () => {
    await write('report', 'a', 'b', 'c')
    const seen: string[][] = []
    let isMended = false
    follow('report', (records) => {
      seen.push(names(records))
      const bad = records.find((record) => names([record])[0] === 'b')
      if (bad === undefined || isMended) return done
      isMended = true
      return { ok: true, payload: { batchItemFailures: [{ itemIdentifier: bad.dynamodb.SequenceNumber }] } }
    }, { FunctionResponseTypes: ['ReportBatchItemFailures'] })
    await expect.poll(() => seen).toEqual([['a', 'b', 'c'], ['b', 'c']])
  })

  it('in halves until the bad record stands alone, which is then put aside whole', async () => {
    await write('bisect', 'a', 'b', 'bad', 'd')
    const seen: string[] = []
    follow('bisect', (records) => {
      if (names(records).includes('bad')) return failed
      seen.push(...names(records))
      return done
    }, { BisectBatchOnFunctionError: true, MaximumRetryAttempts: 1, DestinationConfig: { OnFailure: { Destination: bucket.arn } } }, 'mapping-of-bisect')
    await expect.poll(() => seen).toEqual(['a', 'b', 'd'])
    const s3 = new S3Client({ ...host.client, forcePathStyle: true })
    const { Contents: [kept] = [] } = await s3.send(new ListObjectsV2Command({ Bucket: 'failures', Prefix: 'aws/lambda/mapping-of-bisect/' }))
    const key = kept?.Key ?? ''
    const record = JSON.parse(String(await host.s3.get('failures', key))) as { requestContext: { condition: string }; payload: { Records: StreamRecord[] } }
    expect(key).toMatch(/^aws\/lambda\/mapping-of-bisect\/shardId-[\d-]+\/\d{4}\/\d\d\/\d\d\/\d{4}-\d\d-\d\dT\d\d\.\d\d\.\d\d-[0-9a-f-]{36}$/)
    expect(record.requestContext.condition).toBe('RetryAttemptsExhausted')
    expect(names(record.payload.Records)).toEqual(['bad'])
  })

  it('as often as a fault asks for', async () => {
    const seen: string[] = []
    follow('double', (records) => {
      seen.push(...names(records))
      return done
    })
    deliveries = 2
    await write('double', 'a')
    await expect.poll(() => seen).toEqual(['a', 'a'])
  })
})
