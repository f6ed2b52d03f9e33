import { BatchGetItemCommand, DeleteItemCommand, GetItemCommand, PutItemCommand, QueryCommand, ScanCommand, TransactGetItemsCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import type { QueryCommandInput } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { TableName, aRow, aTableHost, keyOf } from './a-table.ts'
import type { TableHost } from './a-table.ts'

const lagMs = 50
let host: TableHost
let owner = 0
let clock = Date.parse('2026-01-01')

beforeAll(async () => {
  host = await aTableHost({ lagMs, now: () => new Date(clock) })
})
afterAll(() => host.close())
beforeEach(() => {
  owner += 1
})

// Each test has an owner and ids of its own, so that none has to wait for another's lag to end.
const id = (number: number) => owner * 100 + number
const ownerKey = () => ({ S: `deal#U#${owner}` })
const put = (number: number, title = `Deal ${number}`) => host.db.send(new PutItemCommand({ TableName, Item: aRow(id(number), { ownerKey: ownerKey(), title: { S: title } }) }))
const remove = (number: number) => host.db.send(new DeleteItemCommand({ TableName, Key: keyOf(id(number)) }))
const lagOver = () => {
  clock += lagMs
}
const settle = async (...numbers: number[]) => {
  for (const number of numbers) await put(number)
  lagOver()
}
const query = (more: Partial<QueryCommandInput> = {}) =>
  host.db.send(new QueryCommand({ TableName, IndexName: 'byOwner', KeyConditionExpression: 'ownerKey = :me', ...more, ExpressionAttributeValues: { ':me': ownerKey(), ...more.ExpressionAttributeValues } }))
const listed = async (more: Partial<QueryCommandInput> = {}) => ((await query(more)).Items ?? []).map((item) => `${Number(item['id']?.N) % 100} ${item['title']?.S}`)

describe('a read that is not consistent', () => {
  it('misses a new row for a moment and then sees it, while a consistent read sees it at once', async () => {
    await put(1)
    const get = (ConsistentRead: boolean) => host.db.send(new GetItemCommand({ TableName, Key: keyOf(id(1)), ConsistentRead }))
    expect((await get(false)).Item).toBeUndefined()
    expect((await get(true)).Item).toMatchObject({ title: { S: 'Deal 1' } })
    lagOver()
    expect((await get(false)).Item).toMatchObject({ title: { S: 'Deal 1' } })
  })

  it('shows a changed row as it was before the first of its recent changes, with the attributes asked for', async () => {
    await settle(1)
    await put(1, 'second')
    await put(1, 'third')
    const get = async () => (await host.db.send(new GetItemCommand({ TableName, Key: keyOf(id(1)), ProjectionExpression: '#t', ExpressionAttributeNames: { '#t': 'title' } }))).Item
    expect(await get()).toEqual({ title: { S: 'Deal 1' } })
    lagOver()
    expect(await get()).toEqual({ title: { S: 'third' } })
  })

  it('still shows a deleted row in a batch, and not yet a new one', async () => {
    await settle(1, 2)
    await remove(1)
    await put(3)
    const batch = async (ConsistentRead: boolean) => {
      const Keys = [1, 2, 3].map((number) => keyOf(id(number)))
      const { Responses } = await host.db.send(new BatchGetItemCommand({ RequestItems: { crm: { Keys, ConsistentRead, ProjectionExpression: 'title' } } }))
      return (Responses?.['crm'] ?? []).map((item) => item['title']?.S).toSorted()
    }
    expect(await batch(false)).toEqual(['Deal 1', 'Deal 2'])
    expect(await batch(true)).toEqual(['Deal 2', 'Deal 3'])
  })

  it('of a transaction is exact', async () => {
    await put(1)
    const { Responses } = await host.db.send(new TransactGetItemsCommand({ TransactItems: [{ Get: { TableName, Key: keyOf(id(1)) } }] }))
    expect(Responses?.[0]?.Item).toBeDefined()
  })

  it('of a whole table shows it as it was', async () => {
    await settle(1, 2)
    await put(1, 'changed')
    await remove(2)
    await put(3)
    const scan = async (ConsistentRead: boolean) => {
      const scanned = await host.db.send(new ScanCommand({ TableName, ConsistentRead, FilterExpression: 'ownerKey = :me', ExpressionAttributeValues: { ':me': ownerKey() } }))
      return (scanned.Items ?? []).map((item) => item['title']?.S).toSorted()
    }
    expect(await scan(false)).toEqual(['Deal 1', 'Deal 2'])
    expect(await scan(true)).toEqual(['Deal 3', 'changed'])
  })
})

describe('a query', () => {
  it('of an index shows its partition as it was, in order', async () => {
    await settle(1, 2, 3, 4)
    await put(2, 'changed')
    await remove(3)
    await put(5)
    await host.db.send(new UpdateItemCommand({ TableName, Key: keyOf(id(4)), UpdateExpression: 'SET ownerKey = :you', ExpressionAttributeValues: { ':you': { S: 'deal#U#0' } } }))
    expect(await listed()).toEqual(['1 Deal 1', '2 Deal 2', '3 Deal 3', '4 Deal 4'])
    expect(await listed({ ScanIndexForward: false })).toEqual(['4 Deal 4', '3 Deal 3', '2 Deal 2', '1 Deal 1'])
    lagOver()
    expect(await listed()).toEqual(['1 Deal 1', '2 changed', '5 Deal 5'])
  })

  it('of an index shows what the index holds, also of rows that are gone', async () => {
    await host.db.send(new PutItemCommand({ TableName, Item: aRow(id(1), { ownerKey: ownerKey(), secret: { S: 'not in the index' } }) }))
    lagOver()
    await remove(1)
    const { Items = [] } = await query()
    expect(Items.map((item) => Object.keys(item).toSorted())).toEqual([['id', 'ownerKey', 'pk', 'sk', 'title']])
  })

  it('has full pages that meet without a gap or a double', async () => {
    await settle(1, 2, 3, 4, 5)
    await remove(2)
    await put(6)
    await put(3, 'changed')
    const pages: string[][] = []
    let start: QueryCommandInput['ExclusiveStartKey']
    do {
      const page = await query({ Limit: 2, ...(start !== undefined && { ExclusiveStartKey: start }) })
      pages.push((page.Items ?? []).map((item) => item['title']?.S ?? ''))
      start = page.LastEvaluatedKey
    } while (start !== undefined)
    expect(pages.filter((page) => page.length > 0)).toEqual([['Deal 1', 'Deal 2'], ['Deal 3', 'Deal 4'], ['Deal 5']])
  })

  it('filters, cuts out and counts the rows as they were', async () => {
    await settle(1, 2, 3)
    await put(1, 'other')
    await put(2, 'Deal two')
    const view = { FilterExpression: 'begins_with(#t, :deal) AND #t <> :two', ProjectionExpression: '#t, id', ExpressionAttributeNames: { '#t': 'title' }, ExpressionAttributeValues: { ':deal': { S: 'Deal' }, ':two': { S: 'Deal 2' } } }
    expect(await listed(view)).toEqual(['1 Deal 1', '3 Deal 3'])
    const { ProjectionExpression: _, ...filter } = view
    expect(await query({ ...filter, Select: 'COUNT' })).toMatchObject({ Count: 2, ScannedCount: 3 })
    lagOver()
    expect(await listed(view)).toEqual(['2 Deal two', '3 Deal 3'])
  })

  it('of the table itself lags unless it is consistent', async () => {
    await put(1)
    const rows = async (ConsistentRead: boolean) => {
      const condition = { KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)', ExpressionAttributeValues: { ':pk': { S: `ITEM#deal#${id(1)}` }, ':sk': { S: 'IT' } } }
      return (await host.db.send(new QueryCommand({ TableName, ConsistentRead, ...condition }))).Count
    }
    expect([await rows(false), await rows(true)]).toEqual([0, 1])
  })
})

it('without lag every read sees the newest state', async () => {
  const prompt = await aTableHost({ lagMs: 0 })
  await prompt.db.send(new PutItemCommand({ TableName, Item: aRow(1) }))
  expect((await prompt.db.send(new GetItemCommand({ TableName, Key: keyOf(1) }))).Item).toBeDefined()
  await prompt.close()
})
