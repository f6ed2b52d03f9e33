/** Runs in a thread of its own, which can be ended: reads what it is handed, one mail after the other. */
import { parentPort } from 'node:worker_threads'
import { readHeadersAlone, readLetter } from './read-letter.ts'
import type { ReadingAnswer, ReadingTask } from './reader.ts'

parentPort?.on('message', (task: ReadingTask) => void answer(task))
tell({ kind: 'ready' })

async function answer({ raw, from, headersAlone }: ReadingTask): Promise<void> {
  const mail = Buffer.from(raw).subarray(from)
  const reading = headersAlone === undefined ? await readLetter(mail) : await readHeadersAlone(mail, headersAlone)
  // What was read is handed over and not copied. Some files may share one buffer.
  tell({ kind: 'read', reading }, [...new Set(reading.files.map(({ buffer }) => buffer))])
}

function tell(message: ReadingAnswer, handOver: ArrayBuffer[] = []): void {
  // oxlint-disable-next-line require-post-message-target-origin -- a thread has no origin
  parentPort?.postMessage(message, handOver)
}
