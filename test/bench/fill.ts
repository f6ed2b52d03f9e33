import { BatchWriteItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { rowOfItem, type Item } from '../../shared/items/item.ts'
import { placingOf } from '../../shared/items/placing.ts'
import { inLanes } from '../../shared/kernel/in-lanes.ts'
import { inParts } from '../../shared/kernel/in-parts.ts'
import { toAttributes } from '../../shared/platform/expressions.ts'
import type { Workspace } from '../../shared/workspace/index.ts'

const ROWS_AT_ONCE = 25
const BATCHES_AT_ONCE = 8

/** Puts many items into the table past the use cases, as an import of years would have left them. */
export async function fill(client: DynamoDBClient, tableName: string, workspace: Workspace, items: readonly Item[]): Promise<void> {
  await inLanes(inParts(items, ROWS_AT_ONCE), BATCHES_AT_ONCE, async (batch) => {
    const requests = batch.map((item) => ({ PutRequest: { Item: toAttributes(rowOfItem(item, placingOf(workspace, item), { changedVia: 'user' })) } }))
    await client.send(new BatchWriteItemCommand({ RequestItems: { [tableName]: requests } }))
  })
}

/** A deal of about 700 bytes, as sales people leave them. */
export function aDeal(id: number, responsibleId: string, stageId: string): Item {
  return {
    type: 'deal', id, title: `Roof for customer ${id}`, titleGiven: true, responsibleId, observerIds: [], opened: true, chatMemberIds: [], pipelineId: 'default', stageId, stageSince: '2026-01-05T09:00:00.000Z',
    values: { amount: `${1000 + (id % 9000)}.00`, currency: 'EUR', probability: 40, beginDate: '2026-01-05', closeDate: '2026-12-01' },
    createdAt: '2026-01-05T09:00:00.000Z', createdBy: responsibleId, updatedAt: '2026-01-05T09:00:00.000Z', updatedBy: responsibleId, version: 1,
  }
}
