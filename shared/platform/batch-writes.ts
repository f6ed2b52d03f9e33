import { BatchWriteItemCommand, type WriteRequest } from '@aws-sdk/client-dynamodb'
import { inParts } from '../kernel/in-parts.ts'
import { openDynamodb } from './dynamodb.ts'
import { toAttributes } from './expressions.ts'
import { waitBeforeTry } from './retry.ts'
import type { Key, Row } from './table.ts'

export type PlainWrite = { readonly put: Row } | { readonly delete: Key }

/**
 * Writes rows and removes them, each by itself and on no condition: 25 to a call, for what follows from other rows and may be done any number of times. Where the
 * same row is meant twice, the later counts. Throws when some could not be written; the others may be.
 */
export type BatchWriter = (writes: readonly PlainWrite[]) => Promise<void>

const MOST_AT_ONCE = 25
const MOST_TRIES = 8

/** Opens the table with this name for such writes; what DynamoDB leaves undone under load is asked for again; after eight tries it throws. */
export function openBatchWriter(tableName: string, client = openDynamodb()): BatchWriter {
  const writeSome = async (requests: readonly WriteRequest[]): Promise<void> => {
    let left: readonly WriteRequest[] = requests
    for (let attempt = 0; left.length > 0; attempt += 1) {
      if (attempt === MOST_TRIES) throw new Error('DynamoDB left rows unwritten again and again.')
      if (attempt > 0) await waitBeforeTry(attempt)
      const { UnprocessedItems } = await client.send(new BatchWriteItemCommand({ RequestItems: { [tableName]: [...left] } }))
      left = UnprocessedItems?.[tableName] ?? []
    }
  }
  return async (writes) => {
    const distinct = [...new Map(writes.map((write) => [rowOf(write), write])).values()].map(requestOf)
    await Promise.all(inParts(distinct, MOST_AT_ONCE).map(writeSome))
  }
}

function rowOf(write: PlainWrite): string {
  const { pk, sk } = 'put' in write ? write.put : write.delete
  return `${pk}\n${sk}`
}

function requestOf(write: PlainWrite): WriteRequest {
  if ('put' in write) return { PutRequest: { Item: toAttributes(write.put) } }
  return { DeleteRequest: { Key: { pk: { S: write.delete.pk }, sk: { S: write.delete.sk } } } }
}
