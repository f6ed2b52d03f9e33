import { AwsError } from './contract.ts'
import type { AwsCall, Host, Resource } from './contract.ts'
import { judge, statementsOn } from './policy.ts'
import type { PolicyDocument, Question, Verdict } from './policy.ts'
import type { Place } from './resources.ts'

/** Decides who may do what, by the roles and policies of the template. */
export interface Authorisation {
  authorise: Host['authorise']
  allowedByResourcePolicy: Host['allowedByResourcePolicy']
  /** What the role of a function says of an action that the host does in the function's name (polling a queue, writing a failed batch). */
  roleAllows(roleLogicalId: string, action: string, resourceArn: string): boolean
  /** The logical id of a function's role. */
  roleOf(func: Resource): string
}

/**
 * Managed policies of AWS that functions have in templates. What they grant is without local meaning (logs, traces), or is
 * what the host does in the function's name.
 */
const awsManaged: Readonly<Record<string, readonly string[]>> = {
  'service-role/AWSLambdaBasicExecutionRole': ['logs:*'],
  'service-role/AWSLambdaSQSQueueExecutionRole': ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'logs:*'],
  'service-role/AWSLambdaDynamoDBExecutionRole': ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams', 'logs:*'],
  AWSXRayDaemonWriteAccess: ['xray:*'],
  CloudWatchLambdaInsightsExecutionRolePolicy: ['logs:*'],
}

/** What every local call is: made over a connection that never leaves the machine, which counts as a secure one. */
const everywhere = { 'aws:SecureTransport': ['true'] }

/** @throws Error when a role has a managed policy whose contents the local host does not know */
export function createAuthorisation(resources: readonly Resource[], place: Place, log: (line: string) => void): Authorisation {
  const byRole = rolePolicies(resources)
  const byResource = resourcePolicies(resources)

  /** Of a role's many statements, those that speak of an action: the same few questions come again and again. */
  const spoken = new Map<string, readonly PolicyDocument[]>()
  const documentsOn = (roleLogicalId: string, action: string): readonly PolicyDocument[] => {
    const key = `${roleLogicalId} ${action}`
    const known = spoken.get(key) ?? statementsOn(byRole.get(roleLogicalId) ?? [], action)
    spoken.set(key, known)
    return known
  }

  const askRole = (roleLogicalId: string, question: Question): Verdict => {
    const verdict = judge(documentsOn(roleLogicalId, question.action), question)
    return verdict === 'allow' && judge(policiesOf(byResource, question.resource), { ...question, principal: '*' }) === 'deny' ? 'deny' : verdict
  }

  return {
    authorise(call, action, resourceArn) {
      const { caller } = call
      if (caller.kind === 'host') return
      if (caller.kind === 'anonymous') throw new AwsError(deniedCode(call.service), 'Access Denied', 403)
      const verdict = askRole(caller.roleLogicalId, { action, resource: resourceArn, context: contextOf(call, place) })
      if (verdict === 'allow') return
      const why =
        verdict === 'deny' ? 'with an explicit deny in a policy' : `because no identity-based policy allows the ${action} action`
      const message = `User: arn:aws:sts::${place.accountId}:assumed-role/${caller.roleLogicalId}/${caller.functionName} is not authorized to perform: ${action} on resource: ${resourceArn} ${why}`
      log(`AccessDenied: ${message}`)
      throw new AwsError(deniedCode(call.service), message, call.service === 'dynamodb' ? 400 : 403)
    },
    allowedByResourcePolicy(targetArn, action, principalService, sourceArn) {
      const context = { ...everywhere, 'aws:SourceArn': [sourceArn], 'aws:SourceAccount': [place.accountId] }
      return judge(policiesOf(byResource, targetArn), { action, resource: targetArn, context, principal: principalService }) === 'allow'
    },
    roleAllows: (roleLogicalId, action, resource) => askRole(roleLogicalId, { action, resource, context: everywhere }) === 'allow',
    roleOf(func) {
      const role = resources.find(({ type, arn }) => type === 'AWS::IAM::Role' && arn === func.properties['Role'])
      if (role === undefined) throw new Error(`The role of the function ${func.name} is not in the template`)
      return roleId(role)
    },
  }
}

/** A role's name is unique across stacks, its logical id is not. */
const roleId = (role: Resource): string => role.name

function contextOf(call: AwsCall, place: Place): Question['context'] {
  const context: Record<string, readonly string[]> = { ...everywhere, 'aws:RequestedRegion': [place.region], 'aws:PrincipalAccount': [place.accountId] }
  if (call.service === 's3' && call.query.has('prefix')) context['s3:prefix'] = call.query.getAll('prefix')
  if (call.service === 'ses') {
    const form = new URLSearchParams(call.body.toString('utf8'))
    const from = form.get('Source')
    if (from !== null) context['ses:FromAddress'] = [/<([^<>]+)>\s*$/.exec(from)?.[1] ?? from]
  }
  return context
}

function deniedCode(service: string): string {
  if (service === 's3' || service === 'ses') return 'AccessDenied'
  return service === 'sns' ? 'AuthorizationError' : 'AccessDeniedException'
}

function rolePolicies(resources: readonly Resource[]): Map<string, PolicyDocument[]> {
  const policies = new Map<string, PolicyDocument[]>()
  const attach = (role: string, document: unknown): void => void policies.set(role, [...(policies.get(role) ?? []), document as PolicyDocument])
  const managed = new Map(resources.filter(({ type }) => type === 'AWS::IAM::ManagedPolicy').map(({ arn, properties }) => [arn, properties['PolicyDocument']]))
  for (const resource of resources) {
    const { properties } = resource
    if (resource.type === 'AWS::IAM::Role') {
      for (const { PolicyDocument } of list<{ PolicyDocument: unknown }>(properties['Policies'])) attach(roleId(resource), PolicyDocument)
      for (const arn of list<string>(properties['ManagedPolicyArns'])) attach(roleId(resource), managed.get(arn) ?? knownAwsPolicy(arn, resource))
    } else if (resource.type === 'AWS::IAM::Policy' || resource.type === 'AWS::IAM::ManagedPolicy') {
      for (const role of list<string>(properties['Roles'])) attach(role, properties['PolicyDocument'])
    }
  }
  return policies
}

function knownAwsPolicy(arn: string, role: Resource): PolicyDocument {
  const actions = awsManaged[arn.replace('arn:aws:iam::aws:policy/', '')]
  if (actions === undefined) throw new Error(`The local host does not know what the managed policy ${arn} of ${role.logicalId} grants`)
  return { Statement: { Effect: 'Allow', Action: actions, Resource: '*' } }
}

/** Policies by what they protect: the ARN of a queue, topic, bucket, bus or function. */
function resourcePolicies(resources: readonly Resource[]): Map<string, PolicyDocument[]> {
  const policies = new Map<string, PolicyDocument[]>()
  const protect = (target: unknown, document: unknown): void => {
    const owner = resources.find((resource) => resource.arn !== '' && isNamedBy(resource, target))
    if (owner !== undefined) policies.set(owner.arn, [...(policies.get(owner.arn) ?? []), document as PolicyDocument])
  }
  for (const { type, properties } of resources) {
    if (type === 'AWS::SQS::QueuePolicy') for (const url of list(properties['Queues'])) protect(url, properties['PolicyDocument'])
    if (type === 'AWS::SNS::TopicPolicy') for (const arn of list(properties['Topics'])) protect(arn, properties['PolicyDocument'])
    if (type === 'AWS::S3::BucketPolicy') protect(properties['Bucket'], properties['PolicyDocument'])
    if (type === 'AWS::Events::EventBusPolicy') protect(properties['EventBusName'], { Statement: properties['Statement'] })
    if (type === 'AWS::Lambda::Permission') protect(properties['FunctionName'], permission(properties))
  }
  return policies
}

const named = new Set(['AWS::SQS::Queue', 'AWS::SNS::Topic', 'AWS::S3::Bucket', 'AWS::Events::EventBus', 'AWS::Lambda::Function'])

function isNamedBy({ type, arn, name }: Resource, target: unknown): boolean {
  return named.has(type) && (arn === target || name === target || (type === 'AWS::SQS::Queue' && String(target).endsWith(`/${name}`)))
}

/** A permission of Lambda is one statement of the function's policy. */
function permission(properties: Record<string, unknown>): PolicyDocument {
  const { SourceArn, SourceAccount } = properties
  return {
    Statement: {
      Effect: 'Allow',
      Principal: { Service: properties['Principal'] },
      Action: String(properties['Action']),
      Condition: {
        ...(SourceArn === undefined ? {} : { ArnLike: { 'aws:SourceArn': String(SourceArn) } }),
        ...(SourceAccount === undefined ? {} : { StringEquals: { 'aws:SourceAccount': String(SourceAccount) } }),
      },
    },
  }
}

/** A bucket's policy protects its objects too. */
function policiesOf(policies: ReadonlyMap<string, readonly PolicyDocument[]>, arn: string): readonly PolicyDocument[] {
  return policies.get(arn) ?? (arn.startsWith('arn:aws:s3:::') ? policies.get(arn.split('/', 1)[0] ?? arn) : undefined) ?? []
}

function list<T = unknown>(value: unknown): readonly T[] {
  return Array.isArray(value) ? (value as T[]) : []
}
