import { Stack } from 'aws-cdk-lib'
import { describe, expect, it } from 'vitest'
import { LIST_PROJECTION, LIST_RANGE_KEY } from '../../shared/items/keys.ts'
import { IN_AN_ACCOUNT, ON_ONE_MACHINE, WITHOUT_SETTINGS } from './settings-examples.ts'
import { synthesize } from './synthesized.ts'

const [local, account, bare] = await Promise.all([ON_ONE_MACHINE, IN_AN_ACCOUNT, WITHOUT_SETTINGS].map(synthesize))
const all = [local, account, bare].filter((one) => one !== undefined)
if (local === undefined || account === undefined || bare === undefined) throw new Error('the examples must be three')

const partOf = ({ stackName }: Stack): string => stackName.slice(stackName.lastIndexOf('-') + 1)

describe('any deployment', () => {
  it.each(all)('has no custom resource: nothing but CloudFormation itself has to work for it to be made', ({ resources }) => {
    const custom = [...resources.values()].map(({ Type }) => Type).filter((type) => type.startsWith('Custom::') || type.startsWith('AWS::CloudFormation::'))
    expect(custom).toEqual([])
  })

  it('has an identity stack only without an issuer of its own, and a mail stack only with a domain', () => {
    expect(local.stackNames).toEqual(['alarms', 'api', 'data', 'events', 'mail', 'socket'])
    expect(account.stackNames).toEqual(['alarms', 'api', 'data', 'events', 'identity', 'mail', 'socket'])
    expect(bare.stackNames).toEqual(['alarms', 'api', 'data', 'events', 'identity', 'socket'])
  })
})

describe('the stacks', () => {
  it('refer to each other one way, and only as far as infra/README.md says', () => {
    const uses = Object.fromEntries(account.app.node.children.filter((one) => Stack.isStack(one)).map((stack) => [partOf(stack), stack.dependencies.map(partOf).toSorted()]))
    expect(uses).toEqual({
      data: [],
      alarms: [],
      identity: [],
      mail: ['alarms', 'data'],
      socket: ['alarms', 'data', 'identity'],
      events: ['alarms', 'data', 'socket'],
      api: ['alarms', 'data', 'identity', 'mail', 'socket'],
    })
  })
})

describe('the data', () => {
  it('outlive every mistake: deletion protection, recovery to any second, kept with the stack gone', () => {
    const [table] = account.ofType('AWS::DynamoDB::Table')
    expect(table).toMatchObject({
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        BillingMode: 'PAY_PER_REQUEST',
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
        TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      },
    })
  })

  it('are listed by owner, department and bucket with what a row of a list shows, and by due time', () => {
    const projection = { ProjectionType: 'INCLUDE', NonKeyAttributes: LIST_PROJECTION }
    const list = (IndexName: string, key: string) => ({
      IndexName,
      KeySchema: [
        { AttributeName: key, KeyType: 'HASH' },
        { AttributeName: LIST_RANGE_KEY, KeyType: 'RANGE' },
      ],
      Projection: projection,
    })
    expect(account.only('AWS::DynamoDB::Table')).toMatchObject({
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: expect.arrayContaining([
        { AttributeName: LIST_RANGE_KEY, AttributeType: 'N' },
        { AttributeName: 'dueAt', AttributeType: 'N' },
      ]),
      GlobalSecondaryIndexes: [
        list('byOwner', 'ownerKey'),
        list('byDepartment', 'departmentKey'),
        list('byBucket', 'bucketKey'),
        {
          IndexName: 'due',
          KeySchema: [
            { AttributeName: 'dueKey', KeyType: 'HASH' },
            { AttributeName: 'dueAt', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    })
  })

  it('lie in buckets that nobody can open to the world, and that take no plain http', () => {
    const buckets = account.ofType('AWS::S3::Bucket')
    expect(buckets).toHaveLength(3)
    for (const { Properties, DeletionPolicy } of buckets) {
      expect(DeletionPolicy).toBe('Retain')
      expect(Properties['PublicAccessBlockConfiguration']).toEqual({
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      })
      expect(Properties['BucketEncryption']).toBeDefined()
    }
    const policies = account.ofType('AWS::S3::BucketPolicy').map(({ Properties }) => JSON.stringify(Properties['PolicyDocument']))
    expect(policies.filter((policy) => policy.includes('"Bool":{"aws:SecureTransport":"false"}'))).toHaveLength(3)
  })

  it('let SES put mail under inbox/ through our own rule, and nothing else', () => {
    const statements = account
      .ofType('AWS::S3::BucketPolicy')
      .flatMap(({ Properties }) => statementsOf(Properties))
      .filter(({ Effect }) => Effect === 'Allow')
    expect(statements).toEqual([
      expect.objectContaining({
        Action: 's3:PutObject',
        Principal: { Service: 'ses.amazonaws.com' },
        Resource: { 'Fn::Join': ['', [{ 'Fn::GetAtt': [expect.stringMatching(/^Mail/), 'Arn'] }, '/inbox/*']] },
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' }, 'aws:SourceArn': expect.anything() } },
      }),
    ])
    expect(JSON.stringify(statements)).toContain(':receipt-rule-set/company-mail:receipt-rule/acme-crm')
  })
})

describe('the sign-in', () => {
  it('adds nobody who has not been invited', () => {
    expect(account.only('AWS::Cognito::UserPool')).toMatchObject({ AdminCreateUserConfig: { AllowAdminCreateUserOnly: true }, DeletionProtection: 'ACTIVE' })
  })

  it('invites the first administrator with an address that counts as verified', () => {
    expect(account.only('AWS::Cognito::UserPoolUser')).toMatchObject({
      Username: 'boss@acme.example',
      UserAttributes: [
        { Name: 'email', Value: 'boss@acme.example' },
        { Name: 'email_verified', Value: 'true' },
      ],
    })
  })
})

describe('mail in', () => {
  it('is stored by the receipt rule, with a scan and a notice, for the address of the CRM alone', () => {
    expect(local.only('AWS::SES::ReceiptRule')).toMatchObject({
      RuleSetName: 'leadline-mail',
      Rule: {
        Enabled: true,
        ScanEnabled: true,
        Recipients: ['crm@leadline.example'],
        Actions: [{ S3Action: { ObjectKeyPrefix: 'inbox/', TopicArn: { Ref: expect.any(String) } } }],
      },
    })
    expect(local.only('AWS::SES::ReceiptRuleSet')).toEqual({ RuleSetName: 'leadline-mail' })
  })

  it('joins the rule set that the account already uses', () => {
    expect(account.only('AWS::SES::ReceiptRule')).toMatchObject({ RuleSetName: 'company-mail', Rule: { Recipients: ['hello@crm.acme.example'] } })
    expect(account.ofType('AWS::SES::ReceiptRuleSet')).toEqual([])
  })

  it('reaches its function raw through a queue that gives a mail five tries and then keeps it apart', () => {
    for (const { Properties } of local.ofType('AWS::SNS::Subscription')) expect(Properties).toMatchObject({ Protocol: 'sqs', RawMessageDelivery: true })
    const queues = local.ofType('AWS::SQS::Queue').map(({ Properties }) => Properties)
    expect(queues).toContainEqual(
      expect.objectContaining({ VisibilityTimeout: 360, RedrivePolicy: { maxReceiveCount: 5, deadLetterTargetArn: expect.anything() } }),
    )
    const mappings = local.ofType('AWS::Lambda::EventSourceMapping').map(({ Properties }) => Properties)
    expect(mappings).toContainEqual(expect.objectContaining({ BatchSize: 10, FunctionResponseTypes: ['ReportBatchItemFailures'] }))
  })

  it('is swept every quarter of an hour', () => {
    expect(local.ofType('AWS::Events::Rule').map(({ Properties }) => Properties['ScheduleExpression'])).toContain('rate(15 minutes)')
  })
})

describe('mail out', () => {
  it('is told of when it arrives, comes back or is complained of, to a queue that waits until its sending is recorded', () => {
    expect(local.only('AWS::SES::ConfigurationSetEventDestination')).toMatchObject({ EventDestination: { Enabled: true, MatchingEventTypes: ['delivery', 'bounce', 'complaint', 'reject'], SnsDestination: { TopicARN: { Ref: expect.any(String) } } } })
    expect(local.ofType('AWS::SQS::Queue').map(({ Properties }) => Properties)).toContainEqual(expect.objectContaining({ DelaySeconds: 2 }))
  })

  it('goes out by turns, one after the other, with dead letters that keep the order too', () => {
    const ordered = local.ofType('AWS::SQS::Queue').filter(({ Properties }) => Properties['FifoQueue'] === true)
    expect(ordered.map(({ Properties }) => 'RedrivePolicy' in Properties).toSorted()).toEqual([false, true])
    // A worker that ends without a word holds up all mailings for so long; less than its own timeout Lambda would not take.
    expect(ordered.flatMap(({ Properties }) => Properties['VisibilityTimeout'] ?? [])).toEqual([90])
  })

  it('is not there without a domain', () => {
    expect(bare.ofType('AWS::SQS::Queue').filter(({ Properties }) => Properties['FifoQueue'] === true)).toEqual([])
    const handlers = bare.ofType('AWS::Lambda::Function').map(({ Properties }) => Properties['Handler'])
    expect(handlers).toContain('functions/mailings/http.handler')
    expect(handlers).not.toContain('functions/mailings/work.handler')
  })
})

describe('the stream of changes', () => {
  const readers = local.ofType('AWS::Lambda::EventSourceMapping').filter(({ Properties }) => 'StartingPosition' in Properties)

  it('has exactly the two readers that AWS allows', () => {
    expect(readers).toHaveLength(2)
  })

  it.each(readers)('wakes a reader only for the kinds of rows it knows, created, changed or removed', ({ Properties }) => {
    const { Filters } = Properties['FilterCriteria'] as { Filters: { Pattern: string }[] }
    const patterns = Filters.map(({ Pattern }) => JSON.parse(Pattern).dynamodb)
    expect(patterns.map((pattern) => Object.keys(pattern))).toEqual([['NewImage'], ['OldImage']])
    for (const pattern of patterns) for (const image of Object.values<{ kind: { S: string[] } }>(pattern)) expect(image.kind.S).toContain('item')
  })

  it.each(readers)('loses nothing: a bad record is found by halving, retried, and put into a bucket whole', ({ Properties }) => {
    expect(Properties).toMatchObject({
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumRetryAttempts: 10,
      MaximumRecordAgeInSeconds: 43_200,
      DestinationConfig: { OnFailure: { Destination: { 'Fn::ImportValue': expect.stringMatching(/:ExportsOutputFnGetAttFailures\w+Arn/) } } },
    })
  })
})

function statementsOf(properties: Record<string, unknown>): Record<string, unknown>[] {
  return (properties['PolicyDocument'] as { Statement: Record<string, unknown>[] }).Statement
}
