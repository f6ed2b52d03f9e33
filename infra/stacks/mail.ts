import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib'
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources'
import type { Bucket } from 'aws-cdk-lib/aws-s3'
import { CfnReceiptRule, CfnReceiptRuleSet, ConfigurationSet, EmailIdentity, Identity, SuppressionReasons } from 'aws-cdk-lib/aws-ses'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import { createFunctions, type Sending, type Surroundings } from '../constructs/product-functions.ts'
import type { ProductFunction } from '../constructs/product-function.ts'
import { SentMailEvents } from '../constructs/sent-mail-events.ts'
import { callEvery } from '../constructs/timetable.ts'
import { WorkQueue } from '../constructs/work-queue.ts'
import { FUNCTIONS } from '../functions.ts'
import type { Settings } from '../settings.ts'
import { receiptRuleArn, receiptRuleName, receiptRuleSetName } from './data.ts'

export interface MailStackProps extends StackProps {
  readonly settings: Settings & { readonly mailDomain: string; readonly mailAddress: string }
  readonly surroundings: Surroundings
}

/**
 * Mail into the CRM: SES stores each mail in the bucket and gives notice of it (with the envelope and the verdicts,
 * which a bucket notification would not have), the queue keeps the notice until the mail is routed, and a sweep takes up
 * what was left behind. And mail out of it: SES's identity, the queue of turns at mailings, and what SES tells of sent mail.
 */
export class MailStack extends Stack {
  /** What functions of other stacks send with. */
  readonly sending: Sending

  constructor(scope: Construct, id: string, { settings, surroundings, ...props }: MailStackProps) {
    super(scope, id, props)
    const notices = createNotices(this, settings)
    const configurationSet = createSender(this, settings)
    this.sending = { configurationSetName: settings.prefix, arns: senderArns(this, settings), mailings: this.createMailings(surroundings) }
    for (const made of createFunctions(this, 'mail', { ...surroundings, sending: this.sending })) {
      const { trigger } = made.row
      if (trigger.kind === 'incomingMail') this.feed(made, notices, surroundings)
      if (trigger.kind === 'schedule') callEvery(this, made, trigger.everyMinutes)
      if (trigger.kind === 'mailFates') new SentMailEvents(this, 'Fates', { configurationSet, reader: made, alarmTopic: surroundings.alarmTopic })
    }
    createReceiptRule(this, settings, surroundings.mail, notices)
  }

  /** Its worker stands in the stack of the API, whose address it writes into mails. */
  private createMailings({ alarmTopic }: Surroundings): IQueue {
    const worker = FUNCTIONS.find(({ trigger }) => trigger.kind === 'mailings')
    if (worker?.timeoutSeconds === undefined) throw new Error('The worker of mailings needs a row with a timeout')
    return new WorkQueue(this, 'Mailings', { workerTimeoutSeconds: worker.timeoutSeconds, userImpact: worker.userImpact, alarmTopic, ordered: true }).queue
  }

  private feed(made: ProductFunction, notices: Topic, { alarmTopic }: Surroundings): void {
    const incoming = new WorkQueue(this, 'Incoming', { workerTimeoutSeconds: made.timeoutSeconds, userImpact: made.row.userImpact, alarmTopic })
    notices.addSubscription(new SqsSubscription(incoming.queue, { rawMessageDelivery: true }))
    made.function.addEventSource(new SqsEventSource(incoming.queue, { batchSize: 10, reportBatchItemFailures: true }))
  }
}

function createNotices(stack: Stack, settings: Settings): Topic {
  const topic = new Topic(stack, 'Notices', { enforceSSL: true })
  topic.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal('ses.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': stack.account, 'aws:SourceArn': receiptRuleArn(stack, settings) } },
    }),
  )
  return topic
}

/** The rule takes the CRM's address alone, with or without a `+label`: other mail of the domain is none of our business. */
function createReceiptRule(stack: Stack, settings: MailStackProps['settings'], mail: Bucket, notices: Topic): void {
  const rule = new CfnReceiptRule(stack, 'ReceiptRule', {
    ruleSetName: receiptRuleSetName(settings),
    rule: {
      name: receiptRuleName(settings),
      enabled: true,
      recipients: [settings.mailAddress],
      // Without the scan the notice has no spam and virus verdicts.
      scanEnabled: true,
      tlsPolicy: 'Optional',
      actions: [{ s3Action: { bucketName: mail.bucketName, objectKeyPrefix: 'inbox/', topicArn: notices.topicArn } }],
    },
  })
  // SES tries the topic when it makes the rule, so its policy has to be there first.
  rule.node.addDependency(notices)
  if (settings.receiptRuleSet !== undefined) return
  rule.node.addDependency(new CfnReceiptRuleSet(stack, 'ReceiptRuleSet', { ruleSetName: receiptRuleSetName(settings) }))
  new CfnOutput(stack, 'ActivateRuleSet', {
    value: `aws ses set-active-receipt-rule-set --rule-set-name ${receiptRuleSetName(settings)}`,
    description: 'Run it once: CloudFormation cannot make a rule set the active one',
  })
}

function createSender(stack: Stack, settings: MailStackProps['settings']): ConfigurationSet {
  const configurationSet = new ConfigurationSet(stack, 'Sending', {
    configurationSetName: settings.prefix,
    reputationMetrics: false,
    suppressionReasons: SuppressionReasons.BOUNCES_AND_COMPLAINTS,
  })
  const identity = new EmailIdentity(stack, 'Domain', { identity: Identity.domain(settings.mailDomain), configurationSet })
  identity.dkimRecords.forEach(({ name, value }, index) => {
    new CfnOutput(stack, `DkimRecord${index + 1}`, { value: `${name} CNAME ${value}` })
  })
  new CfnOutput(stack, 'MailExchangeRecord', { value: `${settings.mailDomain} MX 10 inbound-smtp.${stack.region}.amazonaws.com` })
  return configurationSet
}

/** What somebody must be allowed to use to send as our domain. */
function senderArns(stack: Stack, settings: MailStackProps['settings']): string[] {
  const arn = (resource: string, resourceName: string): string => stack.formatArn({ service: 'ses', resource, resourceName })
  return [arn('identity', settings.mailDomain), arn('configuration-set', settings.prefix)]
}
