import type { PageQuery } from '../kernel/page.ts'
import { signedPage, type Ctx, type Page } from '../workspace/index.ts'
import { readTemplates } from './repository.ts'
import type { TemplateSummary } from './schema.ts'

/** Templates by name and subject, newest first. What they say is read one by one: a page of them whole would be too large to send. */
export async function listTemplates(ctx: Ctx, paging: PageQuery): Promise<Page<TemplateSummary>> {
  return signedPage(ctx, 'templates', paging, (after, most) => readTemplates(ctx.table, after, most), ({ id }) => id)
}
