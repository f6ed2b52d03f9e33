import type { Ctx } from '../workspace/index.ts'
import { loadTemplate } from './repository.ts'
import type { TemplateView } from './schema.ts'

/** One template with what it says. Everybody may use templates, so everybody may read them. */
export async function readTemplate(ctx: Ctx, { id }: { id: string }): Promise<TemplateView> {
  return loadTemplate(ctx.table, id)
}
