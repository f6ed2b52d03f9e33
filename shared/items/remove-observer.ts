import { demand } from '../access/index.ts'
import { notFound } from '../kernel/problem.ts'
import { knownType } from '../types/index.ts'
import type { Ctx } from '../workspace/index.ts'
import { typeHasObservers } from './add-observers.ts'
import type { ItemRef } from './item.ts'
import { withoutObserver } from './people.ts'
import { changeItem } from './repository.ts'

/** Ends somebody's observing. Needs `update`, but everybody may remove themselves (OBS-2). */
export async function removeObserver(ctx: Ctx, { userId, ...ref }: ItemRef & { userId: string }): Promise<void> {
  const type = knownType(ctx.workspace, ref.type)
  await changeItem(ctx, ref, (before) => {
    if (userId !== ctx.actor.userId) demand(ctx, 'update', before)
    typeHasObservers(type)
    if (!before.observerIds.includes(userId)) throw notFound('observer')
    return { ...withoutObserver(before, userId), updatedAt: ctx.now().toISOString(), updatedBy: ctx.actor.userId, version: before.version + 1 }
  })
}
