import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { StatementSync } from 'node:sqlite'
import type { Store } from './contract.ts'

/**
 * Opens (or makes) `<folder>/host.sqlite`.
 *
 * A change is in the write-ahead log before `run` or `transaction` returns, so it outlives a kill -9 of the process. It is not
 * flushed to the disk each time: a power cut may take the last moments, which is a fair price on a developer's machine.
 */
export function createStore(folder: string): Store & { close(): void } {
  mkdirSync(folder, { recursive: true })
  const database = new DatabaseSync(join(folder, 'host.sqlite'))
  database.exec('pragma journal_mode = wal; pragma synchronous = normal; pragma busy_timeout = 2000; pragma foreign_keys = on')
  // The log may grow to 32 MB before its pages are flushed into the file: each flush holds up everything, and pages that change often are flushed once.
  database.exec('pragma wal_autocheckpoint = 8000')
  const statements = new Map<string, StatementSync>()
  let depth = 0

  const prepared = (sql: string): StatementSync => {
    const known = statements.get(sql)
    if (known !== undefined) return known
    const statement = database.prepare(sql)
    statements.set(sql, statement)
    return statement
  }

  return {
    run(sql, ...values) {
      const { changes, lastInsertRowid } = prepared(sql).run(...values)
      return { changes: Number(changes), lastInsertRowid: Number(lastInsertRowid) }
    },
    all<T>(sql: string, ...values: (string | number | bigint | Uint8Array | null)[]): T[] {
      // Rows come with a null prototype; a plain object compares equal to a literal in tests and spreads as one expects.
      return prepared(sql).all(...values).map((row) => ({ ...row }) as T)
    },
    transaction(work) {
      if (depth > 0) return work()
      database.exec('begin immediate')
      depth += 1
      try {
        const result = work()
        if (result instanceof Promise) throw new TypeError('The work of a transaction must be synchronous')
        database.exec('commit')
        return result
      } catch (problem) {
        database.exec('rollback')
        throw problem
      } finally {
        depth -= 1
      }
    },
    close() {
      statements.clear()
      database.close()
    },
  }
}
