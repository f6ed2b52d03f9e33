import { may, rightsOf } from '../access/index.ts'
import { notFound, Problem } from '../kernel/problem.ts'
import { findStage, knownType, type TypeDefinition } from '../types/index.ts'
import type { Ctx } from '../workspace/index.ts'
import { isInBin } from './bin-rules.ts'
import type { Item, ItemRef } from './item.ts'
import { changeLoaded, loadItem, nextVersion, storedItems } from './repository.ts'
import { chooseStage, isOpenToItems, notStale } from './rules.ts'
import { itemAnswer } from './visible-links.ts'

/** Takes an item out of the recycle bin, with its addresses, observers and links, within 30 days (ITM-11). Needs `delete`; to everybody else the bin is empty. Throws 412 when `ifMatch` is not the version that stands. */
export async function restoreItem(ctx: Ctx, { type: code, id, ifMatch }: ItemRef & { ifMatch?: number }): Promise<Record<string, unknown>> {
  const type = knownType(ctx.workspace, code)
  const item = await changeLoaded(ctx, () => loadDeleted(ctx, { type: code, id }), ({ deletedAt: _deletedAt, ...before }) => {
    notStale(before, ifMatch)
    return nextVersion(ctx, { ...before, ...stageThatStands(ctx, type, before) })
  })
  return itemAnswer(ctx, type, item)
}

async function loadDeleted(ctx: Ctx, ref: ItemRef): Promise<Item> {
  const [item] = await storedItems(ctx.table, [ref])
  if (item && isInBin(item, ctx.now()) && may(rightsOf(ctx.workspace, ctx.actor.userId), 'delete', item)) return item
  if (!item || item.deletedAt !== undefined) throw notFound(ref.type)
  await loadItem(ctx, ref)
  throw new Problem('conflict', 'item.not_deleted', 'It is not in the recycle bin.')
}

/** A stage that was removed while the item lay in the bin is replaced by the first. */
function stageThatStands(ctx: Ctx, type: TypeDefinition, item: Item): Partial<Item> {
  const found = item.stageId === undefined ? undefined : findStage(type, item.stageId)
  if (item.stageId === undefined || found) {
    isOpenToItems(type, found?.stage)
    return {}
  }
  return { ...chooseStage(type, {}), stageSince: ctx.now().toISOString() }
}
