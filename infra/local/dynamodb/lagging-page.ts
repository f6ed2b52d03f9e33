import type { EngineAnswer } from './connection.ts'
import type { Request } from './request.ts'
import { compareValues, pick } from './values.ts'
import type { Item } from './values.ts'

/** A page of rows, of which some changed a moment ago. */
export interface LaggingPage {
  readonly operation: string
  /** The request without filter, projection and the like. */
  readonly request: Request
  readonly limit: number | undefined
  readonly tableKeyNames: readonly string[]
  /** The name of a row. */
  readonly rowOf: (item: Item) => string
  /** The attributes of a `LastEvaluatedKey`. */
  readonly startKeyNames: readonly string[]
  /** The attributes by which a partition is ordered: the range key, then the table's key. */
  readonly orderNames: readonly string[]
  /** Names of the rows that changed. */
  readonly changed: ReadonlySet<string>
  /** Those of them that belonged to the result, as they were. */
  readonly before: readonly Item[]
  readonly forward: (request: Request) => Promise<EngineAnswer>
}

export interface PageAnswer {
  readonly Items: readonly Item[]
  readonly LastEvaluatedKey?: Item
  readonly ConsumedCapacity?: unknown
}

/**
 * Reads the page with room for the rows that will drop out, takes those out, puts the earlier rows in at their place, and cuts
 * the page to its limit, so that it is as long as DynamoDB's would be.
 */
export async function laggingPage(page: LaggingPage): Promise<{ answer: PageAnswer; failure?: undefined } | { answer?: undefined; failure: EngineAnswer }> {
  const { request, limit } = page
  const failureOrPage = await page.forward(limit === undefined ? request : { ...request, Limit: limit + page.changed.size })
  if (failureOrPage.status !== 200) return { failure: failureOrPage }
  const { Items, LastEvaluatedKey: end, ConsumedCapacity } = JSON.parse(failureOrPage.text) as PageAnswer & { Count?: number }
  const unchanged = Items.filter((item) => !page.changed.has(page.rowOf(item)))
  const rows = page.operation === 'Query' ? merged(page, unchanged, end) : replaced(page, Items, end)
  const cut = limit === undefined ? rows : rows.slice(0, limit)
  const last = cut.length < rows.length ? cut.at(-1) : undefined
  const next = last === undefined ? end : pick(last, page.startKeyNames)
  return {
    answer: {
      Items: cut,
      ...(next !== undefined && { LastEvaluatedKey: next }),
      ...(ConsumedCapacity !== undefined && { ConsumedCapacity }),
    },
  }
}

/** A partition is ordered: earlier rows have their place between where the page began and where it ends. */
function merged(page: LaggingPage, unchanged: readonly Item[], end: Item | undefined): readonly Item[] {
  const direction = page.request.ScanIndexForward === false ? -1 : 1
  const order = (left: Item, right: Item): number => direction * compareRows(left, right, page.orderNames)
  const start = page.request.ExclusiveStartKey
  const inRange = page.before.filter((item) => (start === undefined || order(item, start) > 0) && (end === undefined || order(item, end) <= 0))
  return [...unchanged, ...inRange].toSorted(order)
}

/** A scan has no order that could be known here: changed rows stay at their place, and those that are gone come at the very end. */
function replaced(page: LaggingPage, items: readonly Item[], end: Item | undefined): readonly Item[] {
  const before = new Map(page.before.map((item) => [page.rowOf(item), item]))
  const rows = items.flatMap((item) => {
    const row = page.rowOf(item)
    if (!page.changed.has(row)) return [item]
    const earlier = before.get(row)
    before.delete(row)
    return earlier === undefined ? [] : [earlier]
  })
  const isWhole = end === undefined && page.request.ExclusiveStartKey === undefined && (page.request.Segment ?? 0) === 0
  return isWhole ? [...rows, ...before.values()] : rows
}

function compareRows(left: Item, right: Item, names: readonly string[]): number {
  for (const name of names) {
    const [a, b] = [left[name], right[name]]
    const order = a === undefined || b === undefined ? 0 : (compareValues(a, b) ?? 0)
    if (order !== 0) return order
  }
  return 0
}
