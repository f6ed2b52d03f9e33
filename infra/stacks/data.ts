import { ArnFormat, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib'
import { AttributeType, BillingMode, ProjectionType, StreamViewType, Table } from 'aws-cdk-lib/aws-dynamodb'
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { BlockPublicAccess, Bucket, BucketEncryption, HttpMethods, type BucketProps } from 'aws-cdk-lib/aws-s3'
import type { Construct } from 'constructs'
import { acknowledge } from '../constructs/acknowledge.ts'
import { LIST_PROJECTION, LIST_RANGE_KEY } from '../../shared/items/keys.ts'
import type { IndexedTable } from '../constructs/product-function.ts'
import type { Settings } from '../settings.ts'

/** The partition key of each index that lists are read from; the range key is the item's number. */
const LIST_INDEXES = { byOwner: 'ownerKey', byDepartment: 'departmentKey', byBucket: 'bucketKey' } as const

export interface DataStackProps extends StackProps {
  readonly settings: Settings
}

/** Everything that must survive: the table and the buckets. Nothing here is deleted with the stack. */
export class DataStack extends Stack {
  readonly table: Table
  readonly mail: Bucket
  readonly files: Bucket
  readonly failures: Bucket

  constructor(scope: Construct, id: string, { settings, ...props }: DataStackProps) {
    super(scope, id, props)
    this.table = createTable(this)
    this.mail = createBucket(this, 'Mail', {
      versioned: true,
      lifecycleRules: [{ id: 'forget-removed-objects', noncurrentVersionExpiration: Duration.days(30), expiredObjectDeleteMarker: true }],
    })
    if (settings.mailDomain !== undefined) allowSesToStoreMail(this.mail, settings)
    this.files = createBucket(this, 'Files', {
      versioned: true,
      lifecycleRules: [{ id: 'forget-removed-files', noncurrentVersionExpiration: Duration.days(30), expiredObjectDeleteMarker: true }],
      ...(settings.webOrigins.length === 0
        ? {}
        : {
            cors: [
              {
                allowedMethods: [HttpMethods.GET, HttpMethods.PUT, HttpMethods.POST],
                allowedOrigins: settings.webOrigins,
                allowedHeaders: ['*'],
                maxAge: 3600,
              },
            ],
          }),
    })
    this.failures = createBucket(this, 'Failures', { lifecycleRules: [{ id: 'forget-old-failures', expiration: Duration.days(90) }] })
  }

  get indexedTable(): IndexedTable {
    return { table: this.table, indexNames: [...Object.keys(LIST_INDEXES), 'due'] }
  }
}

function createTable(scope: Construct): Table {
  const table = new Table(scope, 'Table', {
    partitionKey: { name: 'pk', type: AttributeType.STRING },
    sortKey: { name: 'sk', type: AttributeType.STRING },
    billingMode: BillingMode.PAY_PER_REQUEST,
    stream: StreamViewType.NEW_AND_OLD_IMAGES,
    timeToLiveAttribute: 'expiresAt',
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN,
  })
  for (const [indexName, partition] of Object.entries(LIST_INDEXES)) {
    table.addGlobalSecondaryIndex({
      indexName,
      partitionKey: { name: partition, type: AttributeType.STRING },
      sortKey: { name: LIST_RANGE_KEY, type: AttributeType.NUMBER },
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: [...LIST_PROJECTION],
    })
  }
  table.addGlobalSecondaryIndex({
    indexName: 'due',
    partitionKey: { name: 'dueKey', type: AttributeType.STRING },
    sortKey: { name: 'dueAt', type: AttributeType.NUMBER },
    projectionType: ProjectionType.KEYS_ONLY,
  })
  return table
}

function createBucket(scope: Construct, id: string, { lifecycleRules = [], ...props }: BucketProps): Bucket {
  const bucket = new Bucket(scope, id, {
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    encryption: BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    removalPolicy: RemovalPolicy.RETAIN,
    lifecycleRules: [...lifecycleRules, { id: 'forget-broken-uploads', abortIncompleteMultipartUploadAfter: Duration.days(1) }],
    ...props,
  })
  acknowledge(
    bucket,
    'S1',
    'Only the functions of the product reach the bucket, and they log what they do; access logs would cost more than the objects and hold names of files and mails.',
  )
  return bucket
}

/** Name of the rule set that our receipt rule stands in. */
export function receiptRuleSetName(settings: Settings): string {
  return settings.receiptRuleSet ?? `${settings.prefix}-mail`
}

/** Name of our receipt rule, given by us since policies must name the rule before it exists. */
export function receiptRuleName(settings: Settings): string {
  return `${settings.prefix}-crm`
}

/** ARN of our receipt rule, for the policies of what it writes to. */
export function receiptRuleArn(stack: Stack, settings: Settings): string {
  return stack.formatArn({
    service: 'ses',
    resource: 'receipt-rule-set',
    resourceName: `${receiptRuleSetName(settings)}:receipt-rule/${receiptRuleName(settings)}`,
    arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
  })
}

function allowSesToStoreMail(bucket: Bucket, settings: Settings): void {
  const stack = Stack.of(bucket)
  bucket.addToResourcePolicy(
    new PolicyStatement({
      effect: Effect.ALLOW,
      principals: [new ServicePrincipal('ses.amazonaws.com')],
      actions: ['s3:PutObject'],
      resources: [bucket.arnForObjects('inbox/*')],
      conditions: { StringEquals: { 'aws:SourceAccount': stack.account, 'aws:SourceArn': receiptRuleArn(stack, settings) } },
    }),
  )
}
