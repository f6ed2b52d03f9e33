import { demand } from '../access/index.ts'
import { knownType } from '../types/index.ts'
import type { Ctx } from '../workspace/index.ts'
import { changeItem } from './repository.ts'
import { notStale } from './rules.ts'

/** Moves an item to the recycle bin (ITM-11): it leaves all lists, and its addresses match no more mail. Needs `delete`. */
export async function deleteItem(ctx: Ctx, { type, id, ifMatch }: { type: string; id: number; ifMatch?: number }): Promise<void> {
  knownType(ctx.workspace, type)
  const at = ctx.now().toISOString()
  await changeItem(ctx, { type, id }, (before) => {
    demand(ctx, 'delete', before)
    notStale(before, ifMatch)
    return { ...before, deletedAt: at, updatedAt: at, updatedBy: ctx.actor.userId, version: before.version + 1 }
  })
}
