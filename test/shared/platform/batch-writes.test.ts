import { BatchWriteItemCommand, DynamoDBClient, type BatchWriteItemCommandInput } from '@aws-sdk/client-dynamodb'
import { mockClient } from 'aws-sdk-client-mock'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBatchWriter } from '../../../shared/platform/batch-writes.ts'
import { aTable, type TestTable } from '../../support/table.ts'

let store: TestTable
beforeAll(async () => {
  store = await aTable()
})
afterAll(() => store.close())

const read = (number: number) => store.table.get({ pk: `row${number}`, sk: 'ROW' }, { consistent: true })

describe('rows that are written each by itself', () => {
  it('may be any number, and the same row written twice is as it was written last', async () => {
    const write = openBatchWriter(store.name, store.client)
    await write([])
    await write(Array.from({ length: 60 }, (_, n) => ({ put: { pk: `row${n}`, sk: 'ROW', round: 1 } })))
    await write([{ put: { pk: 'row1', sk: 'ROW', round: 2 } }, { delete: { pk: 'row1', sk: 'ROW' } }, { delete: { pk: 'row2', sk: 'ROW' } }, { put: { pk: 'row2', sk: 'ROW', round: 3 } }])
    expect([await read(0), await read(1), await read(2), await read(59)]).toMatchObject([{ round: 1 }, {}, { round: 3 }, { round: 1 }].map((one, n) => (n === 1 ? undefined : one)))
  })

  it('are written again as far as DynamoDB left them', async () => {
    const client = new DynamoDBClient({ region: 'eu-west-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } })
    const asked: number[] = []
    const mock = mockClient(client)
    mock.on(BatchWriteItemCommand).callsFake(({ RequestItems = {} }: BatchWriteItemCommandInput) => {
      const requests = RequestItems['rows'] ?? []
      asked.push(requests.length)
      return { UnprocessedItems: requests.length > 5 ? { rows: requests.slice(0, requests.length - 5) } : {} }
    })
    await openBatchWriter('rows', client)(Array.from({ length: 12 }, (_, n) => ({ put: { pk: `row${n}`, sk: 'ROW' } })))
    expect(asked).toEqual([12, 7, 2])
    mock.on(BatchWriteItemCommand).callsFake(({ RequestItems }: BatchWriteItemCommandInput) => ({ UnprocessedItems: RequestItems }))
    await expect(openBatchWriter('rows', client)([{ put: { pk: 'row', sk: 'ROW' } }])).rejects.toThrow('unwritten')
  })
})
