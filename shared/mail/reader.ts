import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { EMPTY_LETTER } from './letter.ts'
import { LONGEST_READING_MILLISECONDS, MOST_READING_MEGABYTES, YOUNG_READING_MEGABYTES } from './limits.ts'
import type { Reading } from './read-letter.ts'

/** One mail for the reading thread. */
export interface ReadingTask {
  readonly raw: ArrayBuffer
  /** Where the sender's own bytes begin. */
  readonly from: number
  /** Why only the headers are to be read, if so. */
  readonly headersAlone?: string
}

export type ReadingAnswer = { readonly kind: 'ready' } | { readonly kind: 'read'; readonly reading: Reading }

/** What is kept of a mail at hand while it is read, for its headers, should it break the reader. */
const KEPT_HEAD_BYTES = 64 * 1024

/**
 * Reads a mail in a thread apart, within limits of time and memory: whatever a sender writes, the function that takes it in goes on. One that breaks a limit
 * is unreadable, with the reason. The buffer is given away.
 */
export async function readLetterApart(raw: Buffer<ArrayBuffer>, from: number): Promise<Reading> {
  const head = Uint8Array.prototype.slice.call(raw, from, from + KEPT_HEAD_BYTES)
  try {
    return await inTurn({ raw: raw.buffer, from: raw.byteOffset + from })
  } catch (error) {
    if (!(error instanceof BrokeTheReader)) throw error
    return readHeadersApart(head, error.message)
  }
}

/** What the headers of a mail say that is not read whole; nothing of it throws. */
export async function readHeadersApart(head: Uint8Array, reason: string): Promise<Reading> {
  try {
    return await inTurn({ raw: new Uint8Array(head).buffer, from: 0, headersAlone: reason })
  } catch (error) {
    if (!(error instanceof BrokeTheReader)) throw error
    return { letter: EMPTY_LETTER, files: [], unreadable: reason }
  }
}

class BrokeTheReader extends Error {}

let last: Promise<unknown> = Promise.resolve()
let thread: Promise<Worker> | undefined

/** One mail after the other: the limits are those of one. */
function inTurn(task: ReadingTask): Promise<Reading> {
  const reading = last.then(() => read(task))
  last = reading.catch(() => undefined)
  return reading
}

async function read(task: ReadingTask): Promise<Reading> {
  const worker = await (thread ??= startThread())
  worker.ref()
  try {
    return await answerOf(worker, task)
  } catch (error) {
    thread = undefined
    await worker.terminate()
    throw error
  } finally {
    // A thread that has nothing to do keeps nobody from ending.
    worker.unref()
  }
}

function answerOf(worker: Worker, task: ReadingTask): Promise<Reading> {
  const { promise, resolve, reject } = Promise.withResolvers<Reading>()
  const onMessage = (answer: ReadingAnswer): void => void (answer.kind === 'read' && resolve(answer.reading))
  const onError = (error: NodeJS.ErrnoException): void => reject(new BrokeTheReader(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'It takes too much memory to be read.' : 'It broke the reader.', { cause: error }))
  const onExit = (): void => reject(new BrokeTheReader('It broke the reader.'))
  const timer = setTimeout(() => reject(new BrokeTheReader('It takes too long to be read.')), LONGEST_READING_MILLISECONDS)
  worker.on('message', onMessage).on('error', onError).on('exit', onExit)
  // oxlint-disable-next-line require-post-message-target-origin -- a thread has no origin
  worker.postMessage(task, [task.raw])
  return promise.finally(() => {
    clearTimeout(timer)
    worker.off('message', onMessage).off('error', onError).off('exit', onExit)
  })
}

function startThread(): Promise<Worker> {
  const worker = new Worker(workerFile(), { resourceLimits: { maxOldGenerationSizeMb: MOST_READING_MEGABYTES, maxYoungGenerationSizeMb: YOUNG_READING_MEGABYTES } })
  const { promise, resolve, reject } = Promise.withResolvers<Worker>()
  worker.once('message', () => resolve(worker))
  worker.on('error', reject)
  worker.once('exit', () => {
    if (thread === promise) thread = undefined
  })
  return promise
}

/** Beside this file as it is written, or in the folder of threads of the built code (infra/build.ts). */
function workerFile(): URL {
  const source = new URL('./reading-worker.ts', import.meta.url)
  if (existsSync(fileURLToPath(source))) return source
  return new URL(import.meta.url.replace(/\/(?:chunks\/[^/]+|functions\/[^/]+\/[^/]+)$/, '/threads/mail-reader.mjs'))
}
