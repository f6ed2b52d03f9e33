import type { Host } from '../contract.ts'
import { record, text } from '../properties.ts'
import { inputOf } from './target-input.ts'
import type { Input } from './target-input.ts'

/** Where a rule sends events. Log groups are taken and get nothing: the host keeps no logs. */
export interface Target {
  readonly kind: 'function' | 'queue' | 'bus' | 'logs'
  readonly arn: string
  readonly input: Input
  /** For what could not be handed over. */
  readonly deadLetterArn: string | undefined
  /** FIFO queues only. */
  readonly groupId: string | undefined
}

const kinds: Readonly<Record<string, Target['kind']>> = {
  'AWS::Lambda::Function': 'function',
  'AWS::SQS::Queue': 'queue',
  'AWS::Events::EventBus': 'bus',
}

/** @throws Error if the local host has no such target */
export function targetOf(host: Host, properties: Readonly<Record<string, unknown>>): Target {
  const arn = text(properties['Arn']) ?? ''
  const groupId = text(record(properties['SqsParameters'])['MessageGroupId'])
  if (arn.endsWith('.fifo') && groupId === undefined) throw new Error(`the target ${arn} needs SqsParameters.MessageGroupId`)
  const deadLetterArn = text(record(properties['DeadLetterConfig'])['Arn'])
  if (deadLetterArn !== undefined && host.resourceByArn(deadLetterArn)?.type !== 'AWS::SQS::Queue') throw new Error(`the dead-letter queue ${deadLetterArn} is not in the template`)
  return { kind: kindOf(host, arn), arn, input: inputOf(properties), deadLetterArn, groupId }
}

function kindOf(host: Host, arn: string): Target['kind'] {
  if (arn.startsWith('arn:aws:logs:')) return 'logs'
  if (arn === `arn:aws:events:${host.region}:${host.accountId}:event-bus/default`) return 'bus'
  const type = host.resourceByArn(arn)?.type
  const kind = type === undefined ? undefined : kinds[type]
  if (kind === undefined) throw new Error(`the local host cannot send events to ${arn === '' ? 'a target without Arn' : arn} (functions, queues, buses and log groups of the template only)`)
  return kind
}
