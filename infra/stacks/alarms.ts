import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib'
import { ServicePrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import type { Construct } from 'constructs'
import type { Settings } from '../settings.ts'

export interface AlarmsStackProps extends StackProps {
  readonly settings: Settings
}

/** Where all alarms go. Each alarm itself is made beside what it watches. */
export class AlarmsStack extends Stack {
  readonly topic: Topic

  constructor(scope: Construct, id: string, { settings, ...props }: AlarmsStackProps) {
    super(scope, id, props)
    this.topic = new Topic(this, 'Topic', { displayName: 'Leadline alarms', enforceSSL: true })
    // A topic with a policy of its own loses the one that lets the account's alarms publish.
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
      }),
    )
    if (settings.alarmEmail !== undefined) this.topic.addSubscription(new EmailSubscription(settings.alarmEmail))
    new CfnOutput(this, 'AlarmTopicArn', { value: this.topic.topicArn, description: 'Subscribe to it to be told when something fails' })
  }
}
