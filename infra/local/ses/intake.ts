import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Host } from '../contract.ts'
import { newReceivedId, receivedMail } from './received-mail.ts'
import type { Envelope, ReceivedMail } from './received-mail.ts'

export interface Intake {
  /** Resolves when a kill -9 can no longer lose the message; the work on it follows. */
  accept(envelope: Envelope, raw: Buffer): Promise<void>
  /** Takes up what an earlier run left. */
  start(): Promise<void>
  /** Lets the work in hand end; what waits is taken up by the next start. */
  stop(): Promise<void>
}

interface Row {
  id: string
  received_at: number
  envelope: string
}

const atOnce = 4
const firstRetryMilliseconds = 500
const longestRetryMilliseconds = 60_000

/**
 * Takes messages over. Where the work takes no longer than storing a message would, it is done before the sender is told; else, and when
 * it fails, the message is held (bytes in a file, its row in the store) until `work` has succeeded on it. A message is worked
 * on at least once: a crash in the middle repeats the whole work.
 *
 * @param isQuick whether the work ends at once, since it calls no function
 */
export function createIntake(host: Host, work: (mail: ReceivedMail) => Promise<void>, isQuick: boolean): Intake {
  const { store } = host
  const folder = join(host.dataFolder, 'ses', 'intake')
  const fileOf = (id: string): string => join(folder, `${id}.eml`)
  store.run('create table if not exists ses_intake (id text primary key, received_at integer not null, envelope text not null)')

  const waiting: { row: Row; tries: number }[] = []
  const running = new Set<Promise<void>>()
  const retries = new Set<NodeJS.Timeout>()
  let isStopped = false

  const pump = (): void => {
    while (running.size < atOnce) {
      const next = isStopped ? undefined : waiting.shift()
      if (next === undefined) return
      const one = attempt(next.row, next.tries).finally(() => {
        running.delete(one)
        pump()
      })
      running.add(one)
    }
  }

  const attempt = async (row: Row, tries: number): Promise<void> => {
    try {
      const raw = await readFile(fileOf(row.id))
      await work(receivedMail(row.id, new Date(row.received_at), JSON.parse(row.envelope) as Envelope, raw))
      store.run('delete from ses_intake where id = ?', row.id)
      await rm(fileOf(row.id), { force: true })
    } catch (problem) {
      const delay = Math.min(longestRetryMilliseconds, firstRetryMilliseconds * 2 ** tries)
      host.log(`ses: message ${row.id} is tried again in ${delay} ms: ${problem instanceof Error ? problem.message : String(problem)}`)
      const timer = setTimeout(() => {
        retries.delete(timer)
        waiting.push({ row, tries: tries + 1 })
        pump()
      }, delay)
      retries.add(timer)
    }
  }

  const isDone = async (row: Row, envelope: Envelope, raw: Buffer): Promise<boolean> => {
    try {
      await work(receivedMail(row.id, new Date(row.received_at), envelope, raw))
      return true
    } catch (problem) {
      host.log(`ses: message ${row.id} is held: ${problem instanceof Error ? problem.message : String(problem)}`)
      return false
    }
  }

  return {
    async accept(envelope, raw) {
      const row: Row = { id: newReceivedId(), received_at: host.now().getTime(), envelope: JSON.stringify(envelope) }
      if (isQuick && (await isDone(row, envelope, raw))) return
      await writeFile(fileOf(row.id), raw)
      store.run('insert into ses_intake values (?, ?, ?)', row.id, row.received_at, row.envelope)
      waiting.push({ row, tries: 0 })
      pump()
    },

    async start() {
      await mkdir(folder, { recursive: true })
      const rows = store.all<Row>('select id, received_at, envelope from ses_intake order by received_at, id')
      const known = new Set(rows.map(({ id }) => `${id}.eml`))
      // A file without a row was never acknowledged: its sender sends again.
      for (const file of await readdir(folder)) if (!known.has(file)) await rm(join(folder, file), { force: true })
      waiting.push(...rows.map((row) => ({ row, tries: 0 })))
      pump()
    },

    async stop() {
      isStopped = true
      for (const timer of retries) clearTimeout(timer)
      await Promise.all(running)
    },
  }
}
