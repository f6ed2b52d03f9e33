import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { devNull } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Host, InvocationOutcome, Resource } from './contract.ts'
import type { Credentials } from './credentials.ts'
import { createFunctionWorker } from './function-worker.ts'
import type { FunctionWorker } from './function-worker.ts'
import { isTrouble } from './function-lines.ts'
import type { Place } from './resources.ts'
import { payloadLimit } from './worker-messages.ts'

/** What functions need of the host around them. */
export interface FunctionSurroundings {
  readonly place: Place
  readonly functions: readonly Resource[]
  codeFolder(func: Resource): string
  credentialsOf(functionName: string): Credentials
  /** Runs an invocation with the faults that were asked for. */
  around(functionName: string, run: () => Promise<InvocationOutcome>): Promise<InvocationOutcome>
  /** Told when an invocation begins; the answer is called when it has ended. */
  began(invocationId: string, functionName: string, event: unknown): () => void
  log(line: string): void
  /** Whether all that functions write is shown, or only warnings and errors. */
  readonly verbose: boolean
}

export interface Functions {
  readonly invoke: Host['invoke']
  /** Ends what a function is doing, as a crash would. */
  kill(functionName: string): void
  stop(): Promise<void>
}

/** @throws Error that names a function whose code is not in the assembly */
export function createFunctions(surroundings: FunctionSurroundings): Functions {
  const workers = new Map<string, { func: Resource; worker: FunctionWorker }>()
  for (const func of surroundings.functions) {
    workers.set(func.arn, { func, worker: createFunctionWorker(workerSettings(func, surroundings)) })
  }

  const run = async (func: Resource, worker: FunctionWorker, event: unknown): Promise<InvocationOutcome> => {
    const payload = JSON.stringify(event) ?? 'null'
    if (Buffer.byteLength(payload) > payloadLimit) return failed('RequestTooLargeException', `Request must be smaller than ${payloadLimit} bytes for the InvokeFunction operation`)
    const id = randomUUID()
    const ended = surroundings.began(id, func.name, event)
    try {
      return await worker.invoke(id, payload)
    } finally {
      ended()
    }
  }

  return {
    async invoke(functionArn, event) {
      const found = workers.get(functionArn)
      if (found === undefined) return failed('ResourceNotFoundException', `Function not found: ${functionArn}`)
      return surroundings.around(found.func.name, () => run(found.func, found.worker, event))
    },
    kill(functionName) {
      for (const { func, worker } of workers.values()) if (func.name === functionName) worker.kill()
    },
    async stop() {
      await Promise.all([...workers.values()].map(({ worker }) => worker.stop()))
    },
  }
}

function workerSettings(func: Resource, surroundings: FunctionSurroundings): Parameters<typeof createFunctionWorker>[0] {
  const { properties, name, arn } = func
  const handler = String(properties['Handler'])
  const dot = handler.lastIndexOf('.')
  const folder = surroundings.codeFolder(func)
  const memoryMegabytes = Number(properties['MemorySize'] ?? 128)
  return {
    start: {
      module: moduleAddress(folder, handler.slice(0, dot), func),
      handler: handler.slice(dot + 1),
      endpointHost: new URL(surroundings.place.origin).host,
      functionName: name,
      functionArn: arn,
      memoryMegabytes,
      quiet: !surroundings.verbose,
    },
    environment: environmentOf(func, folder, memoryMegabytes, surroundings),
    timeoutSeconds: Number(properties['Timeout'] ?? 3),
    log(line, stream) {
      if (surroundings.verbose || isTrouble(line, stream)) surroundings.log(`[${name}] ${line}`)
    },
  }
}

function moduleAddress(folder: string, path: string, func: Resource): string {
  const file = ['.mjs', '.js', '.cjs'].map((ending) => join(folder, `${path}${ending}`)).find((candidate) => existsSync(candidate))
  if (file === undefined) throw new Error(`The function ${func.logicalId} has no module ${path} in its code asset`)
  return pathToFileURL(file).href
}

function environmentOf(func: Resource, folder: string, memoryMegabytes: number, { place, credentialsOf }: FunctionSurroundings): Record<string, string> {
  const { accessKeyId, secretAccessKey } = credentialsOf(func.name)
  const declared = (func.properties['Environment'] as { Variables?: Record<string, unknown> } | undefined)?.Variables ?? {}
  const environment: Record<string, string> = {
    AWS_REGION: place.region,
    AWS_DEFAULT_REGION: place.region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_ENDPOINT_URL: place.origin,
    // A developer's own AWS profile must neither leak into the functions nor change how they behave.
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EXECUTION_ENV: `AWS_Lambda_${String(func.properties['Runtime'])}`,
    AWS_LAMBDA_FUNCTION_NAME: func.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMegabytes),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${func.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    LAMBDA_TASK_ROOT: folder,
    TZ: ':UTC',
  }
  for (const [name, value] of Object.entries(declared)) environment[name] = localAddresses(String(value), place)
  return environment
}

/** The address that API Gateway gives a WebSocket API for answers to its clients, turned to this host. */
function localAddresses(value: string, { origin }: Place): string {
  return value.replaceAll(/https:\/\/[a-z0-9]+\.execute-api\.[a-z0-9-]+\.amazonaws\.com/g, origin)
}

function failed(errorType: string, errorMessage: string): InvocationOutcome {
  return { ok: false, errorType, errorMessage, timedOut: false }
}
