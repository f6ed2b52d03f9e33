import { Problem } from '../kernel/problem.ts'
import { MOST_WRITES_AT_ONCE, type Row, type Write } from '../platform/table.ts'

/** DynamoDB holds 400 KB; the rest is left for what changes without anybody writing, such as stamps. */
const MOST_ROW_BYTES = 390_000
const BYTES_OF_A_NUMBER = 21
const BYTES_OF_A_MEMBER = 4

/** Refuses an item that would not fit into its row, before anything is stored. Throws 413. */
export function fitsIntoARow<R extends Row>(row: R): R {
  const bytes = bytesOf(row)
  if (bytes > MOST_ROW_BYTES) throw new Problem('too_large', 'item.too_large', `All fields of an item together hold at most ${MOST_ROW_BYTES} bytes; this would be ${bytes}.`)
  return row
}

/** Refuses what would touch more rows than one transaction takes; one is left for the key of the request (API-3). Throws 422. */
export function fitsIntoATransaction(writes: readonly Write[]): readonly Write[] {
  if (writes.length >= MOST_WRITES_AT_ONCE) throw new Problem('impossible', 'item.too_much_at_once', 'So many addresses, observers, links and files are not stored in one request. Send some of them apart.')
  return writes
}

/** As DynamoDB counts, rounded up: names and texts in UTF-8, a few bytes for each member of a list or map. */
function bytesOf(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value)
  if (typeof value === 'number') return BYTES_OF_A_NUMBER
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + bytesOf(one) + BYTES_OF_A_MEMBER, BYTES_OF_A_MEMBER)
  if (typeof value === 'object' && value !== null) return Object.entries(value).reduce((sum, [name, one]) => sum + Buffer.byteLength(name) + bytesOf(one) + BYTES_OF_A_MEMBER, BYTES_OF_A_MEMBER)
  return 1
}
