import { Match, Rule, type EventBus } from 'aws-cdk-lib/aws-events'
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets'
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import { Construct } from 'constructs'
import type { ProductFunction } from './product-function.ts'
import { WorkQueue } from './work-queue.ts'

export interface BusReaderProps {
  readonly reader: ProductFunction
  readonly bus: EventBus
  /** Such as `chat.mentioned`, or `*.updated` for a change of any type of item. */
  readonly detailTypes: readonly string[]
  readonly alarmTopic: ITopic
}

/** Feeds a function with our own events of some kinds, through a queue that keeps them while the function fails. */
export class BusReader extends Construct {
  constructor(scope: Construct, id: string, { reader, bus, detailTypes, alarmTopic }: BusReaderProps) {
    super(scope, id)
    const work = new WorkQueue(this, 'Events', { workerTimeoutSeconds: reader.timeoutSeconds, userImpact: reader.row.userImpact, alarmTopic })
    new Rule(this, 'Rule', {
      eventBus: bus,
      eventPattern: { source: ['leadline'], detailType: Match.anyOf(...detailTypes.map((one) => (one.includes('*') ? Match.wildcard(one) : Match.exactString(one)))) },
      targets: [new SqsQueue(work.queue)],
    })
    reader.function.addEventSource(new SqsEventSource(work.queue, { batchSize: 10, reportBatchItemFailures: true }))
  }
}
