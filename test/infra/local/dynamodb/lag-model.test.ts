import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DeleteItemCommand, PutItemCommand, QueryCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb'
import type { AttributeValue, QueryCommandInput } from '@aws-sdk/client-dynamodb'
import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { TableName, aTableHost } from './a-table.ts'
import type { TableHost } from './a-table.ts'

let folder: string
let host: TableHost

// All rows are in one partition of the table and in three of the index, with equal range keys among them.
const aRow = (number: number, owner: number, title: string): Record<string, AttributeValue> => ({
  pk: { S: 'P' },
  sk: { S: `row#${String(number).padStart(2, '0')}` },
  ...(owner > 0 && { ownerKey: { S: `O${owner}` }, id: { N: String(number % 5) } }),
  title: { S: title },
})
const settled = Array.from({ length: 16 }, (_, number) => aRow(number, number % 3, `t${number % 4}`))

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'leadline-lag-'))
  const prompt = await aTableHost({ dataFolder: folder })
  for (const Item of settled) await prompt.db.send(new PutItemCommand({ TableName, Item }))
  await prompt.close()
  // What was written in an earlier run is settled; of this run nothing is to be seen for a minute.
  host = await aTableHost({ dataFolder: folder, lagMs: 60_000 })
})
afterAll(async () => {
  await host.close()
  await rm(folder, { recursive: true, force: true })
})

const text = (item: Record<string, AttributeValue>) => `${item['sk']?.S} ${item['ownerKey']?.S ?? '-'} ${item['title']?.S}`

async function allPages(input: Omit<QueryCommandInput, 'TableName'>): Promise<{ rows: string[]; lengths: number[] }> {
  const rows: string[] = []
  const lengths: number[] = []
  let ExclusiveStartKey: QueryCommandInput['ExclusiveStartKey']
  do {
    const page = await host.db.send(new QueryCommand({ TableName, ...input, ...(ExclusiveStartKey !== undefined && { ExclusiveStartKey }) }))
    rows.push(...(page.Items ?? []).map(text))
    lengths.push(page.ScannedCount ?? 0)
    ExclusiveStartKey = page.LastEvaluatedKey
  } while (ExclusiveStartKey !== undefined)
  return { rows, lengths }
}

const write = fc.record({ number: fc.nat(20), owner: fc.nat(2), title: fc.constantFrom('t0', 't1', 'new'), kind: fc.constantFrom('put', 'put', 'delete', 'pair') })
const view = fc.record({ owner: fc.integer({ min: 0, max: 2 }), limit: fc.integer({ min: 1, max: 7 }), forward: fc.boolean(), filter: fc.boolean() })

it('whatever is written just now, every query shows the settled rows, in order, in full pages', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(write, { minLength: 1, maxLength: 6 }), fc.array(view, { minLength: 2, maxLength: 4 }), async (writes, views) => {
      for (const { number, owner, title, kind } of writes) {
        const Put = { TableName, Item: aRow(number, owner, title) }
        const keyOf = (row: number) => ({ pk: { S: 'P' }, sk: aRow(row, 0, '')['sk'] ?? { S: '' } })
        if (kind === 'put') await host.db.send(new PutItemCommand(Put))
        else if (kind === 'delete') await host.db.send(new DeleteItemCommand({ TableName, Key: keyOf(number) }))
        else await host.db.send(new TransactWriteItemsCommand({ TransactItems: [{ Put }, { Delete: { TableName, Key: keyOf(number + 1) } }] }))
      }
      for (const { owner, limit, forward, filter } of views) {
        const partition = owner === 0 ? { KeyConditionExpression: 'pk = :p', values: { ':p': { S: 'P' } } } : { IndexName: 'byOwner', KeyConditionExpression: 'ownerKey = :p', values: { ':p': { S: `O${owner}` } } }
        const { values, ...condition } = partition
        const { rows, lengths } = await allPages({
          ...condition,
          Limit: limit,
          ScanIndexForward: forward,
          ...(filter && { FilterExpression: 'title = :t' }),
          ExpressionAttributeValues: { ...values, ...(filter && { ':t': { S: 't1' } }) },
        })
        const inPartition = settled.filter((item) => owner === 0 || item['ownerKey']?.S === `O${owner}`)
        const ordered = inPartition.toSorted((a, b) => (owner === 0 ? 0 : Number(a['id']?.N) - Number(b['id']?.N)) || (text(a) < text(b) ? -1 : 1))
        const expected = (forward ? ordered : ordered.toReversed()).filter((item) => !filter || item['title']?.S === 't1').map(text)
        expect(rows).toEqual(expected)
        expect(lengths.slice(0, -1).every((length) => length === limit)).toBe(true)
      }
    }),
    { numRuns: 25 },
  )
})
