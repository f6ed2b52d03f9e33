import * as z from 'zod'
import { PageQuery } from '../kernel/page.ts'
import { knownType } from '../types/index.ts'
import { cursorsOf, type Ctx } from '../workspace/index.ts'
import type { ItemRef } from './item.ts'
import type { ItemPage } from './list-items.ts'
import { sourcesOfLinked } from './linked-sources.ts'
import { readInOrder } from './read-in-order.ts'
import { loadItem } from './repository.ts'
import { TypeParam } from './schema.ts'
import { takePage } from './take-page.ts'
import { rowView } from './views.ts'

/** `of` is the type of the linked items; `type` is the item's own, in the path. */
export const LinksQuery = z.strictObject({ of: TypeParam.shape.type, ...PageQuery.shape })
export type LinksQuery = z.output<typeof LinksQuery>

/** The items of one type that are linked with an item, at whichever end the link was made, newest first; only those that the caller may read (ITM-3). */
export async function listLinks(ctx: Ctx, { of, limit, cursor, ...ref }: ItemRef & LinksQuery): Promise<ItemPage> {
  knownType(ctx.workspace, ref.type)
  const type = knownType(ctx.workspace, of)
  const cursors = cursorsOf(ctx, `links ${ref.type} ${ref.id} ${of}`)
  const place = cursors.open(cursor)
  const item = await loadItem(ctx, ref)
  const rows = readInOrder(sourcesOfLinked(ctx, item, of, { limit, newestFirst: true }), ({ id }) => id, true, place === undefined ? undefined : Number(place))
  const { items, next } = await takePage(ctx, rows, { limit, matches: () => true, view: (one) => rowView(type, one) })
  return { items, nextCursor: cursors.seal(next) }
}
