import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib'
import type { Table } from 'aws-cdk-lib/aws-dynamodb'
import type { WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2'
import type { EventBus } from 'aws-cdk-lib/aws-events'
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Architecture, Function, LoggingFormat, Runtime, SystemLogLevel, Tracing, type Code } from 'aws-cdk-lib/aws-lambda'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import type { Bucket } from 'aws-cdk-lib/aws-s3'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import { Queue, QueueEncryption, type IQueue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import type { FunctionRow, MailAccess, Trigger } from '../functions.ts'
import { acknowledge } from './acknowledge.ts'
import { ALARM_PERIOD, UserAlarm } from './user-alarm.ts'

/** API Gateway gives up after 30 s; a function that ends before it can still say why. */
const HTTP_TIMEOUT_SECONDS = 29

/**
 * What calls a function so that nobody but itself can tell of its errors. Others have dead letters or a late stream, and those behind the HTTP API share
 * one alarm on its error answers: each alarm costs money while nobody uses the product.
 */
const ALONE_WITH_ITS_ERRORS: ReadonlySet<Trigger['kind']> = new Set(['schedule', 'socket', 'socketAuthorizer'])

const TABLE_READS = ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query', 'dynamodb:ConditionCheckItem']
const TABLE_WRITES = ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem', 'dynamodb:BatchWriteItem']

/** The table with the names of its indexes, since a function gets the indexes one by one and never by wildcard. */
export interface IndexedTable {
  readonly table: Table
  readonly indexNames: readonly string[]
}

export interface ProductFunctionProps {
  readonly row: FunctionRow
  /** The one asset with all functions. */
  readonly code: Code
  readonly alarmTopic: ITopic
}

/**
 * How every function of the product is made: Node 24 on arm64, traced, its own log group that forgets after a month,
 * its own role that may do nothing until one of the methods here says otherwise, and an alarm that tells what people
 * suffer while it fails. Functions that are called without anybody waiting get a dead-letter queue; those behind a queue
 * or a stream have one there.
 */
export class ProductFunction extends Construct {
  readonly row: FunctionRow
  readonly function: Function
  readonly role: Role
  readonly timeoutSeconds: number
  private readonly alarmTopic: ITopic

  constructor(scope: Construct, id: string, { row, code, alarmTopic }: ProductFunctionProps) {
    super(scope, id)
    this.row = row
    this.alarmTopic = alarmTopic
    this.timeoutSeconds = row.timeoutSeconds ?? HTTP_TIMEOUT_SECONDS
    const logGroup = new LogGroup(this, 'Logs', { retention: RetentionDays.ONE_MONTH, removalPolicy: RemovalPolicy.DESTROY })
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })
    logGroup.grantWrite(this.role)
    const deadLetters = row.trigger.kind === 'schedule' ? this.createDeadLetters() : undefined
    this.function = new Function(this, 'Function', {
      description: `Without it: ${row.userImpact}`,
      code,
      handler: `functions/${row.entry}.handler`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: row.memoryMegabytes ?? 512,
      timeout: Duration.seconds(this.timeoutSeconds),
      role: this.role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      systemLogLevelV2: SystemLogLevel.WARN,
      tracing: Tracing.ACTIVE,
      ...(deadLetters === undefined ? {} : { deadLetterQueue: deadLetters }),
    })
    acknowledge(this.role, 'IAM5[Resource::*]', 'Sending traces and listing streams name no resource; a test allows no other action on all resources.')
    if (ALONE_WITH_ITS_ERRORS.has(row.trigger.kind)) this.alarmOnErrors()
  }

  /** Lets it read rows by key and through the indexes. There is no scan: nothing in the product needs the whole table. */
  readsTable(source: IndexedTable): void {
    this.function.addEnvironment('TABLE_NAME', source.table.tableName)
    this.allow(TABLE_READS, [source.table.tableArn])
    this.allow(
      ['dynamodb:Query'],
      source.indexNames.map((name) => `${source.table.tableArn}/index/${name}`),
    )
  }

  /** Lets it write rows, one by one and in transactions. */
  writesTable(source: IndexedTable): void {
    this.function.addEnvironment('TABLE_NAME', source.table.tableName)
    this.allow(TABLE_WRITES, [source.table.tableArn])
  }

  publishesTo(bus: EventBus): void {
    this.function.addEnvironment('BUS_NAME', bus.eventBusName)
    this.allow(['events:PutEvents'], [bus.eventBusArn])
  }

  /** Lets it send to any connection of the stage, and end it. */
  sendsTo(connections: WebSocketStage): void {
    this.function.addEnvironment('SOCKET_ADDRESS', connections.callbackUrl)
    const api = Stack.of(connections).formatArn({ service: 'execute-api', resource: connections.api.apiId })
    const apiId = Stack.of(connections).resolve(connections.api.apiId)['Ref']
    for (const method of ['POST', 'DELETE']) {
      const path = `${connections.stageName}/${method}/@connections/*`
      this.allow(['execute-api:ManageConnections'], [`${api}/${path}`])
      acknowledge(this.role, `IAM5[Resource::arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:<${apiId}>/${path}]`, 'Connections come and go; which of them is meant is known at run time alone.')
    }
  }

  /** Lets it use objects of the mail bucket under the given prefixes. */
  usesMail(bucket: Bucket, { read = [], write = [], remove = [], list }: MailAccess): void {
    this.function.addEnvironment('MAIL_BUCKET', bucket.bucketName)
    this.allowObjects('s3:GetObject', bucket, read)
    this.allowObjects('s3:PutObject', bucket, write)
    this.allowObjects('s3:DeleteObject', bucket, remove)
    // Without it S3 answers 403 instead of 404 for an object that is gone, and a repeated notice would look like a missing right.
    if (list === true) this.allow(['s3:ListBucket'], [bucket.bucketArn])
  }

  /** Lets it give out addresses to upload and to fetch files and see whether one has arrived, or remove files for good. */
  usesFiles(bucket: Bucket, access: 'readWrite' | 'remove'): void {
    this.function.addEnvironment('FILES_BUCKET', bucket.bucketName)
    if (access === 'remove') return this.allowObjects('s3:DeleteObject', bucket, ['files/'])
    this.allowObjects('s3:GetObject', bucket, ['files/'])
    this.allowObjects('s3:PutObject', bucket, ['files/'])
    this.allow(['s3:ListBucket'], [bucket.bucketArn])
  }

  /** Lets it send mail as the deployment's domain, and ask how fast it may. */
  sendsMail(configurationSetName: string, arns: readonly string[]): void {
    this.function.addEnvironment('CONFIGURATION_SET', configurationSetName)
    this.allow(['ses:SendRawEmail'], arns)
    this.allow(['ses:GetSendQuota'], ['*'])
  }

  /** Lets it put messages into a queue. */
  wakes(variable: string, queue: IQueue): void {
    this.function.addEnvironment(variable, queue.queueUrl)
    this.allow(['sqs:SendMessage'], [queue.queueArn])
  }

  /** Tells it one thing about its surroundings. */
  knows(variable: string, value: string): void {
    this.function.addEnvironment(variable, value)
  }

  allow(actions: readonly string[], resources: readonly string[]): void {
    this.role.addToPrincipalPolicy(new PolicyStatement({ actions: [...actions], resources: [...resources] }))
  }

  /** Lets it use the objects under some prefixes of a bucket, which IAM can only express with a wildcard. */
  allowObjects(action: string, bucket: Bucket, prefixes: readonly string[]): void {
    if (prefixes.length === 0) return
    this.allow(
      [action],
      prefixes.map((prefix) => bucket.arnForObjects(`${prefix}*`)),
    )
    const bucketId = Stack.of(bucket).resolve(bucket.bucketArn)['Fn::GetAtt'][0]
    for (const prefix of prefixes) {
      acknowledge(
        this.role,
        `IAM5[Resource::<${bucketId}.Arn>/${prefix}*]`,
        `Objects under ${prefix} are made at run time; the rest of the bucket stays closed.`,
      )
    }
  }

  private createDeadLetters(): IQueue {
    return new Queue(this, 'DeadLetters', { retentionPeriod: Duration.days(14), encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true })
  }

  private alarmOnErrors(): void {
    new UserAlarm(this, 'Failing', {
      userImpact: this.row.userImpact,
      metric: this.function.metricErrors({ period: ALARM_PERIOD, statistic: 'Sum' }),
      threshold: 1,
      topic: this.alarmTopic,
    })
  }
}
