import type { Host, InvocationOutcome } from '../contract.ts'
import { checkDestinations, giveUp, limitsOf } from './failed-invocation.ts'

/** An event that a function is to get without anybody waiting for the outcome. */
export interface Invocation {
  readonly functionArn: string
  /** JSON. */
  readonly event: string
}

/** Lambda's asynchronous invocation, as buses, schedules and topics use it. */
export interface Invocations {
  /** Stores the event; it is delivered at least once. Joins the caller's transaction. */
  add(invocation: Invocation): void
  start(): void
  /** Takes up nothing more and waits for what runs. */
  stop(): Promise<void>
}

interface Row {
  readonly id: number
  readonly functionArn: string
  readonly event: string
  readonly tries: number
  readonly createdAt: number
}

/** How many functions run at once for one service. */
const concurrency = 10

const startDelayMs = 500

/** AWS waits one minute and then two before it tries again; nobody at a desk wants to. */
const retryMs = [1_000, 2_000]

/** @param table where the events wait, named after the service that owns it */
export function createInvocations(host: Host, table: string): Invocations {
  const { store } = host
  const running = new Map<number, Promise<void>>()
  let timer: NodeJS.Timeout | undefined
  let isStopped = true

  const pump = (): void => {
    if (isStopped) return
    clearTimeout(timer)
    const now = host.now().getTime()
    // Rows in work stay due, so that a restart finds them; they are told apart by memory alone.
    const due = store.all<Row>(
      `select id, function_arn as functionArn, event, tries, created_at as createdAt from ${table} where due_at <= ? order by id limit ?`, now, concurrency + running.size,
    )
    for (const row of due) {
      if (running.size >= concurrency) return
      if (!running.has(row.id)) running.set(row.id, work(row).finally(() => running.delete(row.id)).then(pump))
    }
    const [next] = store.all<{ at: number | null }>(`select min(due_at) as at from ${table} where due_at > ?`, now)
    if (next?.at !== null && next?.at !== undefined) timer = setTimeout(pump, Math.min(next.at - now, 60_000)).unref()
  }

  const work = async (row: Row): Promise<void> => {
    try {
      const outcome = await invoke(host, row)
      if (outcome.ok) return remove(row)
      const { retries, ageMs } = limitsOf(host, row.functionArn)
      const now = host.now().getTime()
      const wait = retryMs[Math.min(row.tries, retryMs.length - 1)] ?? 0
      if (row.tries < retries && now + wait - row.createdAt <= ageMs) {
        store.run(`update ${table} set tries = tries + 1, due_at = ? where id = ?`, now + wait, row.id)
        return
      }
      await giveUp(host, { ...row, tries: row.tries + 1 }, outcome)
      remove(row)
    } catch (problem) {
      // Not the function but the host or the dead-letter queue failed: the event is kept until that is mended.
      host.log(`an event for ${row.functionArn} waits, since it can neither be delivered nor put aside: ${problem instanceof Error ? problem.message : String(problem)}`)
      if (!isStopped) store.run(`update ${table} set due_at = ? where id = ?`, host.now().getTime() + 30_000, row.id)
    }
  }
  const remove = (row: Row): void => void store.run(`delete from ${table} where id = ?`, row.id)

  return {
    add({ functionArn, event }) {
      const now = host.now().getTime()
      store.run(`insert into ${table} (function_arn, event, tries, due_at, created_at) values (?, ?, 0, ?, ?)`, functionArn, event, now, now)
      // A microtask runs after the transaction that this may be part of.
      queueMicrotask(pump)
    },
    start() {
      store.run(`create table if not exists ${table} (
        id integer primary key autoincrement, function_arn text not null, event text not null, tries integer not null, due_at integer not null, created_at integer not null)`)
      store.run(`create index if not exists ${table}_by_time on ${table} (due_at)`)
      checkDestinations(host)
      isStopped = false
      // What an earlier run left: not before the host serves the functions' own calls.
      timer = setTimeout(pump, startDelayMs).unref()
    },
    async stop() {
      isStopped = true
      clearTimeout(timer)
      await Promise.all(running.values())
    },
  }
}

/** Once, or as often as the fault injector says; what the function did last counts. */
async function invoke(host: Host, { functionArn, event }: Row): Promise<InvocationOutcome> {
  const func = host.resourceByArn(functionArn)
  if (func === undefined) return { ok: false, errorType: 'ResourceNotFoundException', errorMessage: `${functionArn} is no longer in the template`, timedOut: false }
  const payload: unknown = JSON.parse(event)
  let outcome = await host.invoke(functionArn, payload)
  for (let again = host.faults.deliveries(func.name) - 1; again > 0; again -= 1) outcome = await host.invoke(functionArn, payload)
  return outcome
}
