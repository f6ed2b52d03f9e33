import { demandFlag } from '../access/index.ts'
import { Problem } from '../kernel/problem.ts'
import type { Ctx } from '../workspace/index.ts'
import { closeAndLook, everyPlace, type TypePorts } from './removal.ts'
import { rolesWithout } from './role-rows.ts'
import { storeTogether } from './repository.ts'
import { changeOf } from './rules.ts'
import { knownType, storedType } from './types-of.ts'

/** Removes a smart process that has no items; what of it lies in the recycle bin is lost with it. Needs `settings`. Refused with 409 while there is an item (see the README). */
export async function deleteType(ctx: Ctx & TypePorts, { type: code }: { type: string }): Promise<void> {
  demandFlag(ctx, 'settings')
  const type = knownType(ctx.workspace, code)
  if (type.builtIn) throw new Problem('impossible', 'type.built_in', `${type.title} is a type of the product and stays.`)
  const at = ctx.now().toISOString()
  const closed = await closeAndLook(ctx, {
    close: changeOf(ctx.workspace, type, { closing: at }),
    reopen: changeOf(ctx.workspace, type, { closing: undefined }),
    closingSince: storedType(ctx.workspace, code)?.closing,
    isUsed: () => ctx.items.standIn(ctx.table, code, everyPlace(type)),
    inUse: () => new Problem('conflict', 'type.in_use', `There are items of the type ${type.title}. Delete them first.`),
  })
  await storeTogether(closed, [changeOf(closed.workspace, type, { closing: undefined, deletedAt: at }), ...rolesWithout(closed.workspace, code, 'type')])
}
