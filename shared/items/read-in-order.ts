/** Rows of one place, ordered by their number, read a part at a time. */
export interface Source<T> {
  /** The next rows after the given number (undefined: from the beginning), and whether there are no more. */
  read(after: number | undefined, most: number): Promise<{ rows: readonly T[]; ended: boolean }>
  readonly firstRead: number
  readonly nextRead: number
}

interface Cursor<T> {
  readonly source: Source<T>
  rows: readonly T[]
  place: number
  ended: boolean
  reads: number
  after: number | undefined
}

/**
 * Reads several places as one list without doubles: all of them at once first, then only those that have run empty, as far as the reader goes.
 * A row that two places hold is given once, as the first of them holds it.
 */
export async function* readInOrder<T>(sources: readonly Source<T>[], numberOf: (row: T) => number, newestFirst: boolean, after: number | undefined): AsyncGenerator<T> {
  const cursors = sources.map((source): Cursor<T> => ({ source, rows: [], place: 0, ended: false, reads: 0, after }))
  let given: number | undefined
  for (;;) {
    await Promise.all(cursors.filter((cursor) => cursor.place >= cursor.rows.length && !cursor.ended).map((cursor) => readOn(cursor, numberOf)))
    if (cursors.some((cursor) => cursor.place >= cursor.rows.length && !cursor.ended)) continue
    const next = firstOf(cursors, numberOf, newestFirst)
    if (!next) return
    const row = next.rows[next.place]
    next.place += 1
    if (row === undefined || numberOf(row) === given) continue
    given = numberOf(row)
    yield row
  }
}

async function readOn<T>(cursor: Cursor<T>, numberOf: (row: T) => number): Promise<void> {
  const { rows, ended } = await cursor.source.read(cursor.after, cursor.reads === 0 ? cursor.source.firstRead : cursor.source.nextRead)
  const last = rows.at(-1)
  cursor.rows = rows
  cursor.place = 0
  cursor.ended = ended
  cursor.reads += 1
  if (last !== undefined) cursor.after = numberOf(last)
}

function firstOf<T>(cursors: readonly Cursor<T>[], numberOf: (row: T) => number, newestFirst: boolean): Cursor<T> | undefined {
  let found: { cursor: Cursor<T>; number: number } | undefined
  for (const cursor of cursors) {
    const row = cursor.rows[cursor.place]
    if (row === undefined) continue
    const number = numberOf(row)
    if (!found || (newestFirst ? number > found.number : number < found.number)) found = { cursor, number }
  }
  return found?.cursor
}
