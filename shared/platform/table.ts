/**
 * The one table, as the product sees it: rows with a `pk` and an `sk`, conditions as data, several writes as one transaction.
 * Repositories speak to this interface; `dynamodb.ts` is the only place that knows DynamoDB.
 */

export interface Key {
  readonly pk: string
  readonly sk: string
}

export type Row = Key & { readonly [attribute: string]: unknown }

/** What must be true of the row as it stands, else nothing at all is written. All parts must hold. */
export interface If {
  /** No row stands at this key yet. */
  readonly absent?: true
  /** A row stands at this key. */
  readonly exists?: true
  /** These attributes have exactly these values. */
  readonly equals?: Readonly<Record<string, string | number | boolean>>
  /** These attributes are not there. */
  readonly without?: readonly string[]
}

export type Write =
  | { readonly put: Row; readonly if?: If }
  | { readonly update: Key; readonly set?: Readonly<Record<string, unknown>>; readonly remove?: readonly string[]; readonly add?: Readonly<Record<string, number>>; readonly if?: If }
  | { readonly delete: Key; readonly if?: If }
  | { readonly check: Key; readonly if: If }

export type RangePart = string | number

export interface Query {
  /** Left out: the table itself. */
  readonly index?: 'byOwner' | 'byDepartment' | 'byBucket' | 'due'
  readonly partition: string
  /** Only rows whose range key begins with this text. */
  readonly beginsWith?: string
  /** Only rows strictly before or after this range key. With `beginsWith` it must lie within it. */
  readonly before?: RangePart
  readonly after?: RangePart
  /** Highest range key first. */
  readonly newestFirst?: boolean
  /** Rows at most; more are read page by page where DynamoDB ends a page early. */
  readonly limit: number
  readonly consistent?: boolean
}

export interface Table {
  get(key: Key, options?: { consistent?: boolean }): Promise<Row | undefined>
  /** Rows that exist, in no promised order. Doubled keys are read once. */
  getMany(keys: readonly Key[], options?: { consistent?: boolean }): Promise<Row[]>
  /** `ended` says that the partition (within the bounds) has no more rows. */
  query(query: Query): Promise<{ rows: Row[]; ended: boolean }>
  /** One write, or several as one transaction (100 at most). Throws `ConditionFailed` when a condition does not hold, 413 for what is too large: then nothing was written. */
  write(...writes: readonly Write[]): Promise<void>
  /** Adds to a number and gives the new value: the counters. */
  increment(key: Key, attribute: string, by: number): Promise<number>
}

/** One or more conditions did not hold. `failed` are the positions of the writes at fault, in the order in which they were given. */
export class ConditionFailed extends Error {
  readonly failed: readonly number[]

  constructor(failed: readonly number[]) {
    super(`Conditions not met: ${failed.join(', ')}`)
    this.name = 'ConditionFailed'
    this.failed = failed
  }
}

/** As many writes as DynamoDB takes in one transaction. */
export const MOST_WRITES_AT_ONCE = 100
