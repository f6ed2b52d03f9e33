import { may, rightsOf, ROWS_OF_A_READ, type Cover } from '../access/index.ts'
import type { Table } from '../platform/table.ts'
import type { Ctx } from '../workspace/index.ts'
import { itemOfRow, type Item } from './item.ts'
import { observedPrefix, observedKey } from './keys.ts'
import { indexOf } from './placing.ts'
import { readInOrder, type Source } from './read-in-order.ts'
import { existingItems } from './repository.ts'

/** The rows that the planner plans for, a page of 50 and one more; other pages are read in proportion. */
const PLANNED_ROWS = 51

/** So many rows of others may be read in vain before a list turns to the cover that has none: about ten read units. */
const MOST_ROWS_IN_VAIN = 500

/** The rows that a cover holds, in order, each once. */
export async function* rowsOf(ctx: Ctx, type: string, cover: Cover, page: { limit: number; newestFirst: boolean }, after: number | undefined): AsyncGenerator<Item> {
  const rights = rightsOf(ctx.workspace, ctx.actor.userId)
  const inOrder = (sources: readonly Source<Item>[], from: number | undefined): AsyncGenerator<Item> => readInOrder(sources, ({ id }) => id, page.newestFirst, from)
  let inVain = 0
  for await (const item of inOrder(sourcesOf(ctx, type, cover, page), after)) {
    yield item
    if (!may(rights, 'read', item)) inVain += 1
    if (cover.surely && inVain > MOST_ROWS_IN_VAIN) {
      yield* inOrder(sourcesOf(ctx, type, { partitions: cover.surely, observed: cover.observed }, page), item.id)
      return
    }
  }
}

/** The places that a cover names, as sources of items in order. Rows of an index hold only what it projects. */
export function sourcesOf(ctx: Ctx, type: string, cover: Cover, page: { limit: number; newestFirst: boolean }): Source<Item>[] {
  const wanted = page.limit + 1
  const share = Math.ceil(wanted / Math.max(1, cover.partitions.length))
  const indexed = cover.partitions.map((partition, place): Source<Item> => {
    const { index, key } = indexOf(type, partition)
    return {
      firstRead: Math.max(share, Math.ceil(((cover.firstRows?.[place] ?? ROWS_OF_A_READ) * wanted) / PLANNED_ROWS)),
      nextRead: Math.max(ROWS_OF_A_READ, page.limit),
      async read(after, most) {
        const { rows, ended } = await ctx.table.query({ index, partition: key, limit: most, newestFirst: page.newestFirst, ...bound(after, page.newestFirst) })
        return { rows: rows.map(itemOfRow), ended }
      },
    }
  })
  // First, since of a row that two places hold the first is taken: only this one tells who observes the item.
  return cover.observed ? [observedSource(ctx, type, page.newestFirst), ...indexed] : indexed
}

/** What the caller observes: rows of their own partition, exact at once, and the items behind them. */
function observedSource(ctx: Ctx, type: string, newestFirst: boolean): Source<Item> {
  const { userId } = ctx.actor
  return {
    firstRead: ROWS_OF_A_READ,
    nextRead: ROWS_OF_A_READ,
    async read(after, most) {
      const { pk } = observedKey(userId, type, 0)
      const limits = after === undefined ? {} : bound(observedKey(userId, type, after).sk, newestFirst)
      const { rows, ended } = await ctx.table.query({ partition: pk, beginsWith: observedPrefix(type), limit: most, newestFirst, consistent: true, ...limits })
      const items = await existingItems(ctx.table, rows.map((row) => ({ type, id: Number(row['n']) })))
      // The last row decides where the next read goes on, so a row whose item is gone stands in as an item nobody may read.
      return { rows: rows.map((row) => items.find(({ id }) => id === Number(row['n'])) ?? gone(type, Number(row['n']))), ended }
    },
  }
}

/** The numbers of the items of a type that a user observes. */
export async function observedNumbers(table: Table, userId: string, type: string): Promise<ReadonlySet<number>> {
  const { pk } = observedKey(userId, type, 0)
  const { rows } = await table.query({ partition: pk, beginsWith: observedPrefix(type), limit: MOST_OBSERVED, consistent: true })
  return new Set(rows.map((row) => Number(row['n'])))
}

const MOST_OBSERVED = 100_000

/** Stands in for an item that is not there, as one that nobody may read. */
export function gone(type: string, id: number): Item {
  return { type, id, title: '', titleGiven: false, responsibleId: '', observerIds: [], opened: false, chatMemberIds: [], values: {}, createdAt: '', createdBy: '', updatedAt: '', updatedBy: '', version: 0, deletedAt: 'gone' }
}

function bound<T extends string | number>(after: T | undefined, newestFirst: boolean): { before?: T; after?: T } {
  if (after === undefined) return {}
  return newestFirst ? { before: after } : { after }
}
