import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AwsError } from '../../infra/local/contract.ts'
import type {
  AwsCall, Door, EventsDoor, FaultDoor, Host, InvocationOutcome, MeterDoor, OutboxOwner, Resource, S3Door, Service, SnsDoor, SqsDoor, StreamsDoor,
} from '../../infra/local/contract.ts'
import { openEndpoint } from '../../infra/local/endpoint.ts'
import type { MailTaker } from '../../infra/local/ses/index.ts'
import { createStore } from '../../infra/local/store.ts'
import type { WebsocketOwner } from '../../infra/local/websocket/index.ts'

/** The real services that a test wants, by the names of the host's doors. */
export interface Parts {
  readonly dynamodb?: (host: Host) => Service & StreamsDoor
  readonly s3?: (host: Host) => Service & S3Door
  readonly sqs?: (host: Host) => Service & SqsDoor
  readonly sns?: (host: Host) => Service & SnsDoor
  readonly events?: (host: Host) => Service & EventsDoor
  readonly schedules?: (host: Host) => Service
  readonly ses?: (host: Host) => Service & MailTaker & OutboxOwner
  readonly websocket?: (host: Host) => Service & WebsocketOwner
}

export interface HostOptions {
  readonly resources?: readonly Resource[]
  readonly parts?: Parts
  /** Doors under `/_local/`; SES's outbox door is there by itself. */
  readonly localDoors?: readonly ((host: Host) => Door)[]
  /** Doors for everything else, such as the HTTP API. */
  readonly edgeDoors?: readonly ((host: Host) => Door)[]
  /** True where a call is to be refused as one without the grant. */
  readonly deny?: (action: string, resourceArn: string, call: AwsCall) => boolean
  /** False where a resource policy does not let the AWS service in. Default: all may. */
  readonly allowedByResourcePolicy?: Host['allowedByResourcePolicy']
  /** What functions do. Default: every invocation fails with `Function.NotFound`. */
  readonly invoke?: (functionArn: string, event: unknown) => Promise<InvocationOutcome>
  readonly faults?: Partial<FaultDoor>
  readonly now?: () => Date
  /** Default: a new temporary folder that `close` removes. A given folder stays, for tests of a restart. */
  readonly dataFolder?: string
  readonly dynamodbUrl?: string
  /** Default 0: any. */
  readonly smtpPort?: number
  readonly mailAddress?: string
}

export interface TestHost extends Host {
  /** Units that services reported, in order. */
  readonly metered: { action: string; readUnits: number; writeUnits: number }[]
  /** Lines that were logged. */
  readonly lines: string[]
  /** Settings for an AWS SDK client of this host. */
  readonly client: { region: string; endpoint: string; credentials: { accessKeyId: string; secretAccessKey: string }; maxAttempts: number }
  close(): Promise<void>
}

export const testCredentials = { accessKeyId: 'AKIALOCALTEST', secretAccessKey: 'local-test-secret' }

const local = (service: string, rest: string): string => `arn:aws:${service}:eu-west-1:000000000000:${rest}`

/** A resource with plausible name and ARN; ARNs of types other than those below have to be given. */
export function aResource(resource: Pick<Resource, 'type' | 'name'> & Partial<Resource>): Resource {
  const arns: Record<string, string> = {
    'AWS::DynamoDB::Table': local('dynamodb', `table/${resource.name}`),
    'AWS::S3::Bucket': `arn:aws:s3:::${resource.name}`,
    'AWS::SQS::Queue': local('sqs', resource.name),
    'AWS::SNS::Topic': local('sns', resource.name),
    'AWS::Events::EventBus': local('events', `event-bus/${resource.name}`),
    'AWS::Events::Rule': local('events', `rule/${resource.name}`),
    'AWS::Lambda::Function': local('lambda', `function:${resource.name}`),
  }
  return { logicalId: resource.name.replaceAll(/[^A-Za-z0-9]/g, ''), arn: arns[resource.type] ?? '', stack: 'test', properties: {}, ...resource }
}

/** A host of the given real parts with the real store and the real HTTP server on an ephemeral port; everything is started when it resolves. */
export async function aHost(options: HostOptions = {}): Promise<TestHost> {
  const dataFolder = options.dataFolder ?? (await mkdtemp(join(tmpdir(), 'leadline-host-')))
  const resources = options.resources ?? []
  const store = createStore(dataFolder)
  const endpoint = await openEndpoint(0)
  const metered: TestHost['metered'] = []
  const lines: string[] = []
  const made: Partial<Made> = {}
  let isStarted = false
  const door = <K extends keyof Made>(name: K): Made[K] => {
    const part = made[name]
    if (part === undefined) throw new Error(`This test's host was made without ${name}`)
    return part as Made[K]
  }
  const meter: MeterDoor = { add: (_call, units) => void metered.push({ ...units }) }

  const host: TestHost = {
    port: endpoint.port,
    get smtpPort() {
      return made.ses === undefined || !isStarted ? (options.smtpPort ?? 0) : made.ses.smtpPort
    },
    origin: `http://127.0.0.1:${endpoint.port}`,
    region: 'eu-west-1',
    accountId: '000000000000',
    dataFolder,
    store,
    dynamodbUrl: options.dynamodbUrl,
    mailAddress: options.mailAddress ?? 'crm@leadline.example',
    metered,
    lines,
    client: { region: 'eu-west-1', endpoint: `http://127.0.0.1:${endpoint.port}`, credentials: testCredentials, maxAttempts: 1 },
    now: options.now ?? (() => new Date()),
    log: (line) => void lines.push(line),
    resources: (type) => resources.filter((resource) => resource.type === type),
    resourceByArn: (arn) => resources.find((resource) => resource.arn === arn),
    resourceByName: (type, name) => resources.find((resource) => resource.type === type && resource.name === name),
    authorise(call, action, resourceArn) {
      if (options.deny?.(action, resourceArn, call) !== true) return
      throw new AwsError('AccessDeniedException', `User: test is not authorized to perform: ${action} on resource: ${resourceArn}`, 403)
    },
    allowedByResourcePolicy: options.allowedByResourcePolicy ?? (() => true),
    invoke: options.invoke ?? (async (functionArn) => ({ ok: false, errorType: 'Function.NotFound', errorMessage: functionArn, timedOut: false })),
    get sqs() { return door('sqs') },
    get sns() { return door('sns') },
    get events() { return door('events') },
    get s3() { return door('s3') },
    get streams() { return door('dynamodb') },
    faults: { around: (_function, _service, _action, call) => call(), deliveries: () => 1, ...options.faults },
    meter,
    secretOf: () => testCredentials.secretAccessKey,
    callerOf: testCaller,
    async close() {
      for (const service of services.toReversed()) await service.stop()
      await endpoint.close()
      store.close()
      if (options.dataFolder === undefined) await rm(dataFolder, { recursive: true, force: true })
    },
  }

  const parts = options.parts ?? {}
  if (parts.dynamodb !== undefined) made.dynamodb = parts.dynamodb(host)
  if (parts.s3 !== undefined) made.s3 = parts.s3(host)
  if (parts.sqs !== undefined) made.sqs = parts.sqs(host)
  if (parts.sns !== undefined) made.sns = parts.sns(host)
  if (parts.events !== undefined) made.events = parts.events(host)
  if (parts.schedules !== undefined) made.schedules = parts.schedules(host)
  if (parts.ses !== undefined) made.ses = parts.ses(host)
  if (parts.websocket !== undefined) made.websocket = parts.websocket(host)
  const services: readonly Service[] = Object.values(made)
  endpoint.serve({
    services: new Map(services.map((service) => [service.name, service])),
    localDoors: [...(made.ses === undefined ? [] : [made.ses.outbox]), ...(options.localDoors ?? []).map((make) => make(host))],
    edgeDoors: [...(made.websocket === undefined ? [] : [made.websocket.websocket]), ...(options.edgeDoors ?? []).map((make) => make(host))],
    callerOf: testCaller,
    isBucket: (name) => host.resourceByName('AWS::S3::Bucket', name) !== undefined,
    around: (call, action, run) =>
      call.caller.kind === 'function' ? host.faults.around(call.caller.functionName, call.service, action, run) : run(),
    log: host.log,
  })
  for (const service of services) await service.start()
  isStarted = true
  return host
}

const testCaller: Host['callerOf'] = (accessKeyId) => ({ kind: 'function', functionName: accessKeyId, roleLogicalId: 'TestRole' })

interface Made {
  dynamodb: Service & StreamsDoor
  s3: Service & S3Door
  sqs: Service & SqsDoor
  sns: Service & SnsDoor
  events: Service & EventsDoor
  schedules: Service
  ses: Service & MailTaker & OutboxOwner
  websocket: Service & WebsocketOwner
}
