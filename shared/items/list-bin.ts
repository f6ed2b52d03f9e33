import * as z from 'zod'
import { may, rightsOf } from '../access/index.ts'
import { PageQuery } from '../kernel/page.ts'
import { knownType, typesOf } from '../types/index.ts'
import { secretCursorsOf, type Ctx } from '../workspace/index.ts'
import { isInBin, purgeTime } from './bin-rules.ts'
import { itemOfRow, type Item } from './item.ts'
import { binPartition, LIST_RANGE_KEY } from './keys.ts'
import type { ItemPage } from './list-items.ts'
import { storedItems } from './repository.ts'
import { TypeParam } from './schema.ts'
import { rowView } from './views.ts'

export const BinQuery = z.strictObject({ type: TypeParam.shape.type.optional(), ...PageQuery.shape })
export type BinQuery = z.output<typeof BinQuery>

const ROWS_OF_A_READ = 100
/** So many deleted items, also of others, are looked at for one page; it may then end early, with a cursor to go on, which does not show whose item it ended at. */
const MOST_ROWS_READ = 1000

/** Deleted items that the caller may delete, and so restore, newest first; without a type, type by type (ITM-11). */
export async function listBin(ctx: Ctx, { type, limit, cursor }: BinQuery): Promise<ItemPage> {
  const types = type === undefined ? [...typesOf(ctx.workspace).keys()] : [knownType(ctx.workspace, type).code]
  const cursors = secretCursorsOf(ctx, `bin ${type ?? '*'}`)
  const [startType = '', startId = ''] = (cursors.open(cursor) ?? '').split(' ')
  const items: Item[] = []
  let read = 0
  for (const code of types.slice(Math.max(0, types.indexOf(startType)))) {
    let before = code === startType && startId !== '' ? Number(startId) : undefined
    for (let ended = false; !ended; ) {
      if (read >= MOST_ROWS_READ) return page(`${code} ${before ?? ''}`)
      const rows = await readDeleted(ctx, code, before)
      for (const item of rows.items) {
        const last = items.at(-1)
        if (items.length === limit && last) return page(`${last.type} ${last.id}`)
        items.push(item)
      }
      read += rows.read
      before = rows.last
      ended = rows.ended
    }
  }
  return page(undefined)

  function page(position: string | undefined): ItemPage {
    return { items: items.map(view), nextCursor: cursors.seal(position) }
  }

  function view(item: Item): Record<string, unknown> {
    const deletedAt = item.deletedAt ?? ''
    return { ...rowView(knownType(ctx.workspace, item.type), item), deletedAt, deletedBy: item.updatedBy, purgedAt: purgeTime(deletedAt).toISOString() }
  }
}

interface Deleted {
  /** Those that the caller may see. */
  readonly items: readonly Item[]
  readonly read: number
  /** The number of the last row, whosever it is. */
  readonly last: number | undefined
  readonly ended: boolean
}

async function readDeleted(ctx: Ctx, type: string, before: number | undefined): Promise<Deleted> {
  const rights = rightsOf(ctx.workspace, ctx.actor.userId)
  const { rows, ended } = await ctx.table.query({ index: 'byBucket', partition: binPartition(type), newestFirst: true, limit: ROWS_OF_A_READ, ...(before === undefined ? {} : { before }) })
  // The index knows where an item stands but not who observes it: an observer may at most read more, so nobody is missed.
  const possible = rows.map(itemOfRow).filter((item) => may(rights, 'delete', { ...item, observerIds: [ctx.actor.userId] }))
  const items = (await storedItems(ctx.table, possible)).filter((item) => isInBin(item, ctx.now()) && may(rights, 'delete', item))
  const last = rows.at(-1)?.[LIST_RANGE_KEY]
  return { items, read: rows.length, last: last === undefined ? before : Number(last), ended }
}
