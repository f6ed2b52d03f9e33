import { Duration } from 'aws-cdk-lib'
import { Alarm, ComparisonOperator, TreatMissingData, type IMetric } from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import { Construct } from 'constructs'

export interface UserAlarmProps {
  /** What people notice, in one sentence. Whoever is woken by the alarm reads it first. */
  readonly userImpact: string
  readonly metric: IMetric
  /** Alarms at this value and above. */
  readonly threshold: number
  /** For how many periods of the metric in a row; 1 by default. */
  readonly periods?: number
  readonly topic: ITopic
}

/** How long a metric is added up before it is compared. */
export const ALARM_PERIOD = Duration.minutes(5)

/** An alarm that tells what a user suffers, and is silent while nothing happens at all. */
export class UserAlarm extends Construct {
  constructor(scope: Construct, id: string, { userImpact, metric, threshold, periods = 1, topic }: UserAlarmProps) {
    super(scope, id)
    if (!/^[A-Z].{20,}\.$/.test(userImpact))
      throw new Error(`${this.node.path}: userImpact must be a whole sentence about what people notice, not "${userImpact}"`)
    const alarm = new Alarm(this, 'Alarm', {
      alarmDescription: userImpact,
      metric,
      threshold,
      evaluationPeriods: periods,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    })
    alarm.addAlarmAction(new SnsAction(topic))
  }
}
