import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { BatchWriteItemCommand, DeleteItemCommand, PutItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb'
import { afterEach, describe, expect, it } from 'vitest'
import { startEngine } from '../../../../infra/local/dynamodb/engine.ts'
import { TableName, aRow, aTable, aTableHost, keyOf, streamArn } from './a-table.ts'
import type { TableHost } from './a-table.ts'

const hosts: TableHost[] = []
const start = async (...options: Parameters<typeof aTableHost>): Promise<TableHost> => {
  const host = await aTableHost(...options)
  hosts.push(host)
  return host
}
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.close()
})

const put = (host: TableHost, number: number, title = `Deal ${number}`) => host.db.send(new PutItemCommand({ TableName, Item: aRow(number, { title: { S: title } }) }))
const expiring = (number: number, inSeconds: number) => aRow(number, { expiresAt: { N: String(Math.floor(Date.now() / 1_000) + inSeconds) } })
const summary = ({ records }: Awaited<ReturnType<TableHost['streams']['read']>>) => records.map((record) => `${record.eventName} ${(record.dynamodb['Keys'] as { pk: { S: string } }).pk.S}`)

describe('a stream record', () => {
  it('has the shape that Lambda gets', async () => {
    const host = await start()
    await put(host, 1)
    await put(host, 1, 'changed')
    await host.db.send(new DeleteItemCommand({ TableName, Key: keyOf(1) }))
    const { records } = await host.streams.read(streamArn, undefined, 10)
    expect(records.map((record) => [record.eventName, 'OldImage' in record.dynamodb, 'NewImage' in record.dynamodb])).toEqual([
      ['INSERT', false, true],
      ['MODIFY', true, true],
      ['REMOVE', true, false],
    ])
    expect(records[1]).toEqual({
      eventID: expect.stringMatching(/^[0-9a-f]{32}$/),
      eventName: 'MODIFY',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: 'eu-west-1',
      dynamodb: {
        ApproximateCreationDateTime: expect.closeTo(Date.now() / 1_000, -1),
        Keys: keyOf(1),
        NewImage: aRow(1, { title: { S: 'changed' } }),
        OldImage: aRow(1),
        SequenceNumber: expect.stringMatching(/^\d{21}$/),
        SizeBytes: expect.any(Number),
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
      eventSourceARN: streamArn,
    })
  })

  it('shows only what the stream of the template shows', async () => {
    const host = await start({ resources: [aTable({ StreamSpecification: { StreamViewType: 'KEYS_ONLY' } })] })
    await put(host, 1)
    const [record] = (await host.streams.read(streamArn, undefined, 10)).records
    expect(record?.dynamodb).toMatchObject({ Keys: keyOf(1), StreamViewType: 'KEYS_ONLY' })
    expect(record?.dynamodb).not.toHaveProperty('NewImage')
  })

  it('is not made by a write that changes nothing', async () => {
    const host = await start()
    await put(host, 1)
    await put(host, 1)
    await host.db.send(new DeleteItemCommand({ TableName, Key: keyOf(2) }))
    expect(summary(await host.streams.read(streamArn, undefined, 10))).toEqual(['INSERT ITEM#deal#1'])
  })

  it('tells of a row that expired that DynamoDB removed it', async () => {
    const host = await start({ expiryMs: 100 })
    await host.db.send(new PutItemCommand({ TableName, Item: expiring(1, -60) }))
    await host.db.send(new PutItemCommand({ TableName, Item: expiring(2, 3_600) }))
    await host.db.send(new PutItemCommand({ TableName, Item: expiring(3, -6 * 365 * 86_400) }))
    await host.db.send(new PutItemCommand({ TableName, Item: expiring(4, 3_600) }))
    await host.db.send(new DeleteItemCommand({ TableName, Key: keyOf(4) }))
    await expect.poll(async () => summary(await host.streams.read(streamArn, undefined, 10)).filter((line) => line.startsWith('REMOVE')).toSorted()).toEqual(['REMOVE ITEM#deal#1', 'REMOVE ITEM#deal#4'])
    const { records } = await host.streams.read(streamArn, undefined, 10)
    const identities = Object.fromEntries(records.filter((record) => record.eventName === 'REMOVE').map((record) => [(record.dynamodb['Keys'] as { pk: { S: string } }).pk.S, record['userIdentity']]))
    expect(identities).toEqual({ 'ITEM#deal#1': { type: 'Service', principalId: 'dynamodb.amazonaws.com' }, 'ITEM#deal#4': undefined })
  })
})

describe('the order of a stream', () => {
  it('is that of the commits, over single writes, batches and transactions', async () => {
    const host = await start()
    await put(host, 1)
    await host.db.send(new TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName, Item: aRow(2) } }, { Delete: { TableName, Key: keyOf(1) } }] }))
    await host.db.send(new BatchWriteItemCommand({ RequestItems: { crm: [{ PutRequest: { Item: aRow(3) } }] } }))
    expect(summary(await host.streams.read(streamArn, undefined, 10))).toEqual(['INSERT ITEM#deal#1', 'INSERT ITEM#deal#2', 'REMOVE ITEM#deal#1', 'INSERT ITEM#deal#3'])
  })

  it('is read in steps from a position, each record once, also when 16 writers write at a time', async () => {
    const host = await start()
    await Promise.all(Array.from({ length: 16 }, async (_, writer) => {
      for (let at = 0; at < 20; at += 1) await put(host, writer, `${at}`)
    }))
    const titles = new Map<string, string[]>()
    let position: string | undefined
    for (;;) {
      const batch = await host.streams.read(streamArn, position, 7)
      if (batch.records.length === 0) break
      position = batch.position
      for (const record of batch.records) {
        const image = record.dynamodb['NewImage'] as { pk: { S: string }; title: { S: string } }
        titles.set(image.pk.S, [...(titles.get(image.pk.S) ?? []), image.title.S])
      }
    }
    const expected = Array.from({ length: 20 }, (_, at) => `${at}`)
    expect([...titles.values()]).toEqual(Array.from({ length: 16 }, () => expected))
  })
})

it('records older than a day go, but the newest 10,000 stay however old they are', async () => {
  const host = await start()
  const database = new DatabaseSync(join(host.dataFolder, 'dynamodb.db'))
  database.exec(`with recursive number (n) as (select 1 union all select n + 1 from number where n < 10050)
    insert into host_changes (table_name, event, key, after, at, is_expiry) select '${TableName}', 'INSERT', '{"pk":{"S":"old"}}', '{}', 1000, 0 from number`)
  for (let number = 1; number <= 30; number += 1) await put(host, number)
  expect(database.prepare('select count(*) as count from host_changes').get()).toMatchObject({ count: 10_000 })
  database.close()
})

describe('a reader of a stream', () => {
  it('is woken by each write', async () => {
    const host = await start()
    let woken = 0
    const stop = host.streams.onRecords(streamArn, () => (woken += 1))
    await put(host, 1)
    expect(woken).toBe(1)
    stop()
    await put(host, 2)
    expect(woken).toBe(1)
  })

  it('goes on from its position after the host was stopped and started', async () => {
    const dataFolder = await mkdtemp(join(tmpdir(), 'leadline-stream-'))
    const first = await aTableHost({ dataFolder })
    await put(first, 1)
    const { position } = await first.streams.read(streamArn, undefined, 10)
    await put(first, 2)
    await first.close()
    const second = await start({ dataFolder })
    await put(second, 3)
    expect(summary(await second.streams.read(streamArn, position, 10))).toEqual(['INSERT ITEM#deal#2', 'INSERT ITEM#deal#3'])
    await rm(dataFolder, { recursive: true, force: true })
  })

  it('reads the stream of an endpoint given by its address in the same way', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'leadline-endpoint-'))
    const endpoint = await startEngine(folder, () => undefined)
    const host = await start({ dynamodbUrl: endpoint.url() })
    await put(host, 1)
    const { position, records } = await host.streams.read(streamArn, undefined, 10)
    await put(host, 2)
    expect(records[0]).toMatchObject({ eventName: 'INSERT', awsRegion: 'eu-west-1', eventSourceARN: streamArn })
    expect(summary(await host.streams.read(streamArn, position, 10))).toEqual(['INSERT ITEM#deal#2'])
    await endpoint.stop()
    await rm(folder, { recursive: true, force: true })
  })
})
