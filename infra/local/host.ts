import { createAuthorisation } from './authorisation.ts'
import type { AwsAnswer, AwsCall, Door, EventsDoor, Host, OutboxOwner, Resource, S3Door, Service, SnsDoor, SqsDoor, StreamsDoor } from './contract.ts'
import { createKeyRing } from './credentials.ts'
import { createDynamodb } from './dynamodb/index.ts'
import type { Endpoint } from './endpoint.ts'
import { openEventSources } from './event-sources.ts'
import type { EventSource } from './event-source.ts'
import { createEvents } from './events/index.ts'
import { createFaults } from './faults.ts'
import { createFunctions } from './functions.ts'
import type { Functions } from './functions.ts'
import { createHttpApi } from './http-api/index.ts'
import { createMeter } from './meter.ts'
import { createIssuer } from './oidc/index.ts'
import { createResourceIndex } from './resource-index.ts'
import type { Place } from './resources.ts'
import { createS3 } from './s3/index.ts'
import { createSes } from './ses/index.ts'
import type { MailTaker } from './ses/index.ts'
import { createSns } from './sns/index.ts'
import { createSqs } from './sqs/index.ts'
import type { Template } from './template.ts'
import { createWebsocket } from './websocket/index.ts'
import type { WebsocketOwner } from './websocket/index.ts'

/** What a run of the host is given. */
export interface HostSettings {
  readonly endpoint: Endpoint
  readonly place: Place
  readonly template: Template
  readonly store: Host['store']
  /** 0: any. */
  readonly smtpPort: number
  readonly dataFolder: string
  readonly dynamodbUrl: string | undefined
  readonly mailAddress: string
  log(line: string): void
  /** Whether everything that functions write is logged. */
  readonly verbose: boolean
}

export interface RunningHost {
  /** Where mail is taken in. */
  readonly smtpPort: number
  /** Takes no more work, lets what runs end for a few seconds, and closes everything but the store. */
  stop(): Promise<void>
}

/** Milliseconds that running batches get when the host stops; what is cut off is delivered again after the next start. */
const farewellLimit = 3_000

interface Services {
  dynamodb: Service & StreamsDoor
  s3: Service & S3Door
  sqs: Service & SqsDoor
  sns: Service & SnsDoor
  events: Service & EventsDoor & { readonly recent: Door }
  ses: Service & MailTaker & OutboxOwner
  websocket: Service & WebsocketOwner
}

/**
 * Plays the template: makes the services, starts them in the order in which they need each other, then feeds the functions.
 *
 * @throws Error that names the resource which cannot be played
 */
export async function startHost(settings: HostSettings): Promise<RunningHost> {
  const { endpoint, place, template, log } = settings
  const { resources } = template
  const index = createResourceIndex(resources)
  const authorisation = createAuthorisation(resources, place, log)
  const keys = createKeyRing(index.resources('AWS::Lambda::Function'), authorisation.roleOf)
  const meter = createMeter(() => new Date())
  const faults = createFaults({ log, kill: (functionName) => functions.kill(functionName), killHost: () => process.kill(process.pid, 'SIGKILL') })
  const functions: Functions = createFunctions({
    place,
    functions: index.resources('AWS::Lambda::Function'),
    codeFolder: template.codeFolder,
    credentialsOf: keys.of,
    around: faults.aroundInvocation,
    began: meter.began,
    log,
    verbose: settings.verbose,
  })

  const host: Host = {
    ...place,
    ...index,
    port: endpoint.port,
    smtpPort: settings.smtpPort,
    dataFolder: settings.dataFolder,
    store: settings.store,
    dynamodbUrl: settings.dynamodbUrl,
    mailAddress: settings.mailAddress,
    now: () => new Date(),
    log,
    authorise: authorisation.authorise,
    allowedByResourcePolicy: authorisation.allowedByResourcePolicy,
    invoke: functions.invoke,
    get sqs() {
      return services.sqs
    },
    get sns() {
      return services.sns
    },
    get events() {
      return services.events
    },
    get s3() {
      return services.s3
    },
    get streams() {
      return services.dynamodb
    },
    faults,
    meter,
    secretOf: keys.secretOf,
    callerOf: keys.callerOf,
  }

  const services: Services = {
    dynamodb: createDynamodb(host, lagFrom(process.env['LEADLINE_LAG_MS'])),
    s3: createS3(host),
    sqs: createSqs(host),
    sns: createSns(host),
    events: createEvents(host),
    ses: createSes(host),
    websocket: createWebsocket(host),
  }
  const inOrder: readonly Service[] = Object.values(services)
  const localDoors: readonly Door[] = [faults.door, meter.door, createIssuer(host), services.ses.outbox, services.events.recent]

  for (const service of inOrder) await service.start()
  endpoint.serve({
    services: new Map(inOrder.map((service) => [service.name, service])),
    localDoors,
    edgeDoors: [services.websocket.websocket, createHttpApi(host)],
    callerOf: keys.callerOf,
    isBucket: (name) => host.resourceByName('AWS::S3::Bucket', name) !== undefined,
    around: (call, action, run) => around(call, action, run, { faults, meter }),
    log,
  })
  const sources = openEventSources({
    host,
    mappings: host.resources('AWS::Lambda::EventSourceMapping'),
    functions: host.resources('AWS::Lambda::Function'),
    idOf: ({ arn }) => arn.slice(arn.lastIndexOf(':') + 1),
    roleAllows: (func: Resource, action, arn) => authorisation.roleAllows(authorisation.roleOf(func), action, arn),
  })
  return {
    smtpPort: services.ses.smtpPort,
    stop() {
      // The server does not close while clients are connected.
      services.websocket.hangUp()
      return stop(sources, functions, inOrder, endpoint)
    },
  }
}

/** `LEADLINE_LAG_MS`: how long reads that are not consistent may miss a change; 0 for measurements. */
function lagFrom(text: string | undefined): { lagMs?: number } {
  const lagMs = Number(text)
  return text === undefined || text === '' || !(lagMs >= 0) ? {} : { lagMs }
}

function around(call: AwsCall, action: string, run: () => Promise<AwsAnswer>, { faults, meter }: { faults: ReturnType<typeof createFaults>; meter: ReturnType<typeof createMeter> }): Promise<AwsAnswer> {
  meter.count(call, action)
  return call.caller.kind === 'function' ? faults.around(call.caller.functionName, call.service, action, run, call) : run()
}

async function stop(sources: readonly EventSource[], functions: Functions, services: readonly Service[], endpoint: Endpoint): Promise<void> {
  const drained = Promise.all(sources.map((source) => source.stop()))
  await Promise.race([drained, new Promise((resolve) => setTimeout(resolve, farewellLimit).unref())])
  await functions.stop()
  await drained
  await endpoint.close()
  for (const service of services.toReversed()) await service.stop()
}
