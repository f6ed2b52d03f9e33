import { demand } from '../access/index.ts'
import { notFound } from '../kernel/problem.ts'
import { knownType } from '../types/index.ts'
import type { Ctx } from '../workspace/index.ts'
import { typeHasObservers } from './add-observers.ts'
import type { ItemRef } from './item.ts'
import { withoutObserver } from './people.ts'
import { changeItem } from './repository.ts'
import { notStale } from './rules.ts'

/** Ends somebody's observing. Needs `update`, but everybody may remove themselves (OBS-2). Throws 412 when `ifMatch` is not the version that stands. */
export async function removeObserver(ctx: Ctx, { type: code, id, userId, ifMatch }: ItemRef & { userId: string; ifMatch?: number }): Promise<void> {
  const type = knownType(ctx.workspace, code)
  await changeItem(ctx, { type: code, id }, (before) => {
    if (userId !== ctx.actor.userId) demand(ctx, 'update', before)
    notStale(before, ifMatch)
    typeHasObservers(type)
    if (!before.observerIds.includes(userId)) throw notFound('observer')
    return { ...withoutObserver(before, userId), updatedAt: ctx.now().toISOString(), updatedBy: ctx.actor.userId, version: before.version + 1 }
  })
}
