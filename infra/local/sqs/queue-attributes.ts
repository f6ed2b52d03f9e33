import { AwsError } from '../contract.ts'
import type { Queue } from './queues.ts'
import type { Counts } from './rows.ts'

/** Properties of the template that GetQueueAttributes shows as they are (objects as JSON). */
const shownProperties = [
  'FifoThroughputLimit', 'DeduplicationScope', 'KmsMasterKeyId', 'KmsDataKeyReusePeriodSeconds', 'SqsManagedSseEnabled', 'RedrivePolicy', 'RedriveAllowPolicy',
]

/**
 * What GetQueueAttributes answers, as strings.
 *
 * @param createdAt seconds since 1970
 * @throws AwsError `InvalidAttributeName` for a name that this queue's kind does not have
 */
export function queueAttributes(queue: Queue, policy: unknown, counts: Counts, createdAt: number, names: readonly string[]): Record<string, string> {
  const shown = Object.fromEntries(shownProperties.flatMap((name) => {
    const value = queue.properties[name]
    return value === undefined ? [] : [[name, typeof value === 'object' ? JSON.stringify(value) : String(value)]]
  }))
  const all: Record<string, string> = {
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: String(counts.visible),
    ApproximateNumberOfMessagesNotVisible: String(counts.inFlight),
    ApproximateNumberOfMessagesDelayed: String(counts.delayed),
    CreatedTimestamp: String(createdAt),
    LastModifiedTimestamp: String(createdAt),
    VisibilityTimeout: String(queue.visibilityTimeoutSeconds),
    MaximumMessageSize: String(queue.maximumBytes),
    MessageRetentionPeriod: String(queue.retentionSeconds),
    DelaySeconds: String(queue.delaySeconds),
    ReceiveMessageWaitTimeSeconds: String(queue.waitSeconds),
    ...(queue.isFifo ? { FifoQueue: 'true', ContentBasedDeduplication: String(queue.contentBasedDeduplication) } : {}),
    ...(policy === undefined ? {} : { Policy: JSON.stringify(policy) }),
    ...shown,
  }
  const unknown = names.find((name) => name !== 'All' && !Object.hasOwn(all, name) && name !== 'Policy' && !shownProperties.includes(name))
  if (unknown !== undefined) throw new AwsError('InvalidAttributeName', `Unknown Attribute ${unknown}.`)
  return names.includes('All') ? all : Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)))
}
