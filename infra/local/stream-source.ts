import { setTimeout as sleep } from 'node:timers/promises'
import type { Host, StreamRecord } from './contract.ts'
import type { EventSource, Mapping } from './event-source.ts'
import { matches } from './events/pattern.ts'
import { failuresOf } from './item-failures.ts'
import { keepFailedBatch } from './failed-batch.ts'

/** Milliseconds before a failed batch is tried again: the first time, and at most. */
const firstBackoff = 100
const longestBackoff = 5_000

/**
 * Feeds a function from a table's stream, in order, until it is stopped. How far it has come is kept in the store, and moves on
 * only when a batch was done, found unwanted by the filters, or given up and kept at the failure destination: a restart delivers again,
 * never less. A new mapping begins at the oldest record, whatever its starting position: a host that is down misses nothing.
 */
export function openStreamSource(host: Host, mapping: Mapping, may: (action: string, resourceArn: string) => boolean): EventSource {
  host.store.run('create table if not exists mapping_checkpoint (mapping text primary key, position text not null)')
  const limits = {
    attempts: limit(mapping.properties['MaximumRetryAttempts']),
    ageSeconds: limit(mapping.properties['MaximumRecordAgeInSeconds']),
    bisects: mapping.properties['BisectBatchOnFunctionError'] === true,
  }
  const stopping = new AbortController()
  const { signal } = stopping
  let awake = Promise.withResolvers<void>()

  const checkpoint = (): string | undefined =>
    host.store.all<{ position: string }>('select position from mapping_checkpoint where mapping = ?', mapping.id)[0]?.position
  const moveTo = (position: string | undefined): void => {
    if (position !== undefined) host.store.run('insert into mapping_checkpoint values (?, ?) on conflict (mapping) do update set position = excluded.position', mapping.id, position)
  }

  const follow = async (): Promise<void> => {
    while (!signal.aborted) {
      awake = Promise.withResolvers<void>()
      const start = checkpoint()
      const batch = await readBatch(start)
      if (await finish(batch.records)) moveTo(batch.position)
      // A position may move on without records: over changes that changed nothing, or to the next shard.
      if (batch.records.length === 0 && batch.position === start) await awake.promise
    }
  }

  const readBatch = async (start: string | undefined): ReturnType<Host['streams']['read']> => {
    const batch = await host.streams.read(mapping.sourceArn, start, mapping.batchSize)
    const mayGrow = mapping.batchingWindowSeconds > 0 && batch.records.length > 0 && batch.records.length < mapping.batchSize
    if (!mayGrow) return batch
    await pause(mapping.batchingWindowSeconds * 1_000)
    return host.streams.read(mapping.sourceArn, start, mapping.batchSize)
  }

  /** Works on records until they are done or given up; false when the host stops before that. */
  const finish = async (records: readonly StreamRecord[]): Promise<boolean> => {
    let left = records.filter((record) => isWanted(record, mapping))
    for (let attempt = 1, backoff = firstBackoff; left.length > 0; attempt += 1, backoff = Math.min(backoff * 2, longestBackoff)) {
      if (signal.aborted) return false
      const failedAt = await firstFailure(left)
      if (signal.aborted && failedAt !== undefined) return false
      if (failedAt === undefined) return true
      if (failedAt > 0) {
        // What came before the failed record is done; the count of attempts begins anew with the record that failed.
        left = left.slice(failedAt)
        attempt = 0
        backoff = firstBackoff
      } else if (limits.bisects && left.length > 1) {
        const middle = Math.ceil(left.length / 2)
        return (await finish(left.slice(0, middle))) && (await finish(left.slice(middle)))
      }
      const reason = reasonToGiveUp(left, attempt)
      if (reason !== undefined) {
        await keepFailedBatch(host, mapping, { records: left, reason, attempts: attempt }, may)
        return true
      }
      await pause(backoff)
    }
    return true
  }

  /** Index of the first record that the function did not do; undefined when it did all. */
  const firstFailure = async (records: readonly StreamRecord[]): Promise<number | undefined> => {
    const identifiers = records.map(({ dynamodb }) => dynamodb.SequenceNumber)
    let failures: ReturnType<typeof failuresOf> = 'all'
    for (let delivery = host.faults.deliveries(mapping.func.name); delivery > 0; delivery -= 1) {
      const outcome = await host.invoke(mapping.func.arn, { Records: records })
      failures = failuresOf(outcome, mapping.reportsItemFailures, identifiers)
      if (!outcome.ok) host.log(`${mapping.func.name} failed on ${records.length} record(s) of ${mapping.sourceArn}: ${outcome.errorType}`)
    }
    if (failures === 'all') return 0
    const failed = failures
    const first = identifiers.findIndex((identifier) => failed.has(identifier))
    return first === -1 ? undefined : first
  }

  const reasonToGiveUp = (records: readonly StreamRecord[], attempt: number): string | undefined => {
    if (attempt > limits.attempts) return 'RetryAttemptsExhausted'
    const written = Number(records[0]?.dynamodb['ApproximateCreationDateTime'])
    return host.now().getTime() / 1_000 - written > limits.ageSeconds ? 'RecordAgeExceeded' : undefined
  }

  const pause = (milliseconds: number): Promise<void> => sleep(milliseconds, undefined, { signal }).catch(() => undefined)

  const unsubscribe = host.streams.onRecords(mapping.sourceArn, () => awake.resolve())
  const following = keepFollowing(follow, host, mapping, signal)
  return {
    async stop() {
      stopping.abort()
      unsubscribe()
      awake.resolve()
      await following
    },
  }
}

/** A stream that cannot be read for a moment is no reason to stop for ever. */
async function keepFollowing(follow: () => Promise<void>, host: Host, mapping: Mapping, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await follow()
    } catch (problem) {
      if (signal.aborted) return
      host.log(`stream of ${mapping.func.name}: ${problem instanceof Error ? (problem.stack ?? problem.message) : String(problem)}`)
      await sleep(1_000, undefined, { signal }).catch(() => undefined)
    }
  }
}

function isWanted(record: StreamRecord, { filters }: Mapping): boolean {
  return filters.length === 0 || filters.some((pattern) => matches(pattern, record))
}

/** -1, or nothing, means that there is no limit. */
function limit(value: unknown): number {
  return value === undefined || Number(value) < 0 ? Number.POSITIVE_INFINITY : Number(value)
}
