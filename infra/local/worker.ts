/**
 * Runs inside the worker thread of one function: imports its handler and calls it for each message. The product's code finds
 * here what it finds in Lambda: its environment, a handler call with event and context, and AWS behind `AWS_ENDPOINT_URL`.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe } from 'node:diagnostics_channel'
import type { ClientRequest } from 'node:http'
import { parentPort, workerData } from 'node:worker_threads'
import { isTrouble } from './function-lines.ts'
import { invocationHeader } from './worker-messages.ts'
import type { WorkerCall, WorkerReply, WorkerStart } from './worker-messages.ts'

type Handler = (event: unknown, context: unknown) => unknown

function serve(port: NonNullable<typeof parentPort>, start: WorkerStart): void {
  const invocation = new AsyncLocalStorage<string>()
  // Node announces every outgoing request before its headers leave; that lets us tag AWS calls without touching the product's clients.
  subscribe('http.client.request.created', (message) => {
    const { request } = message as { request: ClientRequest }
    const id = invocation.getStore()
    if (id !== undefined && !request.headersSent && request.getHeader('host') === start.endpointHost) request.setHeader(invocationHeader, id)
  })
  if (start.quiet) keepQuietLines()
  // oxlint-disable-next-line require-post-message-target-origin -- a thread has no origin
  const tell = (reply: WorkerReply): void => port.postMessage(reply)

  const run = async (handler: Handler, call: WorkerCall): Promise<void> => {
    try {
      const result = await handler(JSON.parse(call.event), contextOf(start, call))
      tell({ kind: 'done', id: call.id, payload: JSON.stringify(result) ?? 'null' })
    } catch (problem) {
      const { name, message, stack } = problem instanceof Error ? problem : { name: typeof problem, message: String(problem), stack: '' }
      tell({ kind: 'failed', id: call.id, errorType: name, errorMessage: message, stack: stack ?? '' })
    }
  }

  const load = async (): Promise<void> => {
    let handler: unknown
    try {
      handler = ((await import(start.module)) as Record<string, unknown>)[start.handler]
    } catch (problem) {
      const message = problem instanceof Error ? (problem.stack ?? problem.message) : String(problem)
      return tell({ kind: 'unusable', errorType: 'Runtime.ImportModuleError', errorMessage: message })
    }
    if (typeof handler !== 'function') {
      return tell({ kind: 'unusable', errorType: 'Runtime.HandlerNotFound', errorMessage: `${start.handler} is undefined or not exported` })
    }
    port.on('message', (call: WorkerCall) => void invocation.run(call.id, () => run(handler as Handler, call)))
    tell({ kind: 'ready' })
  }
  void load()
}

/** Whole lines that the host would drop do not get there: on the way each costs nearly as much as a call. */
function keepQuietLines(): void {
  const { stdout } = process
  const write = stdout.write.bind(stdout) as (...all: unknown[]) => boolean
  const isDropped = (chunk: unknown): boolean => typeof chunk === 'string' && chunk.endsWith('\n') && !chunk.trimEnd().split('\n').some((line) => isTrouble(line, 'stdout'))
  stdout.write = (chunk: unknown, ...more: unknown[]): boolean => {
    if (!isDropped(chunk)) return write(chunk, ...more)
    const done = more.at(-1)
    if (typeof done === 'function') process.nextTick(done as () => void)
    return true
  }
}

function contextOf({ functionName, functionArn, memoryMegabytes }: WorkerStart, { id, deadline }: WorkerCall): Record<string, unknown> {
  return {
    awsRequestId: id,
    callbackWaitsForEmptyEventLoop: true,
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: functionArn,
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: 'local',
    memoryLimitInMB: String(memoryMegabytes),
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  }
}

if (parentPort !== null) serve(parentPort, workerData as WorkerStart)
