import { AwsError } from '../contract.ts'
import type { Host } from '../contract.ts'
import { texts } from '../properties.ts'

/**
 * SES writes to a bucket only if the bucket's policy lets it in.
 *
 * @param sourceArn the receipt rule's ARN
 * @throws AwsError `AccessDenied` that names what is missing
 */
export function requireBucketGrant(host: Host, objectArn: string, sourceArn: string): void {
  require(host, objectArn, 's3:PutObject', sourceArn)
}

/**
 * SES publishes to a topic of the same account that has no policy of its own, else only if that policy lets it in.
 *
 * @param sourceArn the ARN of the receipt rule or the configuration set
 * @throws AwsError `AccessDenied` that names what is missing
 */
export function requireTopicGrant(host: Host, topicArn: string, sourceArn: string): void {
  const hasPolicy = host.resources('AWS::SNS::TopicPolicy').some(({ properties }) => texts(properties.Topics).includes(topicArn))
  if (hasPolicy) require(host, topicArn, 'sns:Publish', sourceArn)
}

function require(host: Host, targetArn: string, action: string, sourceArn: string): void {
  if (host.allowedByResourcePolicy(targetArn, action, 'ses.amazonaws.com', sourceArn)) return
  throw new AwsError('AccessDenied', `No resource policy lets ses.amazonaws.com do ${action} on ${targetArn} for ${sourceArn}`, 403)
}
