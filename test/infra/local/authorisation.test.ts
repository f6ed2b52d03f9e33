import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { createAuthorisation } from '../../../infra/local/authorisation.ts'
import type { AwsCall, Caller, Resource } from '../../../infra/local/contract.ts'
import { aResource } from '../../support/a-host.ts'

const place = { region: 'eu-west-1', accountId: '000000000000', origin: 'http://127.0.0.1:4000' }
const roleArn = 'arn:aws:iam::000000000000:role/worker-role'
const tableArn = 'arn:aws:dynamodb:eu-west-1:000000000000:table/main'
const role = (properties: Record<string, unknown> = {}): Resource => aResource({ type: 'AWS::IAM::Role', name: 'worker-role', arn: roleArn, properties })
const worker = aResource({ type: 'AWS::Lambda::Function', name: 'worker', properties: { Role: roleArn } })
const allow = (Action: string | string[], Resource: string | string[], more: Record<string, unknown> = {}) => ({ Statement: [{ Effect: 'Allow', Action, Resource, ...more }] })
const inline = (document: unknown): Resource => role({ Policies: [{ PolicyName: 'own', PolicyDocument: document }] })
const caller: Caller = { kind: 'function', functionName: 'worker', roleLogicalId: 'worker-role' }

const call = (service: string, more: Partial<AwsCall> = {}): AwsCall => ({
  service, method: 'POST', path: '/', query: new URLSearchParams(), headers: {}, body: Buffer.alloc(0), caller, raw: new IncomingMessage(new Socket()), ...more,
})
const given = (...resources: Resource[]) => createAuthorisation([worker, ...resources], place, () => undefined)

describe('the grants of a function', () => {
  it('let it do what its role’s own policy says and nothing else', () => {
    const { authorise } = given(inline(allow('dynamodb:GetItem', tableArn)))
    expect(() => authorise(call('dynamodb'), 'dynamodb:GetItem', tableArn)).not.toThrow()
    expect(() => authorise(call('dynamodb'), 'dynamodb:PutItem', tableArn)).toThrow('dynamodb:PutItem')
  })

  it('come from policies and managed policies that name the role too', () => {
    const policy = aResource({ type: 'AWS::IAM::Policy', name: 'p', properties: { Roles: ['worker-role'], PolicyDocument: allow('sqs:SendMessage', '*') } })
    const managed = aResource({ type: 'AWS::IAM::ManagedPolicy', name: 'm', arn: 'arn:m', properties: { PolicyDocument: allow('events:PutEvents', '*') } })
    const { roleAllows } = given(role({ ManagedPolicyArns: ['arn:m', 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'] }), policy, managed)
    expect(roleAllows('worker-role', 'sqs:SendMessage', 'arn:aws:sqs:eu-west-1:000000000000:q')).toBe(true)
    expect(roleAllows('worker-role', 'events:PutEvents', 'arn:any')).toBe(true)
    expect(roleAllows('worker-role', 's3:GetObject', 'arn:aws:s3:::files/a')).toBe(false)
    expect(roleAllows('other-role', 'sqs:SendMessage', 'arn:aws:sqs:eu-west-1:000000000000:q')).toBe(false)
  })

  it('when missing are told as AWS tells it, to the caller and to the log', () => {
    const lines: string[] = []
    const { authorise } = createAuthorisation([worker, role()], place, (line) => lines.push(line))
    const message =
      `User: arn:aws:sts::000000000000:assumed-role/worker-role/worker is not authorized to perform: dynamodb:PutItem on resource: ${tableArn} because no identity-based policy allows the dynamodb:PutItem action`
    expect(() => authorise(call('dynamodb'), 'dynamodb:PutItem', tableArn)).toThrow(expect.objectContaining({ code: 'AccessDeniedException', message }))
    expect(() => authorise(call('s3'), 's3:GetObject', 'arn:aws:s3:::files/a')).toThrow(expect.objectContaining({ code: 'AccessDenied', status: 403 }))
    expect(lines[0]).toBe(`AccessDenied: ${message}`)
  })

  it('may depend on the prefix that is listed and on the address that mail is sent from', () => {
    const { authorise } = given(
      inline({
        Statement: [
          ...allow('s3:ListBucket', 'arn:aws:s3:::mail', { Condition: { StringLike: { 's3:prefix': 'inbox/*' } } }).Statement,
          ...allow('ses:SendRawEmail', '*', { Condition: { StringEquals: { 'ses:FromAddress': 'crm@leadline.example' } } }).Statement,
        ],
      }),
    )
    const list = (prefix: string) => () => authorise(call('s3', { query: new URLSearchParams({ prefix }) }), 's3:ListBucket', 'arn:aws:s3:::mail')
    expect(list('inbox/')).not.toThrow()
    expect(list('mail/')).toThrow('s3:ListBucket')
    const send = (source: string) => () => authorise(call('ses', { body: Buffer.from(new URLSearchParams({ Source: source }).toString()) }), 'ses:SendRawEmail', 'arn:any')
    expect(send('"The CRM" <crm@leadline.example>')).not.toThrow()
    expect(send('boss@leadline.example')).toThrow('ses:SendRawEmail')
  })

  it('end where the resource’s own policy denies', () => {
    const bucket = aResource({ type: 'AWS::S3::Bucket', name: 'files' })
    const policy = aResource({
      type: 'AWS::S3::BucketPolicy',
      name: 'files-policy',
      properties: {
        Bucket: 'files',
        PolicyDocument: {
          Statement: [
            { Effect: 'Deny', Principal: { AWS: '*' }, Action: 's3:*', Resource: 'arn:aws:s3:::files/*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
            { Effect: 'Deny', Principal: '*', Action: 's3:DeleteObject', Resource: 'arn:aws:s3:::files/*' },
          ],
        },
      },
    })
    const { roleAllows } = given(inline(allow('s3:*', '*')), bucket, policy)
    expect(roleAllows('worker-role', 's3:PutObject', 'arn:aws:s3:::files/a')).toBe(true)
    expect(roleAllows('worker-role', 's3:DeleteObject', 'arn:aws:s3:::files/a')).toBe(false)
  })

  it('do not matter to the host itself, and nobody has none', () => {
    const { authorise } = given(role())
    expect(() => authorise(call('s3', { caller: { kind: 'host' } }), 's3:GetObject', 'arn:aws:s3:::files/a')).not.toThrow()
    expect(() => authorise(call('s3', { caller: { kind: 'anonymous' } }), 's3:GetObject', 'arn:aws:s3:::files/a')).toThrow('Access Denied')
  })

  it('by a managed policy of AWS that the host does not know stop the start by name', () => {
    expect(() => given(role({ ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] }))).toThrow('AdministratorAccess')
  })
})

describe('the policy of a resource', () => {
  const queue = aResource({ type: 'AWS::SQS::Queue', name: 'incoming' })
  const topicArn = 'arn:aws:sns:eu-west-1:000000000000:notices'
  const policy = aResource({
    type: 'AWS::SQS::QueuePolicy',
    name: 'incoming-policy',
    properties: {
      Queues: ['http://127.0.0.1:4000/000000000000/incoming'],
      PolicyDocument: allow('sqs:SendMessage', queue.arn, { Principal: { Service: 'sns.amazonaws.com' }, Condition: { ArnEquals: { 'aws:SourceArn': topicArn } } }),
    },
  })

  it('lets in the service and the source that it names', () => {
    const { allowedByResourcePolicy } = given(queue, policy, role())
    expect(allowedByResourcePolicy(queue.arn, 'sqs:SendMessage', 'sns.amazonaws.com', topicArn)).toBe(true)
    expect(allowedByResourcePolicy(queue.arn, 'sqs:SendMessage', 'sns.amazonaws.com', `${topicArn}-other`)).toBe(false)
    expect(allowedByResourcePolicy(queue.arn, 'sqs:SendMessage', 'events.amazonaws.com', topicArn)).toBe(false)
  })

  it('of a function is made of its permissions', () => {
    const permission = aResource({
      type: 'AWS::Lambda::Permission',
      name: 'from-api',
      properties: { FunctionName: worker.arn, Action: 'lambda:InvokeFunction', Principal: 'apigateway.amazonaws.com', SourceArn: 'arn:aws:execute-api:eu-west-1:000000000000:api/*/*' },
    })
    const { allowedByResourcePolicy } = given(permission, role())
    const source = 'arn:aws:execute-api:eu-west-1:000000000000:api/$default/GET/v1/me'
    expect(allowedByResourcePolicy(worker.arn, 'lambda:InvokeFunction', 'apigateway.amazonaws.com', source)).toBe(true)
    expect(allowedByResourcePolicy(worker.arn, 'lambda:InvokeFunction', 'apigateway.amazonaws.com', source.replace(':api/', ':other/'))).toBe(false)
  })

  it('lets nobody in where there is none', () => {
    expect(given(queue, role()).allowedByResourcePolicy(queue.arn, 'sqs:SendMessage', 'sns.amazonaws.com', topicArn)).toBe(false)
  })
})
