import { demandFlag } from '../access/index.ts'
import { withoutUndefined } from '../kernel/json.ts'
import { Problem } from '../kernel/problem.ts'
import { ConditionFailed } from '../platform/table.ts'
import { knownType } from '../types/index.ts'
import type { Ctx } from '../workspace/index.ts'
import { templateIsUsable } from './check-template.ts'
import { loadTemplate, templateWrites } from './repository.ts'
import type { TemplatePatch, TemplateView } from './schema.ts'

/** Changes a template; mailings under way go on with the words they began with. Needs `settings`. Throws 412 when `ifMatch` is not the version that stands. */
export async function updateTemplate(ctx: Ctx, { id, values, ifMatch }: { id: string; values: TemplatePatch; ifMatch?: number }): Promise<TemplateView> {
  demandFlag(ctx, 'settings')
  if (typeof values.type === 'string') knownType(ctx.workspace, values.type)
  const before = await loadTemplate(ctx.table, id)
  if (ifMatch !== undefined && ifMatch !== before.version) throw stale()
  const after: TemplateView = { ...before, ...withoutUndefined(values), version: before.version + 1, updatedAt: ctx.now().toISOString(), updatedBy: ctx.actor.userId }
  await templateIsUsable(ctx.workspace, after)
  try {
    await ctx.table.write(...templateWrites(before, after))
  } catch (error) {
    throw error instanceof ConditionFailed ? stale() : error
  }
  return after
}

function stale(): Problem {
  return new Problem('stale', 'template.stale', 'Somebody else has changed it. Read it again.')
}
