import { knownType, type TypeDefinition } from '../types/index.ts'
import type { Ctx } from '../workspace/index.ts'
import type { Filter } from './filter.ts'
import type { Item } from './item.ts'
import { itemKey, linkKey, linkPrefix } from './keys.ts'
import { linkFieldsOf, linksOf } from './link-fields.ts'
import type { Source } from './read-in-order.ts'
import { existingItems, readableItems } from './repository.ts'
import { gone } from './sources.ts'

interface Page {
  readonly limit: number
  readonly newestFirst: boolean
}

/** Places that together hold every item of a type that matches a filter by linked items, where there is one (`?companyId=5`). A linked item that the caller may not read holds nothing for them. */
export async function linkedSources(ctx: Ctx, type: TypeDefinition, filter: Filter, page: Page): Promise<Source<Item>[] | undefined> {
  for (const field of linkFieldsOf(type)) {
    const wanted = filter.only(field.name)
    if (!wanted) continue
    const ends = await readableItems(ctx, [...wanted].map((id) => ({ type: field.to, id: Number(id) })))
    return ends.flatMap((end) => sourcesOfLinked(ctx, end, type.code, page))
  }
  return undefined
}

/** The items of a type that are linked with one item, whichever of the two holds the link. They are whole, and judged by nobody yet. */
export function sourcesOfLinked(ctx: Ctx, item: Item, type: string, page: Page): Source<Item>[] {
  const held = linksOf(knownType(ctx.workspace, item.type), item).filter((ref) => ref.type === type).map(({ id }) => id)
  return [...(held.length > 0 ? [sourceOfHeld(ctx, type, [...new Set(held)], page)] : []), sourceOfRows(ctx, item, type, page)]
}

function sourceOfHeld(ctx: Ctx, type: string, ids: readonly number[], page: Page): Source<Item> {
  const inOrder = ids.toSorted((a, b) => (page.newestFirst ? b - a : a - b))
  return {
    firstRead: page.limit + 1,
    nextRead: page.limit + 1,
    async read(after, most) {
      const left = inOrder.filter((id) => after === undefined || (page.newestFirst ? id < after : id > after))
      return { rows: await itemsInPlace(ctx, type, left.slice(0, most)), ended: left.length <= most }
    },
  }
}

function sourceOfRows(ctx: Ctx, item: Item, type: string, page: Page): Source<Item> {
  return {
    firstRead: page.limit + 1,
    nextRead: page.limit + 1,
    async read(after, most) {
      const bound = after === undefined ? undefined : linkKey(item, { type, id: after }).sk
      const limits = bound === undefined ? {} : page.newestFirst ? { before: bound } : { after: bound }
      const { rows, ended } = await ctx.table.query({ partition: itemKey(item.type, item.id).pk, beginsWith: linkPrefix(type), limit: most, newestFirst: page.newestFirst, consistent: true, ...limits })
      return { rows: await itemsInPlace(ctx, type, rows.map((row) => Number(row['linkedId']))), ended }
    },
  }
}

/** The last row decides where the next read goes on, so an item that is gone is stood in for by one that nobody may read. */
async function itemsInPlace(ctx: Ctx, type: string, ids: readonly number[]): Promise<Item[]> {
  const items = new Map((await existingItems(ctx.table, ids.map((id) => ({ type, id })))).map((item) => [item.id, item]))
  return ids.map((id) => items.get(id) ?? gone(type, id))
}
