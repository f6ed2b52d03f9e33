import type { Host, Resource } from '../contract.ts'
import { flag, record, text, texts } from '../properties.ts'

export type ReceiptAction =
  | { readonly type: 'S3'; readonly bucketName: string; readonly objectKeyPrefix: string; readonly topicArn: string | undefined }
  | { readonly type: 'SNS'; readonly topicArn: string; readonly isBase64: boolean }
  | { readonly type: 'Lambda'; readonly functionArn: string; readonly waits: boolean; readonly topicArn: string | undefined }
  | { readonly type: 'Stop'; readonly topicArn: string | undefined }

export interface ReceiptRule {
  readonly name: string
  /** The ARN by which bucket policies let SES in. */
  readonly arn: string
  readonly scans: boolean
  readonly actions: readonly ReceiptAction[]
  /** Whether the rule is for this envelope recipient. */
  takes(recipient: string): boolean
}

/**
 * The enabled receipt rules in SES's order. The template's rule set counts as the active one, which on AWS the deployer
 * activates by hand.
 *
 * @throws Error that names the resource, for what the local host does not do as SES would
 */
export function readReceiptRules(host: Host): ReceiptRule[] {
  const resources = host.resources('AWS::SES::ReceiptRule')
  const sets = new Set(resources.map(({ properties }) => text(properties.RuleSetName) ?? ''))
  if (sets.size > 1) throw new Error(`Only one receipt rule set can be active, the template has rules of ${[...sets].join(', ')}`)
  return inOrder(resources)
    .filter(({ properties }) => flag(record(properties.Rule).Enabled))
    .map((resource) => readRule(host, resource))
}

const ruleName = (resource: Resource): string => text(record(resource.properties.Rule).Name) ?? resource.name

/** A rule stands after the one it names, else it is inserted at the beginning, as CloudFormation creates them. */
function inOrder(resources: readonly Resource[]): Resource[] {
  const ordered: Resource[] = []
  let waiting = [...resources]
  while (waiting.length > 0) {
    const left = waiting.filter((resource) => {
      const after = text(resource.properties.After)
      const at = after === undefined ? -1 : ordered.findIndex((one) => ruleName(one) === after || one.name === after)
      if (after !== undefined && at < 0) return true
      ordered.splice(at + 1, 0, resource)
      return false
    })
    if (left.length === waiting.length) throw new Error(`The receipt rule ${left.map(ruleName).join(', ')} comes after one that is not in the template`)
    waiting = left
  }
  return ordered
}

function readRule(host: Host, resource: Resource): ReceiptRule {
  const rule = record(resource.properties.Rule)
  const name = ruleName(resource)
  const patterns = texts(rule.Recipients).map((one) => one.toLowerCase())
  const ruleSet = text(resource.properties.RuleSetName) ?? ''
  return {
    name,
    arn: `arn:aws:ses:${host.region}:${host.accountId}:receipt-rule-set/${ruleSet}:receipt-rule/${name}`,
    scans: flag(rule.ScanEnabled),
    actions: (Array.isArray(rule.Actions) ? rule.Actions : []).map((action) => readAction(resource, record(action))),
    takes: (recipient) => patterns.length === 0 || patterns.some((pattern) => matches(pattern, recipient.toLowerCase())),
  }
}

/** An address (also with a `+label`), a domain without its subdomains, or `.domain` for the subdomains alone. */
function matches(pattern: string, recipient: string): boolean {
  const at = recipient.lastIndexOf('@')
  const domain = recipient.slice(at + 1)
  if (pattern.startsWith('.')) return domain.endsWith(pattern)
  if (!pattern.includes('@')) return domain === pattern
  return recipient === pattern || `${recipient.slice(0, at).split('+', 1)[0]}@${domain}` === pattern
}

function readAction(resource: Resource, action: Readonly<Record<string, unknown>>): ReceiptAction {
  const [kind = '', ...more] = Object.keys(action)
  const given = record(action[kind])
  const topicArn = text(given.TopicArn)
  switch (more.length > 0 ? '' : kind) {
    case 'S3Action':
      return { type: 'S3', bucketName: text(given.BucketName) ?? '', objectKeyPrefix: text(given.ObjectKeyPrefix) ?? '', topicArn }
    case 'SNSAction':
      return { type: 'SNS', topicArn: topicArn ?? '', isBase64: given.Encoding === 'Base64' }
    case 'LambdaAction':
      return { type: 'Lambda', functionArn: text(given.FunctionArn) ?? '', waits: given.InvocationType === 'RequestResponse', topicArn }
    case 'StopAction':
      return { type: 'Stop', topicArn }
    default:
      throw new Error(`The local host does not do the receipt action ${[kind, ...more].join(' + ')} of ${resource.logicalId}`)
  }
}
