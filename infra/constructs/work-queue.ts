import { Duration } from 'aws-cdk-lib'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { ALARM_PERIOD, UserAlarm } from './user-alarm.ts'

/** SQS keeps nothing longer than this. */
const LONGEST_RETENTION = Duration.days(14)

/** Worker's timeouts until a message is handed out again. AWS's own advice: a throttled batch should not come again while it waits. */
const PATIENCE = 6
/** In a line everybody behind a message waits for it, should its worker end without a word; and with one batch at a time hardly anything is throttled. */
const PATIENCE_IN_LINE = 1.5

export interface WorkQueueProps {
  /** Timeout of the function that works the queue off. */
  readonly workerTimeoutSeconds: number
  /** What people notice when messages end among the dead letters. */
  readonly userImpact: string
  readonly alarmTopic: ITopic
  /** Hands out one batch of each line at a time, in the order in which they came (FIFO). */
  readonly ordered?: true
  /** How long a message waits before it is handed out at all. */
  readonly delaySeconds?: number
}

/** A queue for one function. What fails five times is put aside among the dead letters for 14 days, and somebody is told. */
export class WorkQueue extends Construct {
  readonly queue: Queue
  readonly deadLetters: Queue

  constructor(scope: Construct, id: string, { workerTimeoutSeconds, userImpact, alarmTopic, ordered, delaySeconds }: WorkQueueProps) {
    super(scope, id)
    const order = ordered === true ? { fifo: true } : {}
    this.deadLetters = new Queue(this, 'DeadLetters', { ...order, retentionPeriod: LONGEST_RETENTION, encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true })
    this.queue = new Queue(this, 'Queue', {
      ...order,
      ...(delaySeconds === undefined ? {} : { deliveryDelay: Duration.seconds(delaySeconds) }),
      retentionPeriod: LONGEST_RETENTION,
      visibilityTimeout: Duration.seconds((ordered === true ? PATIENCE_IN_LINE : PATIENCE) * workerTimeoutSeconds),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: 5 },
    })
    new UserAlarm(this, 'DeadLettersFound', {
      userImpact,
      metric: this.deadLetters.metricApproximateNumberOfMessagesVisible({ period: ALARM_PERIOD, statistic: 'Maximum' }),
      threshold: 1,
      topic: alarmTopic,
    })
  }
}
