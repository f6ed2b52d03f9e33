import { BatchWriteItemCommand, GetItemCommand, PutItemCommand, TransactGetItemsCommand, TransactWriteItemsCommand, TransactionCanceledException, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createConflicts } from '../../../../infra/local/dynamodb/conflicts.ts'
import { TableName, aRow, aTableHost, keyOf } from './a-table.ts'
import type { TableHost } from './a-table.ts'

let host: TableHost
beforeAll(async () => {
  host = await aTableHost()
})
afterAll(() => host.close())

const add = (number: number) => ({ TableName, Key: keyOf(number), UpdateExpression: 'ADD hits :one', ExpressionAttributeValues: { ':one': { N: '1' } } })
const transaction = (...numbers: number[]) => new TransactWriteItemsCommand({ TransactItems: numbers.map((number) => ({ Update: add(number) })) })

it('two transactions at once on one item: at most one of them goes on, and the other is told which item', async () => {
  const outcomes = await Promise.allSettled(Array.from({ length: 20 }, (_, at) => host.db.send(transaction(100 + at, 1))))
  const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as TransactionCanceledException] : []))
  expect(refused.length).toBeGreaterThan(0)
  for (const problem of refused) {
    expect(problem).toBeInstanceOf(TransactionCanceledException)
    expect(problem.message).toContain('[None, TransactionConflict]')
    expect(problem.CancellationReasons?.map((reason) => reason.Code)).toEqual(['None', 'TransactionConflict'])
  }
  const { Item } = await host.db.send(new GetItemCommand({ TableName, Key: keyOf(1), ConsistentRead: true }))
  expect(Number(Item?.['hits']?.N)).toBe(20 - refused.length)
})

it('a single write in the way of a transaction is refused as a conflict, and goes through afterwards', async () => {
  const outcomes = await Promise.allSettled([host.db.send(transaction(2, 3)), ...Array.from({ length: 10 }, () => host.db.send(new UpdateItemCommand(add(3))))])
  const names = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [(outcome.reason as Error).name] : []))
  expect(new Set(names)).toEqual(new Set(['TransactionConflictException']))
  await expect(host.db.send(new UpdateItemCommand(add(3)))).resolves.toBeDefined()
})

it('rows that no transaction touches, and reads outside of transactions, are never in conflict', async () => {
  const put = (number: number) => host.db.send(new PutItemCommand({ TableName, Item: aRow(number) }))
  const batch = () => host.db.send(new BatchWriteItemCommand({ RequestItems: { crm: [{ PutRequest: { Item: aRow(9) } }] } }))
  await Promise.all([host.db.send(transaction(5, 6)), put(7), put(7), batch(), host.db.send(new GetItemCommand({ TableName, Key: keyOf(5) }))])
  await expect(host.db.send(new TransactGetItemsCommand({ TransactItems: [{ Get: { TableName, Key: keyOf(5) } }] }))).resolves.toBeDefined()
})

it('a transaction that reads what is being written is cancelled', () => {
  const conflicts = createConflicts()
  const end = conflicts.enter('PutItem', ['a'])
  expect(conflicts.enter('TransactGetItems', ['a', 'b'])).toMatchObject({ status: 400 })
  if (typeof end === 'function') end()
  expect(conflicts.enter('TransactGetItems', ['a', 'b'])).toBeTypeOf('function')
})

it('the same transaction sent again while the first is on its way is told so', () => {
  const conflicts = createConflicts()
  conflicts.enter('TransactWriteItems', ['a'], 'token')
  expect(() => conflicts.enter('TransactWriteItems', ['a'], 'token')).toThrow('already in progress')
})
