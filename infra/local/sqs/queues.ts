import type { Host, Resource } from '../contract.ts'

/** A queue as the template declares it, with AWS's defaults. */
export interface Queue {
  readonly name: string
  readonly arn: string
  readonly isFifo: boolean
  readonly delaySeconds: number
  readonly visibilityTimeoutSeconds: number
  readonly retentionSeconds: number
  /** Long polling when a receiver names no wait time. */
  readonly waitSeconds: number
  readonly maximumBytes: number
  /** Where a message goes instead of being received more often than this. */
  readonly redrive: { readonly arn: string; readonly maxReceiveCount: number } | undefined
  readonly contentBasedDeduplication: boolean
  /** High throughput: deduplication ids are told apart per message group. */
  readonly deduplicationPerGroup: boolean
  readonly properties: Readonly<Record<string, unknown>>
}

/** SQS's limit on a message and on a whole batch: 1 MiB (256 KiB until 2025). */
export const largestMessageBytes = 1_048_576

/**
 * The queues of the template by ARN.
 *
 * @throws Error that names the queue if SQS would refuse its definition
 */
export function queuesOf(host: Host): ReadonlyMap<string, Queue> {
  const queues = new Map(host.resources('AWS::SQS::Queue').map((resource) => [resource.arn, queueOf(resource)]))
  for (const queue of queues.values()) checkRedrive(queue, queues)
  return queues
}

function queueOf({ name, arn, properties }: Resource): Queue {
  const number = (property: string, least: number, most: number, otherwise: number): number => {
    const value = Number(properties[property] ?? otherwise)
    if (!Number.isInteger(value) || value < least || value > most) throw new Error(`Queue ${name}: ${property} must be between ${least} and ${most}`)
    return value
  }
  const isFifo = isTrue(properties['FifoQueue'])
  if (isFifo !== name.endsWith('.fifo')) throw new Error(`Queue ${name}: the name of a FIFO queue, and of no other, ends in .fifo`)
  return {
    name,
    arn,
    isFifo,
    delaySeconds: number('DelaySeconds', 0, 900, 0),
    visibilityTimeoutSeconds: number('VisibilityTimeout', 0, 43_200, 30),
    retentionSeconds: number('MessageRetentionPeriod', 60, 1_209_600, 345_600),
    waitSeconds: number('ReceiveMessageWaitTimeSeconds', 0, 20, 0),
    maximumBytes: number('MaximumMessageSize', 1_024, largestMessageBytes, largestMessageBytes),
    redrive: redriveOf(name, properties['RedrivePolicy']),
    contentBasedDeduplication: isTrue(properties['ContentBasedDeduplication']),
    deduplicationPerGroup: properties['DeduplicationScope'] === 'messageGroup',
    properties,
  }
}

function redriveOf(name: string, policy: unknown): Queue['redrive'] {
  if (policy === undefined) return undefined
  const { deadLetterTargetArn, maxReceiveCount } = (typeof policy === 'string' ? JSON.parse(policy) : policy) as Record<string, unknown>
  const count = Number(maxReceiveCount)
  if (typeof deadLetterTargetArn !== 'string' || !Number.isInteger(count) || count < 1 || count > 1_000) {
    throw new Error(`Queue ${name}: RedrivePolicy needs deadLetterTargetArn and a maxReceiveCount from 1 to 1000`)
  }
  return { arn: deadLetterTargetArn, maxReceiveCount: count }
}

function checkRedrive(queue: Queue, queues: ReadonlyMap<string, Queue>): void {
  if (queue.redrive === undefined) return
  const target = queues.get(queue.redrive.arn)
  if (target === undefined) throw new Error(`Queue ${queue.name}: its dead-letter queue ${queue.redrive.arn} is not in the template`)
  if (target.isFifo !== queue.isFifo) throw new Error(`Queue ${queue.name}: its dead-letter queue must be of the same type`)
}

function isTrue(value: unknown): boolean {
  return value === true || value === 'true'
}
