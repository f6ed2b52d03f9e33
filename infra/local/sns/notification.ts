import type { QueueMessage } from '../contract.ts'

/** A published message on its way to one subscription. */
export interface Notification {
  readonly messageId: string
  readonly topicArn: string
  readonly subscriptionArn: string
  readonly message: string
  readonly subject: string | undefined
  readonly attributes: QueueMessage['messageAttributes']
  readonly at: Date
  readonly region: string
}

/** The JSON that a queue gets without raw delivery. It is not signed: nobody between topic and queue could forge it here. */
export function envelopeOf(notification: Notification): Record<string, unknown> {
  const { attributes } = notification
  return {
    Type: 'Notification',
    MessageId: notification.messageId,
    TopicArn: notification.topicArn,
    ...(notification.subject === undefined ? {} : { Subject: notification.subject }),
    Message: notification.message,
    Timestamp: notification.at.toISOString(),
    SignatureVersion: '1',
    Signature: '',
    SigningCertURL: certificateUrl(notification),
    UnsubscribeURL: unsubscribeUrl(notification),
    ...(Object.keys(attributes).length === 0 ? {} : { MessageAttributes: typedValues(attributes) }),
  }
}

/** The event that a function gets: one record. */
export function functionEventOf(notification: Notification): Record<string, unknown> {
  return {
    Records: [{
      EventSource: 'aws:sns',
      EventVersion: '1.0',
      EventSubscriptionArn: notification.subscriptionArn,
      Sns: {
        Type: 'Notification',
        MessageId: notification.messageId,
        TopicArn: notification.topicArn,
        Subject: notification.subject ?? null,
        Message: notification.message,
        Timestamp: notification.at.toISOString(),
        SignatureVersion: '1',
        Signature: '',
        SigningCertUrl: certificateUrl(notification),
        UnsubscribeUrl: unsubscribeUrl(notification),
        MessageAttributes: typedValues(notification.attributes),
      },
    }],
  }
}

function typedValues(attributes: Notification['attributes']): Record<string, { Type: string; Value: string }> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { dataType, stringValue, binaryValue }]) => [name, { Type: dataType, Value: stringValue ?? binaryValue ?? '' }]),
  )
}

function certificateUrl({ region }: Notification): string {
  return `https://sns.${region}.amazonaws.com/SimpleNotificationService.pem`
}

function unsubscribeUrl({ region, subscriptionArn }: Notification): string {
  return `https://sns.${region}.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=${subscriptionArn}`
}
