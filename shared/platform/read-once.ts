import type { Table } from './table.ts'

/** The same table, on which a read of rows by their keys, asked again, gives what it gave the first time: for several who are judged on one reading. */
export function readOnce(table: Table): Table {
  const known = new Map<string, Promise<unknown>>()
  const remembered = <T>(key: string, read: () => Promise<T>): Promise<T> => {
    const first = known.get(key) ?? read()
    known.set(key, first)
    return first as Promise<T>
  }
  return {
    ...table,
    get: (key, options) => remembered(JSON.stringify([key, options]), () => table.get(key, options)),
    getMany: (keys, options) => remembered(JSON.stringify([keys, options]), () => table.getMany(keys, options)),
  }
}
