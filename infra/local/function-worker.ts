import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { Worker } from 'node:worker_threads'
import type { InvocationOutcome } from './contract.ts'
import { payloadLimit } from './worker-messages.ts'
import type { WorkerCall, WorkerReply, WorkerStart } from './worker-messages.ts'

/** What a function's worker thread is made of. */
export interface WorkerSettings {
  readonly start: WorkerStart
  /** The whole environment; nothing of the host's own shows through. */
  readonly environment: Readonly<Record<string, string>>
  readonly timeoutSeconds: number
  /** A line that the function wrote. */
  log(line: string, stream: 'stdout' | 'stderr'): void
}

export interface FunctionWorker {
  /** Runs one invocation. `id` is its request id, `event` its payload as JSON. */
  invoke(id: string, event: string): Promise<InvocationOutcome>
  /** Ends the thread at once, as a crash of the machine would: whatever it was doing fails. The next invocation starts a new thread. */
  kill(): void
  /** Lets running invocations end (two seconds at most), then ends the thread. */
  stop(): Promise<void>
}

/** Milliseconds that a module may take to load. */
const loadLimit = 30_000
const stopLimit = 2_000

const exited: InvocationOutcome = { ok: false, errorType: 'Runtime.ExitError', errorMessage: 'Runtime exited with error: signal: killed', timedOut: false }

/**
 * Keeps at most one worker thread for a function, started when first needed.
 *
 * Unlike Lambda, which gives each invocation a container of its own while it runs, the thread takes several at once: they interleave
 * at their `await`s. One that blocks the thread or times out takes the others down with it.
 */
export function createFunctionWorker(settings: WorkerSettings): FunctionWorker {
  let current: RunningWorker | undefined

  const kill = (): void => {
    const killed = current
    current = undefined
    killed?.end(exited)
  }

  return {
    invoke(id, event) {
      if (current === undefined || current.isOver()) current = startWorker(settings)
      return current.invoke(id, event)
    },
    kill,
    async stop() {
      await current?.idle(stopLimit)
      const ended = current?.ended
      kill()
      await ended
    },
  }
}

interface RunningWorker {
  invoke(id: string, event: string): Promise<InvocationOutcome>
  /** Fails everything that runs with this outcome and ends the thread. */
  end(outcome: InvocationOutcome): void
  isOver(): boolean
  /** Resolves when nothing runs, or after `milliseconds`. */
  idle(milliseconds: number): Promise<void>
  readonly ended: Promise<void>
}

function startWorker({ start, environment, timeoutSeconds, log }: WorkerSettings): RunningWorker {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: start,
    env: { ...environment },
    execArgv: [],
    name: start.functionName,
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: start.memoryMegabytes },
  })
  const running = new Map<string, { finish(outcome: InvocationOutcome): void; readonly outcome: Promise<InvocationOutcome> }>()
  const { promise: loaded, resolve: setLoaded } = Promise.withResolvers<void>()
  const { promise: ended, resolve: setEnded } = Promise.withResolvers<void>()
  let over: InvocationOutcome | undefined

  const end = (outcome: InvocationOutcome): void => {
    if (over !== undefined) return
    over = outcome
    clearTimeout(loading)
    setLoaded()
    for (const { finish } of running.values()) finish(outcome)
    void worker.terminate()
  }
  const loading = setTimeout(() => end(failure('Sandbox.Timedout', `The module did not load within ${loadLimit} ms`)), loadLimit)

  worker.on('message', (reply: WorkerReply) => {
    switch (reply.kind) {
      case 'ready':
        clearTimeout(loading)
        return setLoaded()
      case 'unusable':
        log(`${reply.errorType}: ${reply.errorMessage}`, 'stderr')
        return end(failure(reply.errorType, reply.errorMessage))
      case 'failed':
        log(reply.stack === '' ? `${reply.errorType}: ${reply.errorMessage}` : reply.stack, 'stderr')
        return running.get(reply.id)?.finish(failure(reply.errorType, reply.errorMessage))
      case 'done':
        return running.get(reply.id)?.finish(outcomeOf(reply.payload))
    }
  })
  worker.on('error', (problem) => {
    const { name, message, stack } = problem instanceof Error ? problem : { name: 'Error', message: String(problem), stack: undefined }
    log(`crashed: ${stack ?? message}`, 'stderr')
    end(failure(`Runtime.${name}`, message))
  })
  worker.on('exit', () => {
    end(exited)
    setEnded()
  })
  forwardLines(worker.stdout, (line) => log(line, 'stdout'))
  forwardLines(worker.stderr, (line) => log(line, 'stderr'))
  worker.unref()

  return {
    async invoke(id, event) {
      const { promise, resolve } = Promise.withResolvers<InvocationOutcome>()
      running.set(id, { finish: resolve, outcome: promise })
      await loaded
      const call: WorkerCall = { id, event, deadline: Date.now() + timeoutSeconds * 1_000 }
      const timer = setTimeout(() => {
        resolve({ ok: false, errorType: 'Sandbox.Timedout', errorMessage: `Task timed out after ${timeoutSeconds}.00 seconds`, timedOut: true })
        end(exited)
      }, timeoutSeconds * 1_000)
      if (over !== undefined) resolve(over)
      // oxlint-disable-next-line require-post-message-target-origin -- a thread has no origin
      else worker.postMessage(call)
      try {
        return await promise
      } finally {
        clearTimeout(timer)
        running.delete(id)
      }
    },
    end,
    isOver: () => over !== undefined,
    async idle(milliseconds) {
      const { promise: late, resolve } = Promise.withResolvers<void>()
      const timer = setTimeout(resolve, milliseconds)
      await Promise.race([late, Promise.allSettled([...running.values()].map(({ outcome }) => outcome))])
      clearTimeout(timer)
    },
    ended,
  }
}

function outcomeOf(payload: string): InvocationOutcome {
  if (Buffer.byteLength(payload) > payloadLimit) return failure('Function.ResponseSizeTooLarge', `Response payload size exceeded maximum allowed payload size (${payloadLimit} bytes).`)
  return { ok: true, payload: JSON.parse(payload) as unknown }
}

function failure(errorType: string, errorMessage: string): InvocationOutcome {
  return { ok: false, errorType, errorMessage, timedOut: false }
}

function forwardLines(stream: Readable, take: (line: string) => void): void {
  createInterface({ input: stream, crlfDelay: Infinity }).on('line', take)
}
