import type { TypeDefinition } from '../types/index.ts'
import type { Ctx } from '../workspace/index.ts'
import { customLinksOf, withCustomLinks } from './custom-fields.ts'
import { refKey, type Item } from './item.ts'
import { linkedIds, linkFieldsOf, linksOf, withLinkedIds } from './link-fields.ts'
import { readableItems } from './repository.ts'
import { itemView } from './views.ts'

/**
 * Items of a type with only those links whose other end the actor may read, and that is not deleted (ITM-3). One read for each linked item,
 * all at once; none where nothing is linked.
 */
export async function withVisibleLinks(ctx: Ctx, type: TypeDefinition, items: readonly Item[]): Promise<Item[]> {
  const refs = new Map(items.flatMap((item) => [...linksOf(type, item), ...customLinksOf(type, item.values)]).map((ref) => [refKey(ref), ref]))
  if (refs.size === 0) return [...items]
  const seen = new Set((await readableItems(ctx, [...refs.values()])).map(refKey))
  return items.map((item) => ({
    ...item,
    values: linkFieldsOf(type).reduce<Record<string, unknown>>((values, field) => withLinkedIds(values, field, linkedIds(values, field).filter((id) => seen.has(refKey({ type: field.to, id })))), withCustomLinks(type, item.values, (link) => seen.has(refKey(link)))),
  }))
}

/** One item as the API answers it. */
export async function itemAnswer(ctx: Ctx, type: TypeDefinition, item: Item): Promise<Record<string, unknown>> {
  const [visible = item] = await withVisibleLinks(ctx, type, [item])
  return itemView(type, visible)
}
