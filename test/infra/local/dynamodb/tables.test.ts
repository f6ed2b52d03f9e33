import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DescribeTableCommand, DescribeTimeToLiveCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { TableName, aRow, aTable, aTableHost } from './a-table.ts'
import type { TableHost } from './a-table.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'leadline-tables-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function withTable<T>(properties: Record<string, unknown>, work: (host: TableHost) => Promise<T>): Promise<T> {
  const host = await aTableHost({ dataFolder: folder, resources: [aTable(properties)] })
  try {
    return await work(host)
  } finally {
    await host.close()
  }
}

const index = (IndexName: string, partition: string, Projection: object) => ({
  IndexName,
  KeySchema: [{ AttributeName: partition, KeyType: 'HASH' }, { AttributeName: 'id', KeyType: 'RANGE' }],
  Projection,
})
const attributes = ['pk', 'sk', 'bucketKey'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' }))
const AttributeDefinitions = [...attributes, { AttributeName: 'id', AttributeType: 'N' }]
const byBucket = (host: TableHost) =>
  host.db.send(new QueryCommand({ TableName, IndexName: 'byBucket', KeyConditionExpression: 'bucketKey = :b', ExpressionAttributeValues: { ':b': { S: 'B' } } }))

it('a table is made as the template declares it', async () => {
  await withTable({}, async ({ db }) => {
    const { Table } = await db.send(new DescribeTableCommand({ TableName }))
    expect(Table?.KeySchema).toEqual([{ AttributeName: 'pk', KeyType: 'HASH' }, { AttributeName: 'sk', KeyType: 'RANGE' }])
    expect(Table?.GlobalSecondaryIndexes).toMatchObject([{ IndexName: 'byOwner', Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['title'] } }])
    const { TimeToLiveDescription } = await db.send(new DescribeTimeToLiveCommand({ TableName }))
    expect(TimeToLiveDescription).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'expiresAt' })
  })
})

it('a new index on existing data finds the old rows, and an index that is gone is dropped', async () => {
  await withTable({}, ({ db }) => db.send(new PutItemCommand({ TableName, Item: aRow(1, { bucketKey: { S: 'B' } }) })))
  const GlobalSecondaryIndexes = [index('byBucket', 'bucketKey', { ProjectionType: 'KEYS_ONLY' })]
  await withTable({ AttributeDefinitions, GlobalSecondaryIndexes }, async (host) => {
    expect((await byBucket(host)).Items).toMatchObject([{ id: { N: '1' } }])
    const { Table } = await host.db.send(new DescribeTableCommand({ TableName }))
    expect(Table?.GlobalSecondaryIndexes?.map((present) => present.IndexName)).toEqual(['byBucket'])
  })
})

it('an index that shows other attributes than before is made anew', async () => {
  const declared = (Projection: object) => ({ AttributeDefinitions, GlobalSecondaryIndexes: [index('byBucket', 'bucketKey', Projection)] })
  await withTable(declared({ ProjectionType: 'KEYS_ONLY' }), ({ db }) => db.send(new PutItemCommand({ TableName, Item: aRow(1, { bucketKey: { S: 'B' } }) })))
  await withTable(declared({ ProjectionType: 'INCLUDE', NonKeyAttributes: ['title'] }), async (host) => {
    expect((await byBucket(host)).Items).toMatchObject([{ title: { S: 'Deal 1' } }])
  })
})

it('other keys than those of the existing data stop the start with advice', async () => {
  await withTable({}, async () => undefined)
  const KeySchema = [{ AttributeName: 'pk', KeyType: 'HASH' }]
  await expect(withTable({ KeySchema }, async () => undefined)).rejects.toThrow(/table crm .* cannot be changed on existing data\. Start on another --data folder/)
})
