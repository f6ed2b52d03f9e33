import { describe, expect, it } from 'vitest'
import { judge } from '../../../infra/local/policy.ts'
import type { PolicyDocument, Question, Statement } from '../../../infra/local/policy.ts'

const table = 'arn:aws:dynamodb:eu-west-1:000000000000:table/main'
const policy = (...statements: Partial<Statement>[]): PolicyDocument[] => [
  { Statement: statements.map((statement) => ({ Effect: 'Allow', Action: '*', Resource: '*', ...statement })) },
]
const ask = (more: Partial<Question> = {}): Question => ({ action: 'dynamodb:PutItem', resource: table, context: {}, ...more })

describe('a set of policies', () => {
  it.each<[string, Partial<Statement>, boolean]>([
    ['the action and resource by name', { Action: 'dynamodb:PutItem', Resource: table }, true],
    ['one action of a list', { Action: ['dynamodb:GetItem', 'dynamodb:PutItem'] }, true],
    ['an action in other letter case', { Action: 'DynamoDB:putitem' }, true],
    ['an action by wildcard', { Action: 'dynamodb:Put*' }, true],
    ['another action', { Action: 'dynamodb:GetItem' }, false],
    ['a resource by wildcard', { Resource: 'arn:aws:dynamodb:*:*:table/ma?n' }, true],
    ['an index where the table is asked for', { Resource: `${table}/index/*` }, false],
    ['a resource in other letter case', { Resource: table.replace('main', 'Main') }, false],
    ['everything but another action', { Action: undefined as never, NotAction: 's3:*' }, true],
    ['everything but this action', { Action: undefined as never, NotAction: 'dynamodb:*' }, false],
    ['everything but this resource', { Resource: undefined as never, NotResource: table }, false],
  ])('that allows %s', (_what, statement, allowed) => {
    const given = Object.fromEntries(Object.entries(statement).filter(([, value]) => value !== undefined))
    const documents: PolicyDocument[] = [{ Statement: { Effect: 'Allow', ...('NotAction' in given ? {} : { Action: '*' }), ...('NotResource' in given ? {} : { Resource: '*' }), ...given } as Statement }]
    expect(judge(documents, ask())).toBe(allowed ? 'allow' : 'none')
  })

  it('denies what one statement denies, whatever others allow', () => {
    expect(judge(policy({}, { Effect: 'Deny', Action: 'dynamodb:*' }), ask())).toBe('deny')
  })

  it('says nothing when it is empty', () => {
    expect(judge([], ask())).toBe('none')
  })

  it.each<[string, NonNullable<Statement['Condition']>, Question['context'], boolean]>([
    ['equal text', { StringEquals: { 'aws:SourceArn': 'a' } }, { 'aws:SourceArn': ['a'] }, true],
    ['other text', { StringEquals: { 'aws:SourceArn': 'a' } }, { 'aws:SourceArn': ['b'] }, false],
    ['a missing key', { StringEquals: { 'aws:SourceArn': 'a' } }, {}, false],
    ['a missing key that may be missing', { StringEqualsIfExists: { 'aws:SourceArn': 'a' } }, {}, true],
    ['one of several', { StringEquals: { 's3:prefix': ['inbox/', 'mail/'] } }, { 's3:prefix': ['mail/'] }, true],
    ['an ARN with a wildcard', { ArnLike: { 'AWS:SourceArn': 'arn:aws:sns:*:*:n*' } }, { 'aws:SourceArn': ['arn:aws:sns:eu-west-1:0:notices'] }, true],
    ['all values of a set', { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': 'U#*' } }, { 'dynamodb:LeadingKeys': ['U#1', 'X#1'] }, false],
    ['an absent set', { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': 'U#*' } }, {}, true],
    ['text that must differ', { StringNotEquals: { 'aws:SourceAccount': '1' } }, { 'aws:SourceAccount': ['2'] }, true],
    ['a truth value', { Bool: { 'aws:SecureTransport': false } }, { 'aws:SecureTransport': ['true'] }, false],
    ['absence itself', { Null: { 'aws:SourceArn': 'true' } }, {}, true],
    ['two tests of which one fails', { StringEquals: { a: '1', b: '2' } }, { a: ['1'], b: ['3'] }, false],
  ])('on condition of %s', (_what, Condition, context, holds) => {
    expect(judge(policy({ Condition }), ask({ context }))).toBe(holds ? 'allow' : 'none')
  })

  it('lets in only the service it names, where it belongs to a resource', () => {
    const documents = policy({ Principal: { Service: 'sns.amazonaws.com' } })
    expect(judge(documents, ask({ principal: 'sns.amazonaws.com' }))).toBe('allow')
    expect(judge(documents, ask({ principal: 'events.amazonaws.com' }))).toBe('none')
  })

  it('stops at a condition operator that the host does not know', () => {
    expect(() => judge(policy({ Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } }), ask({ context: { 'aws:SourceIp': ['10.0.0.1'] } }))).toThrow('IpAddress')
  })
})
