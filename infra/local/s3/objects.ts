import { createHash, randomUUID } from 'node:crypto'
import { mkdirSync, readdirSync } from 'node:fs'
import { open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { AwsError } from '../contract.ts'
import type { Store } from '../contract.ts'

/** What is known of an object without its bytes. */
export interface ObjectHead {
  readonly bucket: string
  readonly key: string
  readonly sizeBytes: number
  /** MD5 of the bytes in hex, without quotes. */
  readonly etag: string
  /** Headers that come back with the object (`content-type`, `content-disposition`, ...), in small letters. */
  readonly headers: Readonly<Record<string, string>>
  /** User metadata, without `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>
  readonly modified: Date
}

export interface NewObject {
  readonly bucket: string
  readonly key: string
  readonly body: Buffer
  readonly headers: Readonly<Record<string, string>>
  readonly metadata: Readonly<Record<string, string>>
}

/** What must hold for a write, at the moment in which it takes effect. */
export type WriteCondition = (present: ObjectHead | undefined) => void

export interface Objects {
  head(bucket: string, key: string): ObjectHead | undefined
  /** The object with all its bytes. */
  read(bucket: string, key: string): Promise<{ head: ObjectHead; body: Buffer } | undefined>
  /**
   * Stores an object. When this resolves, bytes and row outlive a kill -9; until then the former object is there.
   *
   * @param alongside done in the same transaction as the row
   */
  write(object: NewObject, condition: WriteCondition, alongside: (stored: ObjectHead) => void): Promise<ObjectHead>
  remove(bucket: string, key: string, alongside: (removed: ObjectHead) => void): Promise<void>
  /** Keys from `after` (exclusive) on that begin with the prefix, in the order of their UTF-8 bytes. */
  list(bucket: string, prefix: string, after: string, most: number): readonly ObjectHead[]
  /** Removes bytes of writes that were cut off. */
  clean(): Promise<void>
}

interface ObjectRow {
  readonly bucket: string
  readonly key: string
  /** Empty: the bytes are in the row itself. */
  readonly file: string
  readonly size: number
  readonly etag: string
  readonly headers: string
  readonly metadata: string
  readonly modified: number
}

/** Put behind a prefix, sorts after every key that begins with it. */
export const afterAll = '\u{10FFFF}'

/** Objects up to this size lie in their rows: one commit stores all there is of them. Most are this small. */
const mostBytesInRow = 64 * 1024
const columns = 'bucket, key, file, size, etag, headers, metadata, modified'

/** Objects by a row for each key: the row is the object. The bytes of a large one are a file `<folder>/<random name>`; a file without a row is waste. */
export function openObjects(folder: string, store: Store, now: () => Date): Objects {
  mkdirSync(folder, { recursive: true })
  store.run(`create table if not exists s3_objects (
    bucket text not null, key text not null, file text not null, size integer not null, etag text not null,
    headers text not null, metadata text not null, modified integer not null, content blob, primary key (bucket, key))`)
  // Data of a host that kept every object in a file.
  if (store.all("select 1 from pragma_table_info('s3_objects') where name = 'content'").length === 0) store.run('alter table s3_objects add column content blob')

  const rowOf = (bucket: string, key: string): ObjectRow | undefined =>
    store.all<ObjectRow>(`select ${columns} from s3_objects where bucket = ? and key = ?`, bucket, key)[0]
  const head = (bucket: string, key: string): ObjectHead | undefined => {
    const row = rowOf(bucket, key)
    return row === undefined ? undefined : headOf(row)
  }

  async function read(bucket: string, key: string): Promise<{ head: ObjectHead; body: Buffer } | undefined> {
    for (;;) {
      const [row] = store.all<ObjectRow & { content: Uint8Array | null }>(`select ${columns}, content from s3_objects where bucket = ? and key = ?`, bucket, key)
      if (row === undefined) return undefined
      if (row.content !== null) return { head: headOf(row), body: Buffer.from(row.content.buffer, row.content.byteOffset, row.content.byteLength) }
      try {
        return { head: headOf(row), body: await readFile(join(folder, row.file)) }
      } catch (problem) {
        // Another write may have replaced the object between row and file; otherwise the file is really missing.
        if (rowOf(bucket, key)?.file === row.file) throw problem
      }
    }
  }

  async function removeFile(name: string | undefined): Promise<void> {
    if (name !== undefined && name !== '') await rm(join(folder, name), { force: true })
  }

  return {
    head,
    read,
    async write(object, condition, alongside) {
      const { bucket, key, body } = object
      condition(head(bucket, key))
      const file = body.length <= mostBytesInRow ? '' : randomUUID()
      if (file !== '') await writeDurably(join(folder, file), body)
      const etag = createHash('md5').update(body).digest('hex')
      const commit = () =>
        store.transaction(() => {
          const former = rowOf(bucket, key)
          condition(former === undefined ? undefined : headOf(former))
          const row: ObjectRow = { bucket, key, file, size: body.length, etag, headers: JSON.stringify(object.headers), metadata: JSON.stringify(object.metadata), modified: now().getTime() }
          store.run(
            `insert or replace into s3_objects (${columns}, content) values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
            row.bucket, row.key, row.file, row.size, row.etag, row.headers, row.metadata, row.modified, file === '' ? body : null,
          )
          alongside(headOf(row))
          return { stored: headOf(row), former }
        })
      try {
        const { stored, former } = commit()
        await removeFile(former?.file)
        return stored
      } catch (problem) {
        if (rowOf(bucket, key)?.file !== file) await removeFile(file)
        throw problem
      }
    },
    async remove(bucket, key, alongside) {
      const row = store.transaction(() => {
        const present = rowOf(bucket, key)
        if (present === undefined) return undefined
        store.run('delete from s3_objects where bucket = ? and key = ?', bucket, key)
        alongside(headOf(present))
        return present
      })
      await removeFile(row?.file)
    },
    list(bucket, prefix, after, most) {
      const rows = store.all<ObjectRow>(
        `select ${columns} from s3_objects where bucket = ? and key > ? and key >= ? and key < ? order by key limit ?`,
        bucket, after, prefix, prefix + afterAll, most,
      )
      return rows.map(headOf)
    },
    async clean() {
      const known = new Set(store.all<{ file: string }>("select file from s3_objects where file <> ''").map((row) => row.file))
      for (const file of readdirSync(folder)) {
        if (!known.has(file)) await rm(join(folder, file), { force: true })
      }
    },
  }
}

async function writeDurably(path: string, body: Buffer): Promise<void> {
  const file = await open(path, 'wx')
  try {
    await file.writeFile(body)
    await file.sync()
  } finally {
    await file.close()
  }
}

function headOf(row: ObjectRow): ObjectHead {
  return {
    bucket: row.bucket,
    key: row.key,
    sizeBytes: row.size,
    etag: row.etag,
    headers: JSON.parse(row.headers) as Record<string, string>,
    metadata: JSON.parse(row.metadata) as Record<string, string>,
    modified: new Date(row.modified),
  }
}

/** `If-None-Match: *` (only if there is none yet) and `If-Match` (only over that one) of a write. */
export function conditionOf(headers: Readonly<Record<string, string>>): WriteCondition {
  const { 'if-none-match': ifNone, 'if-match': ifMatch } = headers
  return (present) => {
    const isRefused = (ifNone === '*' && present !== undefined) || (ifMatch !== undefined && ifMatch.replaceAll('"', '') !== present?.etag)
    if (isRefused) throw new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412)
  }
}
