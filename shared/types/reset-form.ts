import { demandFlag } from '../access/index.ts'
import type { Ctx } from '../workspace/index.ts'
import { personalFormKey } from './keys.ts'
import { storeTogether } from './repository.ts'
import { formChange, knownType } from './types-of.ts'

/** Gives up one's own form for the common one, or the common one for that of the product (which needs `settings`). */
export async function resetForm(ctx: Ctx, { type, scope = 'personal' }: { type: string; scope?: 'common' | 'personal' | undefined }): Promise<void> {
  if (scope === 'common') demandFlag(ctx, 'settings')
  knownType(ctx.workspace, type)
  if (scope === 'common') await storeTogether(ctx, [formChange(type, undefined)])
  else await ctx.table.write({ delete: personalFormKey(ctx.actor.userId, type) })
}
