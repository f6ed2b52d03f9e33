import { Duration } from 'aws-cdk-lib'
import { Metric } from 'aws-cdk-lib/aws-cloudwatch'
import type { Table } from 'aws-cdk-lib/aws-dynamodb'
import { EventSourceMapping, FilterCriteria, FilterRule, MetricType, StartingPosition } from 'aws-cdk-lib/aws-lambda'
import type { Bucket } from 'aws-cdk-lib/aws-s3'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import { Construct } from 'constructs'
import type { ProductFunction } from './product-function.ts'
import { ALARM_PERIOD, UserAlarm } from './user-alarm.ts'

/** A record that still fails after these tries, alone, is put aside so that those behind it can go on. */
const TRIES_AFTER_THE_FIRST = 10

/** Records leave the stream after 24 hours; what is older than this is put aside while it can still be read. */
const OLDEST_RECORD = Duration.hours(12)

/** How far behind a reader may be before somebody is told. */
const LATE = Duration.minutes(5)

/** Lambda writes the records it gave up under `aws/lambda/<event source mapping>/`. */
const FAILURES_PREFIX = 'aws/lambda/'

export interface StreamReaderProps {
  readonly reader: ProductFunction
  readonly table: Table
  /** Only changes of rows whose `kind` is one of these, before or after the change. */
  readonly rowKinds: readonly string[]
  /** Receives the whole records that were given up; SQS and SNS would keep only where they stood. */
  readonly failures: Bucket
  readonly alarmTopic: ITopic
}

/** Feeds a function with the changes of the table, in order, and loses none. */
export class StreamReader extends Construct {
  constructor(scope: Construct, id: string, { reader, table, rowKinds, failures, alarmTopic }: StreamReaderProps) {
    super(scope, id)
    const streamArn = table.tableStreamArn
    if (streamArn === undefined) throw new Error(`${table.node.path} has no stream`)
    reader.allow(['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'], [streamArn])
    reader.allow(['dynamodb:ListStreams'], ['*'])
    reader.allow(['s3:ListBucket'], [failures.bucketArn])
    reader.allowObjects('s3:PutObject', failures, [FAILURES_PREFIX])

    const mapping = new EventSourceMapping(this, 'Mapping', {
      target: reader.function,
      eventSourceArn: streamArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 100,
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      retryAttempts: TRIES_AFTER_THE_FIRST,
      maxRecordAge: OLDEST_RECORD,
      onFailure: { bind: () => ({ destination: failures.bucketArn }) },
      filters: ['NewImage', 'OldImage'].map((image) => FilterCriteria.filter({ dynamodb: { [image]: { kind: { S: FilterRule.or(...rowKinds) } } } })),
      metricsConfig: { metrics: [MetricType.EVENT_COUNT] },
    })
    // Lambda tries the rights when it makes the mapping, so they have to be there first.
    mapping.node.addDependency(reader.role)

    const { userImpact } = reader.row
    new UserAlarm(this, 'Late', {
      userImpact,
      metric: reader.function.metric('IteratorAge', { period: ALARM_PERIOD, statistic: 'Maximum' }),
      threshold: LATE.toMilliseconds(),
      topic: alarmTopic,
    })
    new UserAlarm(this, 'GivenUp', {
      userImpact: `Some changes were put aside after repeated failures and wait to be replayed. For those: ${userImpact}`,
      metric: new Metric({
        namespace: 'AWS/Lambda',
        metricName: 'OnFailureDestinationDeliveredEventCount',
        dimensionsMap: { EventSourceMappingUUID: mapping.eventSourceMappingId },
        period: ALARM_PERIOD,
        statistic: 'Sum',
      }),
      threshold: 1,
      topic: alarmTopic,
    })
  }
}
