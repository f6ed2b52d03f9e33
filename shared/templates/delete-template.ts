import { demandFlag } from '../access/index.ts'
import type { Ctx } from '../workspace/index.ts'
import { templateKey } from './keys.ts'
import { loadTemplate } from './repository.ts'

/** Takes a template out of the list. What was sent with it stays, and mailings under way go on. Needs `settings`. */
export async function deleteTemplate(ctx: Ctx, { id }: { id: string }): Promise<void> {
  demandFlag(ctx, 'settings')
  await loadTemplate(ctx.table, id)
  await ctx.table.write({ delete: templateKey(id) })
}
