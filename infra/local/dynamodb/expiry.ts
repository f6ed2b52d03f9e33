import type { ChangeLog } from './change-log.ts'
import type { Connection } from './connection.ts'
import { EngineRefusal } from './connection.ts'
import type { Table } from './tables.ts'
import { pick } from './values.ts'

const removedAtOnce = 100

/**
 * Removes the rows that have expired, each only if it is still the row that was found (a row that was given a later time stays).
 *
 * @returns how many rows were removed
 */
export async function removeExpired(engine: Connection, log: ChangeLog, tables: readonly Table[], now: Date): Promise<number> {
  let removed = 0
  for (const table of tables) {
    const name = table.expiryAttribute
    if (name === undefined) continue
    for (;;) {
      const rows = log.expired(table, Math.floor(now.getTime() / 1_000), removedAtOnce)
      log.markExpiring(rows.map((row) => ({ table: table.name, key: pick(row.item, table.keyNames) })))
      for (const { item } of rows) {
        const isRemoved = await removeUnchanged(engine, table, item, name)
        if (isRemoved) removed += 1
      }
      if (rows.length > 0) log.markExpiring([])
      if (rows.length < removedAtOnce) break
    }
  }
  return removed
}

async function removeUnchanged(engine: Connection, table: Table, item: Readonly<Record<string, Readonly<Record<string, unknown>>>>, expiryAttribute: string): Promise<boolean> {
  try {
    await engine.ask('DeleteItem', {
      TableName: table.name,
      Key: pick(item, table.keyNames),
      ConditionExpression: '#at = :at',
      ExpressionAttributeNames: { '#at': expiryAttribute },
      ExpressionAttributeValues: { ':at': item[expiryAttribute] },
    })
    return true
  } catch (problem) {
    if (problem instanceof EngineRefusal && problem.code === 'ConditionalCheckFailedException') return false
    throw problem
  }
}
