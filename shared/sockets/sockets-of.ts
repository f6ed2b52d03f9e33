import { joined } from '../kernel/join.ts'
import type { Row, Table } from '../platform/table.ts'
import { SOCKETS, socketPrefix } from './keys.ts'
import { socketOfRow, type Socket } from './socket.ts'

/** Rows of sockets in the 4 KB that one read unit pays for. */
const ROWS_OF_A_UNIT = 74
const MOST_SOCKETS_OF_A_USER = 200

/**
 * The sockets of some users, exactly as they stand. Asking for one user costs a read unit, and so do 74 sockets of whomever: so all are read
 * together as long as that is not dearer than asking for each, and the users behind that point are asked for one by one.
 */
export async function socketsOf(table: Table, userIds: readonly string[]): Promise<Socket[]> {
  const wanted = new Set(userIds)
  if (wanted.size === 0) return []
  const readings = readingsOf.get(table) ?? new Map<string, () => Promise<Socket[]>>()
  readingsOf.set(table, readings)
  const key = [...wanted].toSorted().join()
  const reading = readings.get(key) ?? joined(() => readSockets(table, wanted))
  if (readings.size >= MOST_READINGS_KNOWN) readings.clear()
  readings.set(key, reading)
  return reading()
}

/** Messages that a container sends to the same people at the same time share a reading that begins after all of them were stored. */
const readingsOf = new WeakMap<Table, Map<string, () => Promise<Socket[]>>>()
const MOST_READINGS_KNOWN = 100

async function readSockets(table: Table, wanted: ReadonlySet<string>): Promise<Socket[]> {
  const all = wanted.size === 1 ? { rows: [], ended: false } : await table.query({ partition: SOCKETS, limit: wanted.size * ROWS_OF_A_UNIT, consistent: true })
  const seenUpTo = all.rows.at(-1)?.sk ?? ''
  // Of the last user seen some sockets may lie behind the end of the page.
  const missing = all.ended ? [] : [...wanted].filter((userId) => `${socketPrefix(userId)}\uFFFF` > seenUpTo)
  const further = await Promise.all(missing.map((userId) => socketsOfOne(table, userId)))
  const rows = new Map([...all.rows, ...further.flat()].map((row) => [row.sk, row]))
  return [...rows.values()].map(socketOfRow).filter(({ userId }) => wanted.has(userId))
}

async function socketsOfOne(table: Table, userId: string): Promise<readonly Row[]> {
  const { rows } = await table.query({ partition: SOCKETS, beginsWith: socketPrefix(userId), limit: MOST_SOCKETS_OF_A_USER, consistent: true })
  return rows
}
