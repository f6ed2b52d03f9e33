import type { Host, Resource } from '../contract.ts'
import type { ObjectHead } from './objects.ts'

/** What happened to an object, in the words of S3's events: `ObjectCreated:Put`, `ObjectRemoved:Delete`, ... */
export interface ObjectEvent {
  readonly name: string
  readonly head: ObjectHead
  readonly at: Date
}

interface Rule {
  readonly Event: string
  readonly Queue?: string
  readonly Topic?: string
  readonly Function?: string
  readonly Filter?: { readonly S3Key?: { readonly Rules?: readonly { readonly Name: string; readonly Value: string }[] } }
}
interface Configuration {
  readonly QueueConfigurations?: readonly Rule[]
  readonly TopicConfigurations?: readonly Rule[]
  readonly LambdaConfigurations?: readonly Rule[]
  readonly EventBridgeConfiguration?: { readonly EventBridgeEnabled?: boolean | string }
}

/**
 * Tells a bucket's queues, topics, functions and the event bus. Called in the transaction that stores the object, so that queues,
 * topics and bus know of it exactly when it is stored; functions are called afterwards, and are tried three times.
 */
export function notify(host: Host, bucket: Resource, event: ObjectEvent): void {
  const configuration = bucket.properties['NotificationConfiguration'] as Configuration | undefined
  if (configuration === undefined) return
  const applies = (rule: Rule): boolean => matchesEvent(rule.Event, event.name) && matchesKey(rule, event.head.key)
  const record = JSON.stringify({ Records: [recordOf(host, bucket, event)] })
  const mayTell = (target: string, action: string): boolean => {
    const isAllowed = host.allowedByResourcePolicy(target, action, 's3.amazonaws.com', bucket.arn)
    if (!isAllowed) host.log(`s3: ${target} does not let bucket ${bucket.name} do ${action}; the notification is lost`)
    return isAllowed
  }
  for (const { Queue = '' } of (configuration.QueueConfigurations ?? []).filter(applies)) {
    if (mayTell(Queue, 'sqs:SendMessage')) host.sqs.send(Queue, { body: record })
  }
  for (const { Topic = '' } of (configuration.TopicConfigurations ?? []).filter(applies)) {
    if (mayTell(Topic, 'sns:Publish')) host.sns.publish(Topic, record, 'Amazon S3 Notification')
  }
  for (const { Function: name = '' } of (configuration.LambdaConfigurations ?? []).filter(applies)) {
    if (mayTell(name, 'lambda:InvokeFunction')) void invoke(host, name, JSON.parse(record))
  }
  if (String(configuration.EventBridgeConfiguration?.EventBridgeEnabled) === 'true') host.events.put(busEvent(event))
}

const triesOfFunctions = 3

async function invoke(host: Host, functionArn: string, event: unknown): Promise<void> {
  for (let attempt = 1; attempt <= triesOfFunctions; attempt += 1) {
    const outcome = await host.invoke(functionArn, event)
    if (outcome.ok) return
    host.log(`s3: ${functionArn} failed with ${outcome.errorType} (${attempt} of ${triesOfFunctions})`)
  }
}

function matchesEvent(pattern: string, name: string): boolean {
  const wanted = pattern.replace(/^s3:/, '')
  return wanted.endsWith('*') ? name.startsWith(wanted.slice(0, -1)) : wanted === name
}

function matchesKey(rule: Rule, key: string): boolean {
  return (rule.Filter?.S3Key?.Rules ?? []).every(({ Name, Value }) => (Name.toLowerCase() === 'prefix' ? key.startsWith(Value) : key.endsWith(Value)))
}

function recordOf(host: Host, bucket: Resource, { name, head, at }: ObjectEvent): unknown {
  return {
    eventVersion: '2.1',
    eventSource: 'aws:s3',
    awsRegion: host.region,
    eventTime: at.toISOString(),
    eventName: name,
    s3: {
      s3SchemaVersion: '1.0',
      bucket: { name: bucket.name, arn: bucket.arn },
      // Keys are encoded as in a form, where a space is a plus sign.
      object: { key: encodeURIComponent(head.key).replaceAll('%2F', '/').replaceAll('%20', '+'), size: head.sizeBytes, eTag: head.etag, sequencer: at.getTime().toString(16).toUpperCase().padStart(16, '0') },
    },
  }
}

function busEvent({ name, head, at }: ObjectEvent) {
  const isCreated = name.startsWith('ObjectCreated')
  const object = isCreated ? { key: head.key, size: head.sizeBytes, etag: head.etag } : { key: head.key }
  return {
    source: 'aws.s3',
    detailType: isCreated ? 'Object Created' : 'Object Deleted',
    time: at,
    resources: [`arn:aws:s3:::${head.bucket}`],
    detail: { version: '0', bucket: { name: head.bucket }, object, reason: isCreated ? 'PutObject' : 'DeleteObject', ...(!isCreated && { 'deletion-type': 'Permanently Deleted' }) },
  }
}
