import { may, planCover, rightsOf, type Cover } from '../access/index.ts'
import { openCursor, sealCursor } from '../kernel/cursor.ts'
import { knownType, type TypeDefinition } from '../types/index.ts'
import { signingKeyOf, type Ctx } from '../workspace/index.ts'
import { filterOf, type Filter } from './filter.ts'
import type { Item } from './item.ts'
import { readInOrder } from './read-in-order.ts'
import { existingItems } from './repository.ts'
import { judged, shapeOf } from './rules.ts'
import type { ListQuery } from './schema.ts'
import { sourcesOf } from './sources.ts'
import { itemView, rowView } from './views.ts'

/** After so many readable rows looked at for one page a filter may end it early, with a cursor to go on (ITM-7). Rows that the caller may not read do not count: where a page ends would tell of them. */
const MOST_ROWS_READ = 2000

export interface ItemPage {
  readonly items: readonly Record<string, unknown>[]
  readonly nextCursor: string | null
}

/** A page of exactly those items of a type that the caller may read and that match the filter, newest first by default (ITM-7). */
export async function listItems(ctx: Ctx, input: { type: string } & ListQuery): Promise<ItemPage> {
  const type = knownType(ctx.workspace, input.type)
  const filter = filterOf(type, input.filter)
  const newestFirst = input.sort === '-id'
  const purpose = `${ctx.actor.userId} ${type.code} ${input.sort} ${JSON.stringify(Object.entries(input.filter).toSorted())}`
  const after = input.cursor === undefined ? undefined : Number(openCursor(signingKeyOf(ctx.workspace), purpose, input.cursor))
  const sources = sourcesOf(ctx, type.code, coverFor(ctx, type, filter), { limit: input.limit, newestFirst })
  const full = input.view === 'full' || filter.needsItems
  const { items, last, more } = await takePage(ctx, readInOrder(sources, ({ id }) => id, newestFirst, after), filter, input.limit, full)
  return {
    items: items.map((item) => (input.view === 'full' ? itemView(type, item) : rowView(type, item))),
    nextCursor: more && last !== undefined ? sealCursor(signingKeyOf(ctx.workspace), purpose, String(last)) : null,
  }
}

function coverFor(ctx: Ctx, type: TypeDefinition, filter: Filter): Cover {
  return planCover(rightsOf(ctx.workspace, ctx.actor.userId), shapeOf(type), { stageIds: filter.only('stageId'), pipelineIds: filter.only('pipelineId'), responsibleIds: filter.only('responsibleId') })
}

/** Takes rows until the page is full. One row more is looked for, so that a cursor is given only where something follows. */
async function takePage(ctx: Ctx, rows: AsyncGenerator<Item>, filter: Filter, limit: number, full: boolean): Promise<{ items: Item[]; last: number | undefined; more: boolean }> {
  const rights = rightsOf(ctx.workspace, ctx.actor.userId)
  const wanted = (item: Item): boolean => item.deletedAt === undefined && may(rights, 'read', judged(item))
  const items: Item[] = []
  let last: number | undefined
  let read = 0
  for (;;) {
    const candidates = await take(rows, full ? Math.max(limit + 1 - items.length, 1) : 1)
    if (candidates.length === 0) return { items, last, more: false }
    const readable = (full ? await wholeItems(ctx, candidates.filter(wanted)) : candidates).filter(wanted)
    for (const item of readable.filter((one) => filter.matches(one))) {
      if (items.length === limit) return { items, last: items.at(-1)?.id, more: true }
      items.push(item)
    }
    read += readable.length
    last = readable.at(-1)?.id ?? last
    if (read >= MOST_ROWS_READ) return { items, last, more: true }
  }
}

async function wholeItems(ctx: Ctx, rows: readonly Item[]): Promise<Item[]> {
  return existingItems(ctx.table, rows.map(({ type, id }) => ({ type, id })))
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
