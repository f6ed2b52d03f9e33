import type { Host, Service, StreamsDoor } from '../contract.ts'
import { createChangeFeed } from './change-feed.ts'
import { openChangeLog } from './change-log.ts'
import type { ChangeLog } from './change-log.ts'
import { createConflicts } from './conflicts.ts'
import { connectTo } from './connection.ts'
import type { Connection } from './connection.ts'
import { startEngine } from './engine.ts'
import type { Engine } from './engine.ts'
import { removeExpired } from './expiry.ts'
import { createGate } from './gate.ts'
import { createRecentChanges } from './recent-changes.ts'
import { createListeners, readChangeLog, readEndpointStream } from './streams.ts'
import type { ReadStream } from './streams.ts'
import { ensureTable, tablesOf } from './tables.ts'

export interface DynamodbOptions {
  /** How long a read that is not consistent may miss a change, in milliseconds; 0: never. Default 50. */
  readonly lagMs?: number
  /** How often expired rows are removed, in milliseconds. Default one minute (AWS promises a few days). */
  readonly expiryMs?: number
}

/** How often streams are looked at without a write through the host. */
const pollMs = 1_000

/**
 * DynamoDB: the embedded engine behind a gate, or the endpoint given by `--dynamodb`. Lag and expiry need the engine's file: on a
 * given endpoint reads are as they are there, and rows expire as they do there.
 */
export function createDynamodb(host: Host, options: DynamodbOptions = {}): Service & StreamsDoor {
  const { lagMs = 50, expiryMs = 60_000 } = options
  const listeners = createListeners()
  const declared = tablesOf(host)
  const tables = new Map(declared.map((table) => [table.name, table]))
  const timers: NodeJS.Timeout[] = []
  let running: Running | undefined

  async function start(): Promise<void> {
    running = host.dynamodbUrl === undefined ? await startEmbedded() : await startOnEndpoint(host.dynamodbUrl)
    timers.push(setInterval(listeners.wakeAll, pollMs).unref())
  }

  async function startOnEndpoint(url: string): Promise<Running> {
    const engine = connectTo(() => url)
    for (const table of declared) await ensureTable(engine, table, table.streamView)
    const handle = createGate({ host, engine, tables, conflicts: createConflicts(), recent: undefined, onWritten: (written) => written.forEach(listeners.wake) })
    return { handle, read: readEndpointStream(engine, host), connection: engine }
  }

  async function startEmbedded(): Promise<Running> {
    const engine = await startEngine(host.dataFolder, host.log)
    try {
      return await startOnEngine(engine)
    } catch (problem) {
      await engine.stop()
      throw problem
    }
  }

  async function startOnEngine(engine: Engine): Promise<Running> {
    const connection = connectTo(engine.url)
    // Every table keeps both images, whatever its own stream shows: a lagging read tells the old one.
    for (const table of declared) await ensureTable(connection, table, 'NEW_AND_OLD_IMAGES')
    const log = openChangeLog(host.dataFolder, declared)
    const recent = lagMs > 0 ? createRecentChanges(lagMs, tables, () => host.now().getTime()) : undefined
    const feed = createChangeFeed(log)
    const catchUp = (): void => {
      const news = feed.news()
      recent?.add(news)
    }
    const onWritten = (written: readonly string[]): void => {
      catchUp()
      written.forEach(listeners.wake)
    }
    removeExpiredRows(connection, log, onWritten)
    const handle = createGate({ host, engine: connection, tables, conflicts: createConflicts(), recent, onWritten })
    return { handle, read: readChangeLog(feed, catchUp, tables, host.region), connection, engine, log }
  }

  function removeExpiredRows(connection: Connection, log: ChangeLog, onWritten: (tables: readonly string[]) => void): void {
    const expiring = declared.filter((table) => table.expiryAttribute !== undefined)
    let isRunning = false
    const sweep = async (): Promise<void> => {
      if (isRunning || expiring.length === 0) return
      isRunning = true
      try {
        const removed = await removeExpired(connection, log, expiring, host.now())
        if (removed > 0) onWritten(expiring.map((table) => table.name))
      } catch (problem) {
        host.log(`Expired rows stay until the next round: ${String(problem)}`)
      } finally {
        isRunning = false
      }
    }
    timers.push(setInterval(() => void sweep(), expiryMs).unref())
  }

  return {
    name: 'dynamodb',
    start,
    async stop() {
      for (const timer of timers) clearInterval(timer)
      running?.log?.close()
      await running?.engine?.stop()
      running?.connection.close()
      running = undefined
    },
    handle: (call) => started(running).handle(call),
    read: (streamArn, after, most) => started(running).read(streamArn, after, most),
    onRecords: (streamArn, wake) => listeners.add(streamArn, wake),
  }
}

interface Running {
  readonly handle: ReturnType<typeof createGate>
  readonly read: ReadStream
  readonly connection: Connection
  readonly engine?: Engine
  readonly log?: ChangeLog
}

function started(running: Running | undefined): Running {
  if (running === undefined) throw new Error('DynamoDB is not running')
  return running
}
