import type { Ctx } from '../workspace/index.ts'
import type { FieldView } from './field-schema.ts'
import { pageInOrder, type Page } from './page.ts'
import type { PageQuery } from './type-schema.ts'
import { knownType } from './types-of.ts'
import { fieldViews } from './views.ts'

/** The fields of a type: the product's own, then the company's in the order in which they were added (ITM-5). */
export async function listFields(ctx: Ctx, { type, ...at }: { type: string } & PageQuery): Promise<Page<FieldView>> {
  return pageInOrder(ctx, fieldViews(knownType(ctx.workspace, type)), ({ code }) => code, `fields ${type}`, at)
}
