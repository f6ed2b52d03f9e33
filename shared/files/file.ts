import type { Key, Row, Table } from '../platform/table.ts'

/** The item that a file is bound to: whoever reads it may fetch the file. */
export interface FileHolder {
  readonly type: string
  readonly id: number
}

export interface StoredFile {
  readonly id: string
  readonly uploaderId: string
  readonly name: string
  readonly contentType: string
  readonly size: number
  readonly boundTo?: FileHolder
}

/** A file, by its id. */
export function fileKey(id: string): Key {
  return { pk: `FILE#${id}`, sk: 'FILE' }
}

/** Where its bytes lie. */
export function fileObject(id: string): string {
  return `files/${id}`
}

/** Files in the order of their ids; those that are not there are left out. */
export async function loadFiles(table: Table, ids: readonly string[]): Promise<StoredFile[]> {
  const rows = await table.getMany(ids.map(fileKey), { consistent: true })
  const files = new Map(rows.map((row) => [String(row['id']), fileOfRow(row)]))
  return ids.flatMap((id) => files.get(id) ?? [])
}

function fileOfRow(row: Row): StoredFile {
  return {
    id: String(row['id']),
    uploaderId: String(row['uploaderId']),
    name: String(row['name']),
    contentType: String(row['contentType']),
    size: Number(row['size']),
    ...(row['boundType'] === undefined ? {} : { boundTo: { type: String(row['boundType']), id: Number(row['boundId']) } }),
  }
}
