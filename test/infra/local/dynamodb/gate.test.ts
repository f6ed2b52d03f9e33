import {
  BatchGetItemCommand, BatchWriteItemCommand, DescribeTableCommand, ExecuteStatementCommand, GetItemCommand, PutItemCommand, QueryCommand, ScanCommand, TransactGetItemsCommand,
  TransactWriteItemsCommand, UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TableName, aRow, aTableHost, keyOf } from './a-table.ts'
import type { TableHost } from './a-table.ts'

const asked: string[] = []
let denied: string | undefined
let host: TableHost

beforeAll(async () => {
  host = await aTableHost({
    deny(action, resource) {
      asked.push(`${action} ${resource.replace(/^.*:table\//, '')}`)
      return action === denied
    },
  })
})
afterAll(() => host.close())

async function grantsFor(call: () => Promise<unknown>): Promise<string[]> {
  asked.length = 0
  await call()
  return asked
}

const many = (count: number) => Array.from({ length: count }, (_, at) => `:v${at}`)
const alternatives = (count: number) => Array.from({ length: count }, () => 'a = :v').join(' OR ')
const mine = { KeyConditionExpression: 'ownerKey = :me', ExpressionAttributeValues: { ':me': { S: 'deal#U#7' } } }

describe('the right that a call needs', () => {
  it('is the action on the table', async () => {
    expect(await grantsFor(() => host.db.send(new PutItemCommand({ TableName, Item: aRow(1) })))).toEqual(['dynamodb:PutItem crm'])
    expect(await grantsFor(() => host.db.send(new GetItemCommand({ TableName, Key: keyOf(1) })))).toEqual(['dynamodb:GetItem crm'])
  })

  it('is the action on the index when an index is asked', async () => {
    expect(await grantsFor(() => host.db.send(new QueryCommand({ TableName, IndexName: 'byOwner', ...mine })))).toEqual(['dynamodb:Query crm/index/byOwner'])
  })

  it('is that of each part of a transaction', async () => {
    const grants = await grantsFor(() =>
      host.db.send(
        new TransactWriteItemsCommand({
          TransactItems: [
            { Put: { TableName, Item: aRow(2) } },
            { Update: { TableName, Key: keyOf(3), UpdateExpression: 'SET title = :t', ExpressionAttributeValues: { ':t': { S: 'x' } } } },
            { Delete: { TableName, Key: keyOf(4) } },
            { ConditionCheck: { TableName, Key: keyOf(1), ConditionExpression: 'attribute_exists(pk)' } },
          ],
        }),
      ),
    )
    expect(grants).toEqual(['dynamodb:PutItem crm', 'dynamodb:UpdateItem crm', 'dynamodb:DeleteItem crm', 'dynamodb:ConditionCheckItem crm'])
    expect(await grantsFor(() => host.db.send(new TransactGetItemsCommand({ TransactItems: [{ Get: { TableName, Key: keyOf(1) } }] })))).toEqual(['dynamodb:GetItem crm'])
  })

  it('is that of the batch on each table it names', async () => {
    expect(await grantsFor(() => host.db.send(new BatchGetItemCommand({ RequestItems: { crm: { Keys: [keyOf(1)] } } })))).toEqual(['dynamodb:BatchGetItem crm'])
    expect(await grantsFor(() => host.db.send(new BatchWriteItemCommand({ RequestItems: { crm: [{ PutRequest: { Item: aRow(5) } }] } })))).toEqual(['dynamodb:BatchWriteItem crm'])
  })

  it('lets nothing through when it is missing', async () => {
    denied = 'dynamodb:DeleteItem'
    const both = new TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName, Item: aRow(60) } }, { Delete: { TableName, Key: keyOf(1) } }] })
    await expect(host.db.send(both)).rejects.toThrow('not authorized to perform: dynamodb:DeleteItem on resource: arn:aws:dynamodb:eu-west-1:000000000000:table/crm')
    denied = undefined
    expect((await host.db.send(new GetItemCommand({ TableName, Key: keyOf(60), ConsistentRead: true }))).Item).toBeUndefined()
  })
})

describe('what AWS refuses', () => {
  const filtered = (FilterExpression: string, values: Record<string, { S: string } | { SS: string[] }>) =>
    host.db.send(new ScanCommand({ TableName, FilterExpression, ExpressionAttributeValues: values }))

  it('is refused: more than 100 values after IN', async () => {
    const scan = (count: number) => filtered(`title IN (${many(count).join()})`, Object.fromEntries(many(count).map((name) => [name, { S: name }])))
    await expect(scan(101)).rejects.toThrow('Invalid FilterExpression: The IN operator is provided with too many operands; number of operands: 101')
    await expect(scan(100)).resolves.toMatchObject({ Count: 0 })
  })

  it('is refused: a set given as the first operand of contains', async () => {
    await expect(filtered('contains(:set, title)', { ':set': { SS: ['a'] } })).rejects.toThrow('operator or function: contains, operand type: SS')
    await expect(filtered('contains(title, :part)', { ':part': { S: 'zzz' } })).resolves.toMatchObject({ Count: 0 })
  })

  it('is refused: more than 300 operators', async () => {
    await expect(filtered(alternatives(151), { ':v': { S: 'x' } })).rejects.toThrow('The expression contains too many operators; operator count: 301')
    await expect(filtered(alternatives(150), { ':v': { S: 'x' } })).resolves.toMatchObject({ Count: 0 })
  })

  it('is refused inside a transaction too', async () => {
    const Put = { TableName, Item: aRow(1), ConditionExpression: 'contains(:set, title)', ExpressionAttributeValues: { ':set': { SS: ['a'] } } }
    await expect(host.db.send(new TransactWriteItemsCommand({ TransactItems: [{ Put }] }))).rejects.toThrow('Incorrect operand type')
  })

  it('is refused: an attribute that the index does not hold', async () => {
    const query = (more: object) => host.db.send(new QueryCommand({ TableName, IndexName: 'byOwner', ...mine, ...more }))
    await expect(query({ ProjectionExpression: 'title, stageId' })).rejects.toThrow('Global secondary index byOwner does not project [stageId]')
    await expect(query({ FilterExpression: '#s = :me', ExpressionAttributeNames: { '#s': 'stageId' } })).rejects.toThrow('does not project [stageId]')
    await expect(query({ ProjectionExpression: 'title, pk' })).resolves.toBeDefined()
  })

  it('is refused: going on from a row of another partition', async () => {
    const ExclusiveStartKey = { ownerKey: { S: 'deal#U#8' }, id: { N: '1' }, ...keyOf(1) }
    await expect(host.db.send(new QueryCommand({ TableName, IndexName: 'byOwner', ...mine, ExclusiveStartKey }))).rejects.toThrow('outside query boundaries')
  })

  // The engine itself refuses these; should another version stop to, the gate has to.
  it.each([
    ['an item of more than 400 KB', () => new PutItemCommand({ TableName, Item: aRow(1, { title: { S: 'x'.repeat(400 * 1024) } }) }), 'Item size has exceeded'],
    ['an empty key', () => new PutItemCommand({ TableName, Item: aRow(1, { sk: { S: '' } }) }), 'cannot contain an empty string'],
    ['an empty index key', () => new PutItemCommand({ TableName, Item: aRow(1, { ownerKey: { S: '' } }) }), 'cannot contain an empty string'],
    ['an index key of another type', () => new PutItemCommand({ TableName, Item: aRow(1, { id: { S: '1' } }) }), 'Type mismatch for Index Key'],
    ['a value that no expression uses', () => new PutItemCommand({ TableName, Item: aRow(1), ConditionExpression: 'attribute_exists(pk)', ExpressionAttributeValues: { ':v': { S: 'x' } } }), 'unused in expressions'],
    ['an expression of more than 4 KB', () => new PutItemCommand({ TableName, Item: aRow(1), ConditionExpression: Array.from({ length: 100 }, () => `attribute_exists(${'x'.repeat(40)})`).join(' OR ') }), 'Expression size has exceeded'],
    ['a reserved word', () => new UpdateItemCommand({ TableName, Key: keyOf(1), UpdateExpression: 'SET name = :n', ExpressionAttributeValues: { ':n': { S: 'x' } } }), 'reserved keyword'],
    ['more than 100 parts in a transaction', () => new TransactWriteItemsCommand({ TransactItems: Array.from({ length: 101 }, (_, at) => ({ Put: { TableName, Item: aRow(1_000 + at) } })) }), 'less than or equal to 100'],
    ['two parts of a transaction on one item', () => new TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName, Item: aRow(1) } }, { Delete: { TableName, Key: keyOf(1) } }] }), 'multiple operations on one item'],
    ['a consistent read of a global index', () => new QueryCommand({ TableName, IndexName: 'byOwner', ...mine, ConsistentRead: true }), 'Consistent reads are not supported'],
  ] as const)('is refused: %s', async (_, command, message) => {
    await expect(host.db.send(command() as PutItemCommand)).rejects.toThrow(message)
  })

  it('is refused by name when the local host does not offer it', async () => {
    await expect(host.db.send(new ExecuteStatementCommand({ Statement: 'SELECT * FROM crm' }))).rejects.toThrow('does not offer ExecuteStatement')
  })
})

describe('capacity units', () => {
  it('are told to the meter, indexes included, and to the caller only if asked', async () => {
    host.metered.length = 0
    const put = await host.db.send(new PutItemCommand({ TableName, Item: aRow(70) }))
    const got = await host.db.send(new GetItemCommand({ TableName, Key: keyOf(70), ReturnConsumedCapacity: 'TOTAL' }))
    await host.db.send(new GetItemCommand({ TableName, Key: keyOf(70), ConsistentRead: true }))
    await host.db.send(new TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName, Item: { pk: { S: 'a' }, sk: { S: 'b' } } } }] }))
    expect(host.metered).toEqual([
      { action: 'PutItem', readUnits: 0, writeUnits: 2 },
      { action: 'GetItem', readUnits: 0.5, writeUnits: 0 },
      { action: 'GetItem', readUnits: 1, writeUnits: 0 },
      { action: 'TransactWriteItems', readUnits: 0, writeUnits: 2 },
    ])
    expect(put.ConsumedCapacity).toBeUndefined()
    expect(got.ConsumedCapacity).toMatchObject({ CapacityUnits: 0.5 })
  })

  it('leave an item that has an attribute of that name alone', async () => {
    const Item = { pk: { S: 'odd' }, sk: { S: 'odd' }, ConsumedCapacity: { M: { CapacityUnits: { N: '5' } } }, text: { S: '","ConsumedCapacity":{}' } }
    await host.db.send(new PutItemCommand({ TableName, Item }))
    expect((await host.db.send(new GetItemCommand({ TableName, Key: { pk: { S: 'odd' }, sk: { S: 'odd' } } }))).Item).toEqual(Item)
  })
})

it('a table describes itself with the region of the deployment', async () => {
  const { Table } = await host.db.send(new DescribeTableCommand({ TableName }))
  expect(Table?.TableArn).toBe('arn:aws:dynamodb:eu-west-1:000000000000:table/crm')
})
