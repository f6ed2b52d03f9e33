import type { PageQuery } from '../kernel/page.ts'
import type { Ctx, Page } from '../workspace/index.ts'
import type { FieldView } from './field-schema.ts'
import { pageInOrder } from './page.ts'
import { knownType } from './types-of.ts'
import { fieldViews } from './views.ts'

/** The fields of a type: the product's own, then the company's in the order in which they were added (ITM-5). */
export async function listFields(ctx: Ctx, { type, ...at }: { type: string } & PageQuery): Promise<Page<FieldView>> {
  return pageInOrder(ctx, fieldViews(knownType(ctx.workspace, type)), ({ code }) => code, `fields ${type}`, at)
}
