import { Stack } from 'aws-cdk-lib'
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources'
import { CfnConfigurationSetEventDestination, type ConfigurationSet } from 'aws-cdk-lib/aws-ses'
import { Topic, type ITopic } from 'aws-cdk-lib/aws-sns'
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import { Construct } from 'constructs'
import type { ProductFunction } from './product-function.ts'
import { WorkQueue } from './work-queue.ts'

/** By then whoever has sent the mail has recorded it, and is not met at its row. */
const DELAY_SECONDS = 2

export interface SentMailEventsProps {
  readonly configurationSet: ConfigurationSet
  readonly reader: ProductFunction
  readonly alarmTopic: ITopic
}

/** Leads what SES tells of sent mail (it arrived, it came back, somebody complained) through a topic and a queue to a function. That it was sent at all is known without. */
export class SentMailEvents extends Construct {
  constructor(scope: Construct, id: string, { configurationSet: { configurationSetName }, reader, alarmTopic }: SentMailEventsProps) {
    super(scope, id)
    const stack = Stack.of(this)
    const topic = new Topic(this, 'Topic', { enforceSSL: true })
    topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('ses.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': stack.account, 'aws:SourceArn': stack.formatArn({ service: 'ses', resource: 'configuration-set', resourceName: configurationSetName }) } },
      }),
    )
    const destination = new CfnConfigurationSetEventDestination(this, 'Destination', {
      configurationSetName,
      eventDestination: { enabled: true, matchingEventTypes: ['delivery', 'bounce', 'complaint', 'reject'], snsDestination: { topicArn: topic.topicArn } },
    })
    // SES tries the topic when it connects it, so its policy has to be there first.
    destination.node.addDependency(topic)
    const work = new WorkQueue(this, 'Events', { workerTimeoutSeconds: reader.timeoutSeconds, userImpact: reader.row.userImpact, alarmTopic, delaySeconds: DELAY_SECONDS })
    topic.addSubscription(new SqsSubscription(work.queue, { rawMessageDelivery: true }))
    reader.function.addEventSource(new SqsEventSource(work.queue, { batchSize: 10, reportBatchItemFailures: true }))
  }
}
