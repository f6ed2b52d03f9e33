import type { Host } from '../contract.ts'
import { record } from '../properties.ts'
import { requireBucketGrant, requireTopicGrant } from './grants.ts'
import { noticeParts, receivedNotice } from './received-notice.ts'
import type { NoticeMail } from './received-notice.ts'
import type { ReceivedMail } from './received-mail.ts'
import type { ReceiptAction, ReceiptRule } from './receipt-rules.ts'
import { traceHeaders } from './trace-headers.ts'

type Next = 'go on' | 'next rule' | 'stop'

/** SES publishes no larger message by its SNS action. */
const snsActionLimitBytes = 150 * 1024

/** Does what the rules ask for a message, in order. Doing it again has the same effect, but that notices come once more. */
export async function followRules(host: Host, rules: readonly ReceiptRule[], mail: ReceivedMail): Promise<void> {
  for (const rule of rules) {
    if (!mail.envelope.recipients.some((recipient) => rule.takes(recipient))) continue
    const parts = noticeParts(mail, rule, host.region, host.now())
    let next: Next = 'go on'
    for (const action of rule.actions) {
      next = await act(host, rule, mail, parts, action)
      if (next !== 'go on') break
    }
    if (next === 'stop') return
  }
}

async function act(host: Host, rule: ReceiptRule, mail: ReceivedMail, parts: NoticeMail, action: ReceiptAction): Promise<Next> {
  const { topicArn } = action
  const tell = (described: Readonly<Record<string, unknown>>, content?: string): void => {
    if (topicArn === undefined) return
    requireTopicGrant(host, topicArn, rule.arn)
    host.sns.publish(topicArn, receivedNotice(parts, { ...described, topicArn }, content), 'Amazon SES Email Receipt Notification')
  }
  switch (action.type) {
    case 'S3': {
      const { bucketName, objectKeyPrefix } = action
      const objectKey = `${objectKeyPrefix}${mail.messageId}`
      requireBucketGrant(host, `arn:aws:s3:::${bucketName}/${objectKey}`, rule.arn)
      await host.s3.put(bucketName, objectKey, Buffer.concat([Buffer.from(traceHeaders(mail, host.region, rule.scans)), mail.raw]))
      tell({ type: 'S3', bucketName, objectKeyPrefix, objectKey })
      return 'go on'
    }
    case 'SNS':
      if (mail.raw.length > snsActionLimitBytes) host.log(`ses: message ${mail.messageId} is too large for the SNS action of ${rule.name}; SES would bounce it`)
      else tell({ type: 'SNS', encoding: action.isBase64 ? 'BASE64' : 'UTF8' }, mail.raw.toString(action.isBase64 ? 'base64' : 'utf8'))
      return 'go on'
    case 'Lambda': {
      const described = { type: 'Lambda', functionArn: action.functionArn, invocationType: action.waits ? 'RequestResponse' : 'Event' }
      const receipt = { ...parts.receipt, action: described }
      const outcome = await host.invoke(action.functionArn, { Records: [{ eventSource: 'aws:ses', eventVersion: '1.0', ses: { mail: parts.mail, receipt } }] })
      tell(described)
      const disposition = action.waits && outcome.ok ? record(outcome.payload).disposition : undefined
      return disposition === 'STOP_RULE_SET' ? 'stop' : disposition === 'STOP_RULE' ? 'next rule' : 'go on'
    }
    case 'Stop':
      tell({ type: 'Stop' })
      return 'stop'
  }
}
