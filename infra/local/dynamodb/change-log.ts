import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Table } from './tables.ts'
import type { Item } from './values.ts'

/** One committed change of one row, in the order of commits over all tables. */
export interface Change {
  /** Ascending, never used twice. */
  readonly id: number
  readonly table: string
  readonly event: 'INSERT' | 'MODIFY' | 'REMOVE'
  readonly key: Item
  readonly before: Item | undefined
  readonly after: Item | undefined
  /** Seconds since 1970. */
  readonly atSeconds: number
  /** DynamoDB itself removed the row, because it had expired. */
  readonly isExpiry: boolean
}

/** A row whose time has come. */
export interface Expired {
  readonly table: string
  readonly item: Item
}

export interface ChangeLog {
  /** Up to `most` changes after the one with that id. */
  after(id: number, most: number, table?: string): Change[]
  /** The id of the newest change; 0 before the first. */
  newest(): number
  /** Rows of a table that expired, up to `most`. Rows that expired more than five years ago are left alone, as on AWS. */
  expired(table: Table, nowSeconds: number, most: number): Expired[]
  /** Marks rows that are about to be removed because they expired; their removal then says so. `[]` takes the marks away. */
  markExpiring(rows: readonly { readonly table: string; readonly key: Item }[]): void
  close(): void
}

/** AWS keeps stream records for 24 hours. The newest ones stay longer, for a host that was off over the weekend. */
const keptSeconds = 24 * 60 * 60
const keptAtLeast = 10_000
const fiveYearsSeconds = 5 * 365 * 24 * 60 * 60

/**
 * The engine's own stream is right but slow: to number a record it reads all former ones, so that with 100,000 records it makes
 * 30 writes a second. A trigger moves each record into a log of ours: in the engine's own transaction, hence as durable as the write, never
 * torn, and in the order of commits; the engine keeps only the newest record of each table to count on from. The same file
 * answers which rows expired, by an index on the expiry attribute, and so without a scan.
 */
const schema = `
create table if not exists host_changes (
  id integer primary key autoincrement, table_name text not null, event text not null, key text not null,
  before text, after text, at integer not null, is_expiry integer not null
);
create table if not exists host_expiring (table_name text not null, key text not null);
delete from host_expiring;
drop trigger if exists host_log;
create trigger host_log after insert on _stream_records begin
  insert into host_changes (table_name, event, key, before, after, at, is_expiry)
  values (new.table_name, new.event_name, new.keys_json, new.old_image, new.new_image, new.created_at,
    new.event_name = 'REMOVE' and exists (
      select 1 from host_expiring marked where marked.table_name = new.table_name and not exists (
        select 1 from json_each(new.keys_json) part where json_extract(marked.key, '$."' || part.key || '"') is not part.value)));
  delete from _stream_records where table_name = new.table_name and id < new.id;
  delete from host_changes where id in (
    select id from (select id, at from host_changes order by id limit 3)
    where id <= (select max(id) from host_changes) - ${keptAtLeast} and at < new.created_at - ${keptSeconds});
end;`

interface ChangeRow {
  readonly id: number
  readonly table_name: string
  readonly event: Change['event']
  readonly key: string
  readonly before: string | null
  readonly after: string | null
  readonly at: number
  readonly is_expiry: number
}

/** Opens the log in the engine's database file. The engine is running, and its tables exist. */
export function openChangeLog(dataFolder: string, tables: readonly Table[]): ChangeLog {
  const database = new DatabaseSync(join(dataFolder, 'dynamodb.db'), { timeout: 5_000 })
  database.exec('pragma synchronous = normal')
  database.exec(`begin immediate;${schema}${tables.map(expiryIndex).join('')}commit`)

  const following = database.prepare('select * from host_changes where id > ? order by id limit ?')
  const followingOfTable = database.prepare('select * from host_changes where id > ? and table_name = ? order by id limit ?')
  const newest = database.prepare("select coalesce(max(seq), 0) as id from sqlite_sequence where name = 'host_changes'")
  const mark = database.prepare('insert into host_expiring (table_name, key) values (?, ?)')
  const expired = new Map(tables.flatMap((table) => (table.expiryAttribute === undefined ? [] : [[table.name, database.prepare(expiryQuery(table.name, table.expiryAttribute))] as const])))

  return {
    after(id, most, table) {
      const rows = table === undefined ? following.all(id, most) : followingOfTable.all(id, table, most)
      return (rows as unknown as ChangeRow[]).map(changeOf)
    },
    newest: () => Number(newest.get()?.['id']),
    expired(table, nowSeconds, most) {
      const rows = expired.get(table.name)?.all(nowSeconds - fiveYearsSeconds, nowSeconds, most) ?? []
      return rows.map((row) => ({ table: table.name, item: JSON.parse(String(row['item_json'])) as Item }))
    },
    markExpiring(rows) {
      database.exec('begin immediate; delete from host_expiring')
      for (const row of rows) mark.run(row.table, JSON.stringify(row.key))
      database.exec('commit')
    },
    close: () => database.close(),
  }
}

function changeOf(row: ChangeRow): Change {
  let images: { before: Item | undefined; after: Item | undefined } | undefined
  // Most changes leave the window in which a read may want their images before any does.
  const read = () => (images ??= { before: itemOf(row.before), after: itemOf(row.after) })
  return {
    id: row.id,
    table: row.table_name,
    event: row.event,
    key: JSON.parse(row.key) as Item,
    get before() {
      return read().before
    },
    get after() {
      return read().after
    },
    atSeconds: row.at,
    isExpiry: row.is_expiry === 1,
  }
}

function itemOf(text: string | null): Item | undefined {
  return text === null ? undefined : (JSON.parse(text) as Item)
}

function expiryTime(attribute: string): string {
  return `json_extract(item_json, '$."${attribute.replaceAll("'", "''")}".N')`
}

/** Names are hidden in double quotes; a table's name holds letters, digits, `_`, `.` and `-` only. */
function expiryIndex(table: Table): string {
  const attribute = table.expiryAttribute
  if (attribute === undefined) return ''
  const name = `host_expiry_${table.name}_${attribute.replaceAll('"', '""')}`
  return `\ncreate index if not exists "${name}" on "${table.name}" (cast(${expiryTime(attribute)} as integer)) where ${expiryTime(attribute)} is not null;\n`
}

function expiryQuery(table: string, attribute: string): string {
  const time = expiryTime(attribute)
  return `select item_json from "${table}" where ${time} is not null and cast(${time} as integer) between ? and ? order by cast(${time} as integer) limit ?`
}
