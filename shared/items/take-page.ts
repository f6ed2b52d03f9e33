import { may, rightsOf } from '../access/index.ts'
import { createAnswerBudget } from '../kernel/answer-budget.ts'
import type { Ctx } from '../workspace/index.ts'
import type { Item } from './item.ts'

/** After so many readable rows looked at for one page a filter may end it early, with a cursor to go on (ITM-7). Rows that the caller may not read do not count: where a page ends would tell of them. */
const MOST_ROWS_READ = 2000

/** What a page takes of the rows it is given. */
export interface Wanted {
  readonly limit: number
  matches(item: Item): boolean
  /** Makes whole items of rows that hold only a part of them, or shows of them what the reader may see; left out, rows are taken as they are. */
  whole?(rows: readonly Item[]): Promise<Item[]>
  /** An item as the answer shows it. */
  view(item: Item): ItemShown
}

export type ItemShown = Record<string, unknown>

export interface TakenPage {
  readonly items: ItemShown[]
  /** The number where the next page goes on, if there is more. */
  readonly next: number | undefined
}

/**
 * Takes rows that the caller may read until the page is full, or until no further item fits into its answer (API-5). One row more is looked for, so that there is a
 * next page only where something follows.
 */
export async function takePage(ctx: Ctx, rows: AsyncGenerator<Item>, { limit, matches, whole, view }: Wanted): Promise<TakenPage> {
  const rights = rightsOf(ctx.workspace, ctx.actor.userId)
  const readableOf = (items: readonly Item[]): Item[] => items.filter((item) => item.deletedAt === undefined && may(rights, 'read', item))
  const items: ItemShown[] = []
  const budget = createAnswerBudget()
  let taken: number | undefined
  let last: number | undefined
  let read = 0
  for (;;) {
    const candidates = await take(rows, whole ? Math.max(limit + 1 - items.length, 1) : 1)
    if (candidates.length === 0) return { items, next: undefined }
    const readable = whole ? readableOf(await whole(readableOf(candidates))) : readableOf(candidates)
    for (const item of readable.filter(matches)) {
      const shown = view(item)
      if (items.length === limit || !budget.takes(shown)) return { items, next: taken }
      items.push(shown)
      taken = item.id
    }
    read += readable.length
    last = readable.at(-1)?.id ?? last
    if (read >= MOST_ROWS_READ) return { items, next: last }
  }
}

async function take<T>(rows: AsyncGenerator<T>, most: number): Promise<T[]> {
  const taken: T[] = []
  while (taken.length < most) {
    const next = await rows.next()
    if (next.done) break
    taken.push(next.value)
  }
  return taken
}
