import type { Host, StreamRecord, StreamsDoor } from '../contract.ts'
import { changesAnything } from './change-feed.ts'
import type { ChangeFeed } from './change-feed.ts'
import type { Change } from './change-log.ts'
import type { Connection } from './connection.ts'
import { idOf, sequenceNumberOf, streamRecordOf } from './stream-record.ts'
import type { StreamView, Table } from './tables.ts'

/** Reads a table's stream after a position; the positions are its own. */
export type ReadStream = StreamsDoor['read']

/** The name in `arn:aws:dynamodb:<region>:<account>:table/<name>/stream/<label>`. */
function tableOfStream(streamArn: string): string {
  const name = /:table\/([^/]+)\/stream\//.exec(streamArn)?.[1]
  if (name === undefined) throw new Error(`${streamArn} is no stream of a table`)
  return name
}

/**
 * Reads the host's change log. A position is the sequence number of the last record read; it outlives host and engine.
 *
 * @param catchUp lets the feed learn of changes that came by another way than through the host
 */
export function readChangeLog(feed: ChangeFeed, catchUp: () => void, tables: ReadonlyMap<string, Table>, region: string): ReadStream {
  const made = new WeakMap<Change, StreamRecord>()
  const recordOf = (change: Change, streamArn: string, view: StreamView): StreamRecord => {
    const known = made.get(change) ?? streamRecordOf(change, streamArn, view, region)
    made.set(change, known)
    return known
  }
  return async (streamArn, position, most) => {
    const table = tableOfStream(streamArn)
    const view = tables.get(table)?.streamView
    if (view === undefined) throw new Error(`Table ${table} has no stream`)
    const records: StreamRecord[] = []
    let last = position === undefined ? 0 : idOf(position)
    let hasCaughtUp = false
    while (records.length < most) {
      const changes = feed.after(last, most - records.length, table)
      if (changes.length === 0) {
        if (hasCaughtUp || records.length > 0) break
        catchUp()
        hasCaughtUp = true
      }
      for (const change of changes) {
        last = change.id
        if (changesAnything(change)) records.push(recordOf(change, streamArn, view))
      }
    }
    return { records, position: last === 0 ? position : sequenceNumberOf(last) }
  }
}

interface Shard {
  readonly ShardId: string
}
const streamsApi = 'DynamoDBStreams_20120810'

/**
 * Reads the streams of an endpoint given by `--dynamodb`. A position is `<shard>|<sequence number>`, or `<shard>|` for one whose
 * beginning comes next; shards are read one after the other, as they were opened.
 */
export function readEndpointStream(endpoint: Connection, host: Pick<Host, 'region'>): ReadStream {
  return async (streamArn, position, most) => {
    const stream = await streamOf(tableOfStream(streamArn))
    if (stream === undefined) return { records: [], position }
    const [shardId, sequenceNumber] = position?.split('|') ?? []
    const at = stream.shards.findIndex((shard) => shard.ShardId === shardId)
    const shard = stream.shards[Math.max(at, 0)]
    if (shard === undefined) return { records: [], position }
    const { records, isClosed } = await readShard(stream.arn, shard.ShardId, at < 0 ? undefined : sequenceNumber, most)
    const last = records.at(-1)?.dynamodb.SequenceNumber ?? sequenceNumber ?? ''
    const next = stream.shards[Math.max(at, 0) + 1]
    return {
      records: records.map((record) => ({ ...record, awsRegion: host.region, eventSourceARN: streamArn })),
      position: records.length === 0 && isClosed && next !== undefined ? `${next.ShardId}|` : `${shard.ShardId}|${last}`,
    }
  }

  async function streamOf(table: string): Promise<{ arn: string; shards: readonly Shard[] } | undefined> {
    const { Streams } = await endpoint.ask<{ Streams: { StreamArn: string }[] }>('ListStreams', { TableName: table }, streamsApi)
    const arn = Streams.at(-1)?.StreamArn
    if (arn === undefined) return undefined
    const described = await endpoint.ask<{ StreamDescription: { Shards: Shard[] } }>('DescribeStream', { StreamArn: arn }, streamsApi)
    return { arn, shards: described.StreamDescription.Shards }
  }

  async function readShard(arn: string, shardId: string, sequenceNumber: string | undefined, most: number) {
    const from = sequenceNumber === undefined || sequenceNumber === '' ? { ShardIteratorType: 'TRIM_HORIZON' } : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: sequenceNumber }
    const { ShardIterator } = await endpoint.ask<{ ShardIterator: string }>('GetShardIterator', { StreamArn: arn, ShardId: shardId, ...from }, streamsApi)
    const answer = await endpoint.ask<{ Records: StreamRecord[]; NextShardIterator?: string }>('GetRecords', { ShardIterator, Limit: Math.min(most, 1_000) }, streamsApi)
    return { records: answer.Records, isClosed: answer.NextShardIterator === undefined }
  }
}

/** Who waits for records of which table. */
export interface Listeners {
  add(streamArn: string, wake: () => void): () => void
  wake(table: string): void
  wakeAll(): void
}

export function createListeners(): Listeners {
  const byTable = new Map<string, Set<() => void>>()
  const wake = (table: string) => byTable.get(table)?.forEach((listener) => listener())
  return {
    add(streamArn, listener) {
      const table = tableOfStream(streamArn)
      const listeners = byTable.get(table) ?? new Set()
      byTable.set(table, listeners.add(listener))
      return () => void listeners.delete(listener)
    },
    wake,
    wakeAll() {
      for (const table of byTable.keys()) wake(table)
    },
  }
}
