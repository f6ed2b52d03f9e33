import { BUCKETS, type Partition } from '../access/index.ts'
import { peopleOf, type Workspace } from '../workspace/index.ts'
import { purgeTime } from './bin-rules.ts'
import type { Item, Placing } from './item.ts'
import { binPartition, bucketPartition, departmentPartition, ownerPartition, PURGE_PARTITION, stagePartition } from './keys.ts'

/** Where lists find an item: under its responsible person, that person's primary department, and its stage or bucket; deleted, in the bin alone. */
export function placingOf(workspace: Workspace, item: Item): Placing {
  if (item.deletedAt !== undefined) return { bucketKey: binPartition(item.type), placedAt: workspace.version, dueKey: PURGE_PARTITION, dueAt: Math.floor(purgeTime(item.deletedAt).getTime() / 1000) }
  const departmentId = peopleOf(workspace).users.get(item.responsibleId)?.departmentIds[0]
  return {
    ownerKey: ownerPartition(item.type, item.responsibleId),
    ...(departmentId === undefined ? {} : { departmentKey: departmentPartition(item.type, departmentId) }),
    bucketKey: item.pipelineId !== undefined && item.stageId !== undefined ? stagePartition(item.type, item.pipelineId, item.stageId) : bucketPartition(item.type, item.id % BUCKETS),
    placedAt: workspace.version,
  }
}

/** The index and partition key of a partition that the planner names. */
export function indexOf(type: string, partition: Partition): { index: 'byOwner' | 'byDepartment' | 'byBucket'; key: string } {
  switch (partition.by) {
    case 'owner':
      return { index: 'byOwner', key: ownerPartition(type, partition.userId) }
    case 'department':
      return { index: 'byDepartment', key: departmentPartition(type, partition.departmentId) }
    case 'stage':
      return { index: 'byBucket', key: stagePartition(type, partition.pipelineId, partition.stageId) }
    case 'bucket':
      return { index: 'byBucket', key: bucketPartition(type, partition.number) }
  }
}
