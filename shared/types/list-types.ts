import type { PageQuery } from '../kernel/page.ts'
import type { Ctx, Page } from '../workspace/index.ts'
import { pageInOrder } from './page.ts'
import type { TypeSummary } from './type-schema.ts'
import { typesOf } from './types-of.ts'
import { typeSummary } from './views.ts'

/** All types of the company, the product's own first (ITM-1). */
export async function listTypes(ctx: Ctx, input: PageQuery): Promise<Page<TypeSummary>> {
  const types = [...typesOf(ctx.workspace).values()]
  return pageInOrder(ctx, types.map(typeSummary), ({ code }) => code, 'types', input)
}
