/**
 * What the parts of the local host promise each other. One AWS service is one file (or folder) that exports
 * `create<Service>(host): Service`; `host.ts` creates them all and hands every signed call to the right one.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'

/** A resource of the synthesized template after every `Ref`, `Fn::GetAtt`, `Fn::Sub`, ... in its properties has been resolved. */
export interface Resource {
  readonly logicalId: string
  /** The CloudFormation type, such as `AWS::SQS::Queue`. */
  readonly type: string
  readonly properties: Record<string, unknown>
  /** The name AWS would give it: table name, bucket name, queue name, function name, API id. */
  readonly name: string
  /** Its ARN in account 000000000000, region eu-west-1; empty for types that have none. */
  readonly arn: string
  readonly stack: string
}

/** Who made a call: one of the product's functions (known by its access key), the host itself, or nobody (a presigned address is checked by S3). */
export type Caller =
  | { readonly kind: 'function'; readonly functionName: string; readonly roleLogicalId: string }
  | { readonly kind: 'host' }
  | { readonly kind: 'anonymous' }

/** One call to an AWS API as it reached the local endpoint. */
export interface AwsCall {
  readonly service: string
  readonly method: string
  /** The path as sent, still percent-encoded, without the query. */
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  readonly caller: Caller
  /** The raw `path?query` and headers, for services that check a signature themselves (presigned S3 addresses). */
  readonly raw: IncomingMessage
}

export interface AwsAnswer {
  readonly status: number
  readonly headers?: Record<string, string>
  readonly body?: string | Buffer
}

export interface Service {
  /** The service name in the credential scope of a signature: `dynamodb`, `sqs`, `sns`, `events`, `s3`, `ses`, `scheduler`, `execute-api`. */
  readonly name: string
  /** Creates what the template declares and begins to work. Called in the order in which host.ts lists the services. */
  start(): Promise<void>
  /** Stops taking work, lets what runs end, and closes. After kill -9 nothing acknowledged may be missing, so `stop` is never needed for safety. */
  stop(): Promise<void>
  handle(call: AwsCall): Promise<AwsAnswer>
}

/** Small durable rows of the host itself (queues, objects' metadata, rules' state, checkpoints), kept over restarts: one SQLite file in the data folder, synchronous, committed before it returns. */
export interface Store {
  /** Runs SQL on `node:sqlite`. Each service owns tables that start with its own name, created with `create table if not exists`. */
  run(sql: string, ...values: (string | number | bigint | Uint8Array | null)[]): { changes: number; lastInsertRowid: number }
  all<T>(sql: string, ...values: (string | number | bigint | Uint8Array | null)[]): T[]
  /** All or nothing; nested calls join the outer one. */
  transaction<T>(work: () => T): T
}

/** What a function did with an event. A thrown error of the function is an outcome too, not an exception of the host. */
export type InvocationOutcome =
  | { readonly ok: true; readonly payload: unknown }
  | { readonly ok: false; readonly errorType: string; readonly errorMessage: string; readonly timedOut: boolean }

/** A problem in AWS's own words; the endpoint turns it into the error body of the called service's protocol. */
export class AwsError extends Error {
  readonly code: string
  readonly status: number
  constructor(code: string, message: string, status = 400) {
    super(message)
    this.name = 'AwsError'
    this.code = code
    this.status = status
  }
}

export interface Host {
  readonly port: number
  /** Where SES is to take in mail; 0 for any free port, which the service then tells. */
  readonly smtpPort: number
  /** `http://127.0.0.1:<port>` */
  readonly origin: string
  readonly region: string
  readonly accountId: string
  /** Folder for what does not fit in rows (objects, the DynamoDB engine's file); it exists. */
  readonly dataFolder: string
  readonly store: Store
  /** `--dynamodb URL`, else undefined: the embedded engine. */
  readonly dynamodbUrl: string | undefined
  /** The address incoming CRM mail is sent to. */
  readonly mailAddress: string
  now(): Date
  /** One line on standard error. Never bodies or addresses of people. */
  log(line: string): void
  resources(type: string): readonly Resource[]
  resourceByArn(arn: string): Resource | undefined
  resourceByName(type: string, name: string): Resource | undefined
  /** Throws `AwsError('AccessDenied…', 403)` that names function, action and resource, unless the caller's role in the template allows it. The host itself may do everything. */
  authorise(call: AwsCall, action: string, resourceArn: string): void
  /** Checks an action that AWS services do on behalf of a resource policy or role (SNS → SQS, EventBridge → SQS): the target's resource policy must allow the service principal with the source ARN. */
  allowedByResourcePolicy(targetArn: string, action: string, principalService: string, sourceArn: string): boolean
  /** Invokes a function and waits for the outcome. */
  invoke(functionArn: string, event: unknown): Promise<InvocationOutcome>
  /** The services' doors to each other. */
  readonly sqs: SqsDoor
  readonly sns: SnsDoor
  readonly events: EventsDoor
  readonly s3: S3Door
  readonly streams: StreamsDoor
  /** Asked before and after each AWS call of a function and around each invocation; see faults.ts. */
  readonly faults: FaultDoor
  readonly meter: MeterDoor
  /** The secret of an access key given out in this run, to check a presigned address; undefined for an unknown key. */
  secretOf(accessKeyId: string): string | undefined
  /** The owner of an access key given out in this run (a browser's form names it in a field, where the endpoint cannot see it). */
  callerOf(accessKeyId: string): Caller | undefined
}

/** One message as SQS keeps it. */
export interface QueueMessage {
  readonly messageId: string
  readonly receiptHandle: string
  readonly body: string
  readonly attributes: Record<string, string>
  readonly messageAttributes: Record<string, { dataType: string; stringValue?: string; binaryValue?: string }>
  readonly md5OfBody: string
}

export interface SqsDoor {
  send(queueArn: string, message: { body: string; delaySeconds?: number; groupId?: string; deduplicationId?: string; attributes?: QueueMessage['messageAttributes'] }): { messageId: string }
  /** Takes up to `most` visible messages (FIFO: in order per group, no second batch of a group in flight) and hides them for the queue's visibility timeout. */
  receive(queueArn: string, most: number): QueueMessage[]
  remove(queueArn: string, receiptHandle: string): void
  /** Makes a message visible again after `seconds` (a failed batch item waits for its visibility timeout as on AWS; the host may call this with the queue's own timeout). */
  changeVisibility(queueArn: string, receiptHandle: string, seconds: number): void
  /** Calls back whenever a message may have become visible on that queue. Returns how to stop. */
  onMessage(queueArn: string, wake: () => void): () => void
}

export interface SnsDoor {
  /** Publishes as an AWS service does (S3, SES): delivered at least once to every subscribed queue, raw where the subscription says so. */
  publish(topicArn: string, message: string, subject?: string): { messageId: string }
}

export interface EventsDoor {
  /** Puts one event on a bus (default: the account's `default` bus) as AWS services do. */
  put(entry: { source: string; detailType: string; detail: unknown; busName?: string; resources?: string[]; time?: Date }): { eventId: string }
}

export interface S3Door {
  put(bucket: string, key: string, body: Buffer, options?: { contentType?: string; metadata?: Record<string, string> }): Promise<void>
  get(bucket: string, key: string): Promise<Buffer | undefined>
}

/** A DynamoDB stream record in the Lambda event's shape (`eventID`, `eventName`, `dynamodb: { Keys, NewImage, OldImage, SequenceNumber, ... }`, `eventSourceARN` of the template's table stream). */
export interface StreamRecord {
  readonly eventID: string
  readonly eventName: 'INSERT' | 'MODIFY' | 'REMOVE'
  readonly dynamodb: { readonly SequenceNumber: string; readonly [more: string]: unknown }
  readonly [more: string]: unknown
}

export interface StreamsDoor {
  /** Up to `most` records after a position (undefined: from the trim horizon), in order, with the position after the last of them. */
  read(streamArn: string, after: string | undefined, most: number): Promise<{ records: StreamRecord[]; position: string | undefined }>
  /** Calls back whenever records may have appeared on that stream. Returns how to stop. */
  onRecords(streamArn: string, wake: () => void): () => void
}

export interface FaultDoor {
  /** Runs one AWS call of a function with the faults that were asked for: kill the function before or after it, delay, throttle, conflict. */
  around(functionName: string, service: string, action: string, call: () => Promise<AwsAnswer>, of?: AwsCall): Promise<AwsAnswer>
  /** How many times an event is to be delivered (1 unless "deliver twice" was asked for) to a function by a queue, stream, bus or schedule. */
  deliveries(functionName: string): number
}

export interface MeterDoor {
  /** Adds the capacity units of one call to the route (or function) that made it. The endpoint counts the call itself. */
  add(call: AwsCall, units: { readonly action: string; readonly readUnits: number; readonly writeUnits: number }): void
}

/** The few entry points besides the AWS API: HTTP API, WebSocket upgrade, `/_local/...`. */
export interface Door {
  /** True when this door answers the request (it has then taken it over). */
  handle(request: IncomingMessage, response: ServerResponse): Promise<boolean>
  upgrade?(request: IncomingMessage, socket: Duplex, head: Buffer): boolean
}

/** What SES gives besides its API: the outbox at `/_local/outbox`. (A `Door` of its own, since a service's `handle` takes other arguments.) */
export interface OutboxOwner {
  readonly outbox: Door
}
