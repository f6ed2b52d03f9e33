import { planCover, rightsOf, type Cover } from '../access/index.ts'
import { knownType, type TypeDefinition } from '../types/index.ts'
import { cursorsOf, type Ctx, type Page } from '../workspace/index.ts'
import { filterOf, type Filter } from './filter.ts'
import type { Item } from './item.ts'
import { linkedSources } from './linked-sources.ts'
import { readInOrder } from './read-in-order.ts'
import { existingItems } from './repository.ts'
import { shapeOf } from './rules.ts'
import type { ListQuery } from './schema.ts'
import { rowsOf } from './sources.ts'
import { takePage } from './take-page.ts'
import { itemView, rowView } from './views.ts'
import { withVisibleLinks } from './visible-links.ts'

export type ItemPage = Page<Record<string, unknown>>

/** A page of exactly those items of a type that the caller may read and that match the filter, newest first by default (ITM-7). */
export async function listItems(ctx: Ctx, input: { type: string } & ListQuery): Promise<ItemPage> {
  const type = knownType(ctx.workspace, input.type)
  const filter = filterOf(type, input.filter)
  const newestFirst = input.sort === '-id'
  const cursors = cursorsOf(ctx, `${type.code} ${input.sort} ${JSON.stringify(Object.entries(input.filter).toSorted())}`)
  const place = cursors.open(input.cursor)
  const { rows, whole } = await placesToRead(ctx, type, filter, { limit: input.limit, newestFirst, full: input.view === 'full' }, place === undefined ? undefined : Number(place))
  const { items, next } = await takePage(ctx, rows, { limit: input.limit, matches: filter.matches, ...(whole ? { whole } : {}), view: (item) => (input.view === 'full' ? itemView(type, item) : rowView(type, item)) })
  return { items, nextCursor: cursors.seal(next) }
}

interface Places {
  readonly rows: AsyncGenerator<Item>
  readonly whole?: (rows: readonly Item[]) => Promise<Item[]>
}

/** Where the rows come from, and what has to be read besides: a filter by numbers reads those items, one by what is linked the rows beside the other end; every other list the indexes of its cover. */
async function placesToRead(ctx: Ctx, type: TypeDefinition, filter: Filter, page: { limit: number; newestFirst: boolean; full: boolean }, after: number | undefined): Promise<Places> {
  const shown = async (items: readonly Item[]): Promise<Item[]> => (page.full || filter.looksAtLinks ? withVisibleLinks(ctx, type, items) : [...items])
  const numbers = filter.only('id')
  if (numbers) return { rows: itemsWithNumbers(ctx, type, numbers, page.newestFirst, after), whole: shown }
  const linked = await linkedSources(ctx, type, filter, page)
  if (linked) return { rows: readInOrder(linked, ({ id }) => id, page.newestFirst, after), whole: shown }
  const rows = rowsOf(ctx, type.code, coverOf(ctx, type, filter), page, after)
  if (!page.full && !filter.needsItems) return { rows }
  return { rows, whole: async (some) => shown(await existingItems(ctx.table, some)) }
}

/** What one observes oneself lies beside one; there is no need to look through everything that one may read. */
function coverOf(ctx: Ctx, type: TypeDefinition, filter: Filter): Cover {
  const observers = filter.only('observerIds')
  if (observers?.size === 1 && observers.has(ctx.actor.userId)) return { partitions: [], observed: true }
  return planCover(rightsOf(ctx.workspace, ctx.actor.userId), shapeOf(type), { stageIds: filter.only('stageId'), pipelineIds: filter.only('pipelineId'), responsibleIds: filter.only('responsibleId') })
}

async function* itemsWithNumbers(ctx: Ctx, { code }: TypeDefinition, numbers: ReadonlySet<string>, newestFirst: boolean, after: number | undefined): AsyncGenerator<Item> {
  const ids = [...new Set([...numbers].map(Number))].filter((id) => Number.isSafeInteger(id) && id > 0 && (after === undefined || (newestFirst ? id < after : id > after)))
  yield* await existingItems(ctx.table, ids.toSorted((a, b) => (newestFirst ? b - a : a - b)).map((id) => ({ type: code, id })))
}
