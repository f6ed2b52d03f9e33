import { demandFlag } from '../access/index.ts'
import { untilNobodyInterferes } from '../items/index.ts'
import type { Ctx } from '../workspace/index.ts'
import { templateKey } from './keys.ts'
import { loadTemplate } from './repository.ts'
import { notStale } from './rules.ts'

/** Takes a template out of the list. What was sent with it stays, and mailings under way go on. Needs `settings`. Throws 412 when `ifMatch` is not the version that stands. */
export async function deleteTemplate(ctx: Ctx, { id, ifMatch }: { id: string; ifMatch?: number }): Promise<void> {
  demandFlag(ctx, 'settings')
  await untilNobodyInterferes(async () => {
    const before = await loadTemplate(ctx.table, id)
    notStale(before, ifMatch)
    await ctx.table.write({ delete: templateKey(id), if: { equals: { version: before.version } } })
  })
}
