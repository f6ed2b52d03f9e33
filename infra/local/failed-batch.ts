import { randomUUID } from 'node:crypto'
import type { Host, StreamRecord } from './contract.ts'
import type { Mapping } from './event-source.ts'

/** Records that a function could not do and that are given up, so that those behind them come through. */
export interface FailedBatch {
  readonly records: readonly StreamRecord[]
  readonly reason: string
  readonly attempts: number
}

/**
 * Sends a failed batch to the mapping's on-failure destination: a bucket gets the whole records, a queue or topic only where they
 * stood in the stream. Without a destination they are lost, as on AWS, and the log says so.
 *
 * @throws Error when the function's role does not allow it; the batch is then tried again instead of being lost
 */
export async function keepFailedBatch(host: Host, mapping: Mapping, batch: FailedBatch, may: (action: string, resourceArn: string) => boolean): Promise<void> {
  const destination = (mapping.properties['DestinationConfig'] as { OnFailure?: { Destination?: string } } | undefined)?.OnFailure?.Destination
  host.log(`${mapping.func.name} gave up ${batch.records.length} record(s): ${batch.reason}${destination === undefined ? ', and they are lost' : ''}`)
  if (destination === undefined) return
  const demand = (action: string, arn: string): void => {
    if (!may(action, arn)) throw new Error(`The role of ${mapping.func.name} does not allow ${action} on ${arn}, its failure destination`)
  }
  const record = describe(host, mapping, batch)
  switch (destination.split(':')[2]) {
    case 's3': {
      const bucket = destination.slice('arn:aws:s3:::'.length)
      const key = objectKey(host, mapping)
      demand('s3:PutObject', `${destination}/${key}`)
      const body = JSON.stringify({ ...record, payload: { Records: batch.records } })
      return host.s3.put(bucket, key, Buffer.from(body), { contentType: 'application/json' })
    }
    case 'sqs':
      demand('sqs:SendMessage', destination)
      host.sqs.send(destination, { body: JSON.stringify(record) })
      return
    case 'sns':
      demand('sns:Publish', destination)
      host.sns.publish(destination, JSON.stringify(record))
      return
    default:
      throw new Error(`The local host does not know failure destinations such as ${destination}`)
  }
}

function objectKey(host: Host, mapping: Mapping): string {
  const [day = '', time = ''] = host.now().toISOString().split('T')
  return `aws/lambda/${mapping.id}/${shardId}/${day.replaceAll('-', '/')}/${day}T${time.slice(0, 8).replaceAll(':', '.')}-${randomUUID()}`
}

/** The local streams have one shard. */
const shardId = 'shardId-00000000000000000000-00000000'

/** When a record was written; streams tell it in seconds. */
function moment(record: StreamRecord | undefined): string {
  return new Date(Number(record?.dynamodb['ApproximateCreationDateTime'] ?? 0) * 1_000).toISOString()
}

function describe(host: Host, mapping: Mapping, { records, reason, attempts }: FailedBatch): Record<string, unknown> {
  const [first, last] = [records[0], records.at(-1)]
  return {
    requestContext: { requestId: randomUUID(), functionArn: mapping.func.arn, condition: reason, approximateInvokeCount: attempts },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    version: '1.0',
    timestamp: host.now().toISOString(),
    DDBStreamBatchInfo: {
      shardId,
      startSequenceNumber: first?.dynamodb.SequenceNumber,
      endSequenceNumber: last?.dynamodb.SequenceNumber,
      approximateArrivalOfFirstRecord: moment(first),
      approximateArrivalOfLastRecord: moment(last),
      batchSize: records.length,
      streamArn: mapping.sourceArn,
    },
  }
}
