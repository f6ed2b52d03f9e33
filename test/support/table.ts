import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateTableCommand, DynamoDBClient, type GlobalSecondaryIndex } from '@aws-sdk/client-dynamodb'
import { startEngine } from '../../infra/local/dynamodb/engine.ts'
import { LIST_PROJECTION, LIST_RANGE_KEY } from '../../shared/items/keys.ts'
import { openTable } from '../../shared/platform/dynamodb.ts'
import type { Table } from '../../shared/platform/table.ts'

export interface TestTable {
  readonly table: Table
  readonly client: DynamoDBClient
  readonly name: string
  close(): Promise<void>
}

/** An empty table as the deployment makes it, on an engine of its own; without its stream, which nobody reads here and which slows the engine down. */
export async function aTable(): Promise<TestTable> {
  const folder = await mkdtemp(join(tmpdir(), 'leadline-table-'))
  const engine = await startEngine(folder, () => undefined)
  const client = new DynamoDBClient({ endpoint: engine.url(), region: 'eu-west-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } })
  const name = 'leadline'
  await createTable(client, name)
  return {
    table: openTable(name, client),
    client,
    name,
    async close() {
      client.destroy()
      await engine.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Makes a table as the deployment makes it. */
export async function createTable(client: DynamoDBClient, name: string): Promise<void> {
  await client.send(new CreateTableCommand({
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }, { AttributeName: 'sk', KeyType: 'RANGE' }],
    AttributeDefinitions: [...['pk', 'sk', 'ownerKey', 'departmentKey', 'bucketKey', 'dueKey'].map((one) => ({ AttributeName: one, AttributeType: 'S' }) as const), { AttributeName: LIST_RANGE_KEY, AttributeType: 'N' }, { AttributeName: 'dueAt', AttributeType: 'N' }],
    GlobalSecondaryIndexes: [listIndex('byOwner', 'ownerKey'), listIndex('byDepartment', 'departmentKey'), listIndex('byBucket', 'bucketKey'), { ...listIndex('due', 'dueKey'), KeySchema: [{ AttributeName: 'dueKey', KeyType: 'HASH' }, { AttributeName: 'dueAt', KeyType: 'RANGE' }], Projection: { ProjectionType: 'KEYS_ONLY' } }],
  }))
}

function listIndex(name: string, partitionKey: string): GlobalSecondaryIndex {
  return {
    IndexName: name,
    KeySchema: [{ AttributeName: partitionKey, KeyType: 'HASH' }, { AttributeName: LIST_RANGE_KEY, KeyType: 'RANGE' }],
    Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: [...LIST_PROJECTION] },
  }
}
