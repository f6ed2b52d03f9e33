import { demandFlag } from '../access/index.ts'
import { untilNobodyInterferes } from '../items/index.ts'
import { sameValue, withoutUndefined } from '../kernel/json.ts'
import type { Ctx } from '../workspace/index.ts'
import { templateIsUsable } from './check-template.ts'
import { loadTemplate, templateWrites } from './repository.ts'
import { notStale, typeIsKnown } from './rules.ts'
import type { TemplatePatch, TemplateView } from './schema.ts'

/**
 * Changes a template; mailings under way go on with the words they began with. A change that changes nothing makes no version, and one without `ifMatch` is
 * applied to what stands (ITM-6). Needs `settings`. Throws 412 when `ifMatch` is not the version that stands.
 */
export async function updateTemplate(ctx: Ctx, { id, values, ifMatch }: { id: string; values: TemplatePatch; ifMatch?: number }): Promise<TemplateView> {
  demandFlag(ctx, 'settings')
  if (values.type !== undefined) typeIsKnown(ctx.workspace, values.type)
  return untilNobodyInterferes(async () => {
    const before = await loadTemplate(ctx.table, id)
    notStale(before, ifMatch)
    const changed: TemplateView = { ...before, ...withoutUndefined(values) }
    if (sameValue(before, changed)) return before
    const after = { ...changed, version: before.version + 1, updatedAt: ctx.now().toISOString(), updatedBy: ctx.actor.userId }
    await templateIsUsable(ctx.workspace, after)
    await ctx.table.write(...templateWrites(before, after))
    return after
  })
}
