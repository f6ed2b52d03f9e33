import { openCursor, sealCursor } from '../kernel/cursor.ts'
import { signingKeyOf, type Ctx } from '../workspace/index.ts'
import { readTemplates } from './repository.ts'
import type { TemplateQuery, TemplateSummary } from './schema.ts'

/** Templates by name and subject, newest first. What they say is read one by one: a page of them whole would be too large to send. */
export async function listTemplates(ctx: Ctx, { limit, cursor }: TemplateQuery): Promise<{ items: TemplateSummary[]; nextCursor: string | null }> {
  const key = signingKeyOf(ctx.workspace)
  const purpose = `${ctx.actor.userId} templates`
  const found = await readTemplates(ctx.table, cursor === undefined ? undefined : openCursor(key, purpose, cursor), limit + 1)
  const items = found.slice(0, limit)
  const last = items.at(-1)
  return { items, nextCursor: last && found.length > limit ? sealCursor(key, purpose, last.id) : null }
}
