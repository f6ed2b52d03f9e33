import { BUCKETS } from '../access/index.ts'
import type { Table } from '../platform/table.ts'
import type { Place, TypePorts } from '../types/index.ts'
import { itemOfRow } from './item.ts'
import { bucketPartition, counterKey, itemKey, LIST_RANGE_KEY, stagePartition } from './keys.ts'

const PAGE = 100

/** What the room of types asks before it removes anything. The index names candidates, each of which is read again with consistency: an item that has left is no obstacle. */
export const standingItems: TypePorts['items'] = {
  async standIn(table, type, places) {
    const partitions = places ? places.map(({ pipelineId, stageId }) => stagePartition(type, pipelineId, stageId)) : Array.from({ length: BUCKETS }, (_, bucket) => bucketPartition(type, bucket))
    for (const partition of partitions) if (await anyStandsIn(table, type, partition, places)) return true
    return false
  },
  async lastNumber(table, type) {
    return Number((await table.get(counterKey(type), { consistent: true }))?.['last'] ?? 0)
  },
}

async function anyStandsIn(table: Table, type: string, partition: string, places: readonly Place[] | undefined): Promise<boolean> {
  let after: number | undefined
  for (;;) {
    const { rows, ended } = await table.query({ index: 'byBucket', partition, limit: PAGE, ...(after === undefined ? {} : { after }) })
    const items = (await table.getMany(rows.map((row) => itemKey(type, Number(row[LIST_RANGE_KEY]))), { consistent: true })).map(itemOfRow)
    const standing = items.filter(({ deletedAt }) => deletedAt === undefined)
    if (standing.some(({ pipelineId, stageId }) => !places || places.some((place) => place.pipelineId === pipelineId && place.stageId === stageId))) return true
    if (ended) return false
    after = Number(rows.at(-1)?.[LIST_RANGE_KEY])
  }
}
