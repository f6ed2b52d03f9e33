import { demandFlag } from '../access/index.ts'
import { sortableTime } from '../kernel/ids.ts'
import type { Ctx } from '../workspace/index.ts'
import { templateIsUsable } from './check-template.ts'
import { templateWrites } from './repository.ts'
import { typeIsKnown } from './rules.ts'
import type { TemplateInput, TemplateView } from './schema.ts'

/** Makes a mail template (BLK-2). Needs `settings`. Throws 400 that names the part at fault. */
export async function createTemplate(ctx: Ctx, { values }: { values: TemplateInput }): Promise<TemplateView> {
  demandFlag(ctx, 'settings')
  typeIsKnown(ctx.workspace, values.type)
  await templateIsUsable(ctx.workspace, values)
  const at = ctx.now()
  const template: TemplateView = { ...values, id: ctx.newId(`tpl_${sortableTime(at)}`), version: 1, updatedAt: at.toISOString(), updatedBy: ctx.actor.userId }
  await ctx.table.write(...templateWrites(undefined, template))
  return template
}
