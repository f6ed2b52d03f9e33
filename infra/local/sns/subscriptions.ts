import { createHash } from 'node:crypto'
import type { Host, Resource } from '../contract.ts'
import { checkPattern, matches } from '../events/pattern.ts'
import { flag, record, text } from '../properties.ts'
import { textFor } from './publication.ts'
import type { Publication } from './publication.ts'

/** Who gets what is published to a topic. */
export interface Subscription {
  readonly arn: string
  readonly topicArn: string
  readonly protocol: 'sqs' | 'lambda'
  /** ARN of the queue or function. */
  readonly endpoint: string
  readonly isRaw: boolean
  readonly deadLetterArn: string | undefined
  /** Whether the subscription's filter lets a publication through. */
  wants(publication: Publication): boolean
}

/** Protocols that leave the machine for a person: taken and not delivered. */
const outward = new Set(['email', 'email-json', 'sms'])

/**
 * The subscriptions of the template by topic ARN.
 *
 * @throws Error that names a subscription which AWS would refuse or the local host cannot deliver to
 */
export function subscriptionsOf(host: Host): ReadonlyMap<string, readonly Subscription[]> {
  const byTopic = new Map<string, Subscription[]>()
  const add = (owner: Resource, properties: Readonly<Record<string, unknown>>, topicArn: string): void => {
    const protocol = text(properties['Protocol']) ?? ''
    if (outward.has(protocol)) return
    try {
      byTopic.set(topicArn, [...(byTopic.get(topicArn) ?? []), subscriptionOf(host, owner, properties, topicArn, protocol)])
    } catch (problem) {
      throw new Error(`${owner.type} ${owner.logicalId}: ${problem instanceof Error ? problem.message : String(problem)}`, { cause: problem })
    }
  }
  for (const topic of host.resources('AWS::SNS::Topic')) {
    if (flag(topic.properties['FifoTopic'])) throw new Error(`${topic.logicalId}: the local host has no FIFO topics`)
    const inline = topic.properties['Subscription']
    if (Array.isArray(inline)) for (const one of inline) add(topic, record(one), topic.arn)
  }
  for (const resource of host.resources('AWS::SNS::Subscription')) add(resource, resource.properties, text(resource.properties['TopicArn']) ?? '')
  return byTopic
}

function subscriptionOf(host: Host, owner: Resource, properties: Readonly<Record<string, unknown>>, topicArn: string, protocol: string): Subscription {
  const endpoint = text(properties['Endpoint']) ?? ''
  if (host.resourceByArn(topicArn)?.type !== 'AWS::SNS::Topic') throw new Error(`the topic ${topicArn} is not in the template`)
  if (protocol !== 'sqs' && protocol !== 'lambda') throw new Error(`the local host does not deliver by ${protocol}`)
  if (host.resourceByArn(endpoint)?.type !== (protocol === 'sqs' ? 'AWS::SQS::Queue' : 'AWS::Lambda::Function')) throw new Error(`the endpoint ${endpoint} is not in the template`)
  if (endpoint.endsWith('.fifo')) throw new Error('a FIFO queue cannot subscribe to a standard topic')
  const id = createHash('sha256').update(`${owner.stack}/${owner.logicalId}/${endpoint}`).digest('hex')
  return {
    arn: `${topicArn}:${id.slice(0, 8)}-${id.slice(8, 12)}-${id.slice(12, 16)}-${id.slice(16, 20)}-${id.slice(20, 32)}`,
    topicArn,
    protocol,
    endpoint,
    isRaw: flag(properties['RawMessageDelivery']),
    deadLetterArn: text(objectOf(properties['RedrivePolicy'])['deadLetterTargetArn']),
    wants: filterOf(properties['FilterPolicy'], properties['FilterPolicyScope'] === 'MessageBody', protocol),
  }
}

function filterOf(policy: unknown, isOnBody: boolean, protocol: string): Subscription['wants'] {
  const pattern = objectOf(policy)
  if (Object.keys(pattern).length === 0) return () => true
  checkPattern(pattern)
  return (publication) => matches(pattern, isOnBody ? bodyOf(publication, protocol) : plainAttributes(publication))
}

/** A body that is no JSON matches no filter. */
function bodyOf({ message, isPerProtocol }: Publication, protocol: string): unknown {
  try {
    return JSON.parse(isPerProtocol ? textFor(message, protocol) : message)
  } catch {
    return undefined
  }
}

/** Attributes as a filter sees them: numbers as numbers, `String.Array` as a list, bytes not at all. */
function plainAttributes({ attributes }: Publication): Record<string, unknown> {
  return Object.fromEntries(Object.entries(attributes).flatMap(([name, { dataType, stringValue = '' }]) => {
    if (dataType.startsWith('Binary')) return []
    if (dataType === 'Number') return [[name, Number(stringValue)]]
    return [[name, dataType === 'String.Array' ? bodyOf({ message: stringValue, subject: undefined, attributes: {}, isPerProtocol: false }, '') : stringValue]]
  }))
}

function objectOf(policy: unknown): Readonly<Record<string, unknown>> {
  return record(typeof policy === 'string' ? JSON.parse(policy) : policy)
}
