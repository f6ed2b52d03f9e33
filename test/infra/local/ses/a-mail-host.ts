import { setTimeout as sleep } from 'node:timers/promises'
import type { Resource } from '../../../../infra/local/contract.ts'
import { createS3 } from '../../../../infra/local/s3/index.ts'
import { createSes } from '../../../../infra/local/ses/index.ts'
import { createSns } from '../../../../infra/local/sns/index.ts'
import { createSqs } from '../../../../infra/local/sqs/index.ts'
import { aHost, aResource } from '../../../support/a-host.ts'
import type { HostOptions, TestHost } from '../../../support/a-host.ts'

export const topicArn = 'arn:aws:sns:eu-west-1:000000000000:notices'
const queueArn = 'arn:aws:sqs:eu-west-1:000000000000:notices'

export const s3Action = { S3Action: { BucketName: 'mail', ObjectKeyPrefix: 'inbox/', TopicArn: topicArn } }

/** A receipt rule of the set `rules`; without `after` it stands first of those before it. */
export function aRule(name: string, rule: Readonly<Record<string, unknown>>, after?: string): Resource {
  return aResource({
    type: 'AWS::SES::ReceiptRule',
    name: `test-${name}`,
    properties: { RuleSetName: 'rules', ...(after !== undefined && { After: after }), Rule: { Name: name, Enabled: true, ScanEnabled: true, ...rule } },
  })
}

/** SES with a real bucket `mail`, and a real topic whose notices go raw to a queue that `notices` reads. */
export async function aMailHost(options: HostOptions = {}): Promise<TestHost & MailHost> {
  const host = await aHost({
    ...options,
    parts: { sqs: createSqs, sns: createSns, s3: createS3, ses: createSes },
    resources: [
      aResource({ type: 'AWS::S3::Bucket', name: 'mail', properties: { BucketName: 'mail' } }),
      aResource({ type: 'AWS::SNS::Topic', name: 'notices', properties: { TopicName: 'notices' } }),
      aResource({ type: 'AWS::SQS::Queue', name: 'notices', properties: { QueueName: 'notices' } }),
      aResource({ type: 'AWS::SNS::Subscription', name: 'sub', properties: { TopicArn: topicArn, Protocol: 'sqs', Endpoint: queueArn, RawMessageDelivery: true } }),
      ...(options.resources ?? []),
    ],
  })
  const notices = async (count: number): Promise<Notice[]> => {
    const got: Notice[] = []
    for (let tries = 0; tries < 200 && got.length < count; tries += 1) {
      for (const message of host.sqs.receive(queueArn, 10)) {
        host.sqs.remove(queueArn, message.receiptHandle)
        got.push(JSON.parse(message.body) as Notice)
      }
      if (got.length < count) await sleep(10)
    }
    return got
  }
  return Object.defineProperties({ notices } as TestHost & MailHost, Object.getOwnPropertyDescriptors(host))
}

export interface MailHost {
  /** The next notices of the topic; fewer than `count` after two seconds. */
  notices(count: number): Promise<Notice[]>
}

/** A notice of SES in either direction, as far as these tests look into it. */
export interface Notice {
  readonly notificationType?: string
  readonly eventType?: string
  readonly content?: string
  readonly mail: {
    readonly messageId: string
    readonly source: string
    readonly destination: readonly string[]
    readonly headersTruncated: boolean
    readonly headers: readonly { readonly name: string; readonly value: string }[]
    readonly commonHeaders: Readonly<Record<string, unknown>>
    readonly tags?: Readonly<Record<string, readonly string[]>>
  }
  readonly receipt: Readonly<Record<string, unknown>> & { readonly recipients: readonly string[]; readonly action: Readonly<Record<string, string>> }
  readonly [part: string]: unknown
}
