import { createHash } from 'node:crypto'

/** Where the resources stand locally. */
export interface Place {
  readonly region: string
  readonly accountId: string
  /** `http://127.0.0.1:<port>` */
  readonly origin: string
}

/** What is known of a resource once its physical name is. */
export interface Named extends Place {
  readonly name: string
  readonly logicalId: string
  readonly stack: string
  /** Resolves one of the resource's properties, for names that consist of others (`<bus>|<rule>`). */
  property(name: string): unknown
}

/** How a CloudFormation type is named, and what `Ref` and `Fn::GetAtt` give. */
export interface Kind {
  /** The property that may hold an explicit name. */
  readonly nameProperty?: string
  /** Makes a generated name (`<stack>-<logicalId>`) fit the type, as AWS does. */
  readonly shape?: (name: string, property: Named['property']) => string
  readonly arn?: (named: Named) => string
  /** Default: the name. */
  readonly ref?: (named: Named) => string
  /** Besides `Arn`, which every type with an ARN has. */
  readonly attributes?: Readonly<Record<string, (named: Named) => string>>
}

const regional = (service: string, path: (named: Named) => string) => (named: Named): string =>
  `arn:aws:${service}:${named.region}:${named.accountId}:${path(named)}`
const byName = (service: string, prefix = '') => regional(service, ({ name }) => `${prefix}${name}`)
const iam = (path: string) => ({ accountId, name }: Named): string => `arn:aws:iam::${accountId}:${path}/${name}`
const text = (value: unknown, otherwise: string): string => (typeof value === 'string' ? value : otherwise)

const queueUrl = ({ origin, accountId, name }: Named): string => `${origin}/${accountId}/${name}`
/** A table has one stream for ever: the label that AWS makes of the moment it was switched on stands still here. */
const streamArn = (named: Named): string => `${byName('dynamodb', 'table/')(named)}/stream/2026-01-01T00:00:00.000`
const bucketHost = ({ name, region }: Named): string => `${name}.s3.${region}.amazonaws.com`
const ruleName = ({ name, property }: Named): string => {
  const bus = text(property('EventBusName'), 'default').replace(/^.*event-bus\//, '')
  return bus === 'default' ? name : `${bus}/${name}`
}

/** The names of FIFO queues and topics end so. */
const fifoSuffix = (flag: string) => (name: string, property: Named['property']): string => (String(property(flag)) === 'true' ? `${name}.fifo` : name)

/** Ten letters and digits, the same at each start, as an API or client id looks like. */
const shortId = (name: string): string => createHash('sha256').update(name).digest('hex').slice(0, 10)

/** A version 5-like UUID that is the same at each start. */
function stableUuid(of: string): string {
  const hex = createHash('sha256').update(of).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

const mappingId = ({ stack, logicalId }: Named): string => stableUuid(`${stack}/${logicalId}`)

const table: Kind = { nameProperty: 'TableName', arn: byName('dynamodb', 'table/'), attributes: { StreamArn: streamArn } }

/** Types that the local host plays, or reads where another type is played (policies, permissions, subscriptions). */
const hosted: Readonly<Record<string, Kind>> = {
  'AWS::ApiGatewayV2::Api': {
    shape: shortId,
    arn: ({ region, name }) => `arn:aws:apigateway:${region}::/apis/${name}`,
    attributes: {
      ApiId: ({ name }) => name,
      ApiEndpoint: ({ origin, property }) => (property('ProtocolType') === 'WEBSOCKET' ? origin.replace('http:', 'ws:') : origin),
    },
  },
  'AWS::ApiGatewayV2::Authorizer': { shape: shortId, attributes: { AuthorizerId: ({ name }) => name } },
  'AWS::ApiGatewayV2::Deployment': { shape: shortId, attributes: { DeploymentId: ({ name }) => name } },
  'AWS::ApiGatewayV2::Integration': { shape: shortId, attributes: { IntegrationId: ({ name }) => name } },
  'AWS::ApiGatewayV2::Route': { shape: shortId, attributes: { RouteId: ({ name }) => name } },
  'AWS::ApiGatewayV2::RouteResponse': { shape: shortId, attributes: { RouteResponseId: ({ name }) => name } },
  'AWS::ApiGatewayV2::Stage': { nameProperty: 'StageName' },
  'AWS::DynamoDB::GlobalTable': table,
  'AWS::DynamoDB::Table': table,
  'AWS::Events::EventBus': { nameProperty: 'Name', arn: byName('events', 'event-bus/'), attributes: { Name: ({ name }) => name } },
  'AWS::Events::EventBusPolicy': {},
  'AWS::Events::Rule': {
    nameProperty: 'Name',
    arn: regional('events', (named) => `rule/${ruleName(named)}`),
    ref: (named) => ruleName(named).replace('/', '|'),
  },
  'AWS::IAM::ManagedPolicy': { nameProperty: 'ManagedPolicyName', arn: iam('policy'), ref: iam('policy'), attributes: { PolicyArn: iam('policy') } },
  'AWS::IAM::Policy': { nameProperty: 'PolicyName' },
  'AWS::IAM::Role': {
    nameProperty: 'RoleName',
    arn: iam('role'),
    attributes: { RoleId: ({ name }) => `AROA${shortId(name).toUpperCase()}` },
  },
  'AWS::Lambda::EventInvokeConfig': {},
  'AWS::Lambda::EventSourceMapping': {
    arn: regional('lambda', (named) => `event-source-mapping:${mappingId(named)}`),
    ref: mappingId,
    attributes: { Id: mappingId, EventSourceMappingArn: regional('lambda', (named) => `event-source-mapping:${mappingId(named)}`) },
  },
  'AWS::Lambda::Function': { nameProperty: 'FunctionName', arn: byName('lambda', 'function:') },
  'AWS::Lambda::Permission': {},
  'AWS::S3::Bucket': {
    nameProperty: 'BucketName',
    shape: (name) => name.toLowerCase().slice(0, 63),
    arn: ({ name }) => `arn:aws:s3:::${name}`,
    attributes: { DomainName: ({ name }) => `${name}.s3.amazonaws.com`, RegionalDomainName: bucketHost },
  },
  'AWS::S3::BucketPolicy': {},
  'AWS::SES::ConfigurationSet': { nameProperty: 'Name' },
  'AWS::SES::ConfigurationSetEventDestination': {},
  'AWS::SES::EmailIdentity': { nameProperty: 'EmailIdentity', arn: byName('ses', 'identity/'), attributes: dkimAttributes() },
  'AWS::SES::ReceiptRule': {},
  'AWS::SES::ReceiptRuleSet': { nameProperty: 'RuleSetName' },
  'AWS::SNS::Subscription': { arn: byName('sns'), ref: byName('sns') },
  'AWS::SNS::Topic': {
    nameProperty: 'TopicName',
    shape: fifoSuffix('FifoTopic'),
    arn: byName('sns'),
    ref: byName('sns'),
    attributes: { TopicArn: byName('sns'), TopicName: ({ name }) => name },
  },
  'AWS::SNS::TopicPolicy': {},
  'AWS::SQS::Queue': {
    nameProperty: 'QueueName',
    shape: fifoSuffix('FifoQueue'),
    arn: byName('sqs'),
    ref: queueUrl,
    attributes: { QueueName: ({ name }) => name, QueueUrl: queueUrl },
  },
  'AWS::SQS::QueuePolicy': {},
  'AWS::Scheduler::Schedule': {
    nameProperty: 'Name',
    arn: regional('scheduler', ({ name, property }) => `schedule/${text(property('GroupName'), 'default')}/${name}`),
  },
  'AWS::Scheduler::ScheduleGroup': { nameProperty: 'Name', arn: byName('scheduler', 'schedule-group/') },
}

/** Types without local meaning: watching, keeping logs, and the user pool, in whose place the local issuer stands. */
const meaningless: Readonly<Record<string, Kind>> = {
  'AWS::CDK::Metadata': {},
  'AWS::CloudWatch::Alarm': { nameProperty: 'AlarmName', arn: byName('cloudwatch', 'alarm:') },
  'AWS::CloudWatch::Dashboard': { nameProperty: 'DashboardName' },
  'AWS::Cognito::UserPool': {
    shape: (name) => `eu-west-1_${shortId(name)}`,
    arn: byName('cognito-idp', 'userpool/'),
    attributes: {
      UserPoolId: ({ name }) => name,
      ProviderName: ({ region, name }) => `cognito-idp.${region}.amazonaws.com/${name}`,
      ProviderURL: ({ region, name }) => `https://cognito-idp.${region}.amazonaws.com/${name}`,
    },
  },
  'AWS::Cognito::UserPoolClient': { shape: shortId, attributes: { ClientId: ({ name }) => name } },
  'AWS::Cognito::UserPoolUser': {},
  'AWS::Cognito::UserPoolDomain': { nameProperty: 'Domain' },
  'AWS::Events::Archive': { nameProperty: 'ArchiveName', arn: byName('events', 'archive/') },
  'AWS::Logs::LogGroup': { nameProperty: 'LogGroupName', arn: regional('logs', ({ name }) => `log-group:${name}:*`) },
  'AWS::Logs::MetricFilter': {},
  'AWS::Logs::ResourcePolicy': { nameProperty: 'PolicyName' },
}

function dkimAttributes(): Record<string, (named: Named) => string> {
  const attributes: Record<string, (named: Named) => string> = {}
  for (const number of [1, 2, 3]) {
    attributes[`DkimDNSTokenName${number}`] = ({ name }) => `token${number}._domainkey.${name}`
    attributes[`DkimDNSTokenValue${number}`] = () => `token${number}.dkim.amazonses.com`
  }
  return attributes
}

/** How a type is named; undefined for a type that the local host neither plays nor knows to be without local meaning. */
export function kindOf(type: string): Kind | undefined {
  return hosted[type] ?? meaningless[type]
}
