import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** What the running host has written to its table, read beside it from its change log. */
export interface TableChanges {
  /** Names the present state: after it, changes are new. */
  mark(): number
  /** The keys of rows that were changed after a mark, and how. */
  since(mark: number): readonly string[]
  close(): void
}

export function openTableChanges(dataFolder: string): TableChanges {
  const database = new DatabaseSync(join(dataFolder, 'dynamodb.db'), { readOnly: true })
  const newest = database.prepare("select seq from sqlite_sequence where name = 'host_changes'")
  const after = database.prepare('select event, key from host_changes where id > ? order by id limit 20')
  const mark = (): number => Number(newest.get()?.['seq'] ?? 0)
  return {
    mark,
    since(from) {
      const count = mark() - from
      if (count <= 0) return []
      const found = after.all(from).map(({ event, key }) => `${String(event)} ${String(key)}`)
      return found.length > 0 ? found : [`${count} changes`]
    },
    close: () => database.close(),
  }
}
