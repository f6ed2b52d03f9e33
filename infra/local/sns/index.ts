import { randomUUID } from 'node:crypto'
import { escapeXml, queryAnswer } from '../aws-wire.ts'
import { AwsError } from '../contract.ts'
import type { AwsAnswer, Host, Service, SnsDoor } from '../contract.ts'
import { createInvocations } from '../events/invocations.ts'
import { formOf, numbered, publicationOf } from './form.ts'
import { envelopeOf, functionEventOf } from './notification.ts'
import type { Notification } from './notification.ts'
import { checkPublication, largestBytes, sizeOf, textFor } from './publication.ts'
import type { Publication } from './publication.ts'
import { subscriptionsOf } from './subscriptions.ts'
import type { Subscription } from './subscriptions.ts'

const namespace = 'http://sns.amazonaws.com/doc/2010-03-31/'
const mostEntries = 10

/**
 * SNS: the template's standard topics with their queue and function subscriptions. A publication that was answered lies in its
 * queues and waits durably for its functions.
 */
export function createSns(host: Host): Service & SnsDoor {
  const invocations = createInvocations(host, 'sns_invocations')
  let subscriptions: ReadonlyMap<string, readonly Subscription[]> = new Map()

  const checkTopic = (topicArn: string): void => {
    if (host.resourceByArn(topicArn)?.type !== 'AWS::SNS::Topic') throw new AwsError('NotFound', 'Topic does not exist', 404)
  }

  const publish = (topicArn: string, publication: Publication): string => {
    const messageId = randomUUID()
    const at = host.now()
    host.store.transaction(() => {
      for (const subscription of subscriptions.get(topicArn) ?? []) {
        if (!subscription.wants(publication)) continue
        const { message, isPerProtocol, subject, attributes } = publication
        deliver(subscription, {
          messageId, topicArn, subscriptionArn: subscription.arn, subject, attributes, at, region: host.region,
          message: isPerProtocol ? textFor(message, subscription.protocol) : message,
        })
      }
    })
    return messageId
  }

  const deliver = (subscription: Subscription, notification: Notification): void => {
    const { endpoint, protocol, isRaw, topicArn } = subscription
    const action = protocol === 'sqs' ? 'sqs:SendMessage' : 'lambda:InvokeFunction'
    if (!host.allowedByResourcePolicy(endpoint, action, 'sns.amazonaws.com', topicArn)) {
      return putAside(subscription, notification, `its policy does not allow ${action} to the topic`)
    }
    if (protocol === 'lambda') return invocations.add({ functionArn: endpoint, event: JSON.stringify(functionEventOf(notification)) })
    try {
      host.sqs.send(endpoint, isRaw ? { body: notification.message, attributes: notification.attributes } : { body: JSON.stringify(envelopeOf(notification)) })
    } catch (problem) {
      if (!(problem instanceof AwsError)) throw problem
      putAside(subscription, notification, problem.message)
    }
  }

  /** To the subscription's dead-letter queue, in the form in which the subscriber would have got it. */
  const putAside = ({ topicArn, endpoint, deadLetterArn, isRaw }: Subscription, notification: Notification, why: string): void => {
    const problem = `${topicArn} could not deliver a message to ${endpoint}: ${why}`
    if (deadLetterArn === undefined || !host.allowedByResourcePolicy(deadLetterArn, 'sqs:SendMessage', 'sns.amazonaws.com', topicArn)) {
      return host.log(`${problem}, and it is lost`)
    }
    host.log(problem)
    host.sqs.send(deadLetterArn, { body: isRaw ? notification.message : JSON.stringify(envelopeOf(notification)) })
  }

  const publishBatch = (form: URLSearchParams, topicArn: string): AwsAnswer => {
    const prefixes = numbered(form, 'PublishBatchRequestEntries.member', 'Id')
    const ids = prefixes.map((prefix) => form.get(`${prefix}.Id`) ?? '')
    if (ids.length === 0) throw new AwsError('EmptyBatchRequest', 'The batch request does not contain any entries.')
    if (ids.length > mostEntries) throw new AwsError('TooManyEntriesInBatchRequest', 'The batch request contains more entries than permissible.')
    if (new Set(ids).size < ids.length) throw new AwsError('BatchEntryIdsNotDistinct', 'Two or more batch entries in the request have the same Id.')
    if (ids.some((id) => !/^[\w-]{1,80}$/.test(id))) throw new AwsError('InvalidBatchEntryId', 'The Id of a batch entry in a batch request does not abide by the specification.')
    const publications = prefixes.map((prefix) => publicationOf(form, `${prefix}.`))
    const bytes = publications.reduce((sum, publication) => sum + sizeOf(publication), 0)
    if (bytes > largestBytes) throw new AwsError('BatchRequestTooLong', 'The length of all the batch messages put together is more than the limit.')
    const done = { Successful: '', Failed: '' }
    host.store.transaction(() => {
      for (const [position, publication] of publications.entries()) {
        const id = ids[position] ?? ''
        try {
          checkPublication(publication)
          done.Successful += `<member><Id>${id}</Id><MessageId>${publish(topicArn, publication)}</MessageId></member>`
        } catch (problem) {
          if (!(problem instanceof AwsError)) throw problem
          done.Failed += `<member><Id>${id}</Id><Code>${problem.code}</Code><Message>${escapeXml(problem.message)}</Message><SenderFault>true</SenderFault></member>`
        }
      }
    })
    return queryAnswer('PublishBatch', `<Successful>${done.Successful}</Successful><Failed>${done.Failed}</Failed>`, namespace)
  }

  return {
    name: 'sns',
    async start() {
      subscriptions = subscriptionsOf(host)
      invocations.start()
    },
    stop: () => invocations.stop(),
    async handle(call) {
      const form = formOf(call)
      const action = form.get('Action') ?? ''
      if (action !== 'Publish' && action !== 'PublishBatch') throw new AwsError('InvalidAction', `The local host has no operation ${action} of SNS.`)
      const topicArn = form.get('TopicArn') ?? form.get('TargetArn') ?? ''
      host.authorise(call, 'sns:Publish', topicArn)
      checkTopic(topicArn)
      if (action === 'PublishBatch') return publishBatch(form, topicArn)
      const publication = publicationOf(form)
      checkPublication(publication)
      return queryAnswer('Publish', `<MessageId>${publish(topicArn, publication)}</MessageId>`, namespace)
    },
    publish(topicArn, message, subject) {
      checkTopic(topicArn)
      return { messageId: publish(topicArn, { message, subject, attributes: {}, isPerProtocol: false }) }
    },
  }
}
