import type { PageQuery } from '../kernel/page.ts'
import type { Ctx, Page } from '../workspace/index.ts'
import { pageInOrder } from './page.ts'
import type { PipelineView } from './type-schema.ts'
import { knownType } from './types-of.ts'
import { pipelineView } from './views.ts'

/** The pipelines of a type in order, with their stages; none for types without stages (ITM-4). */
export async function listPipelines(ctx: Ctx, { type, ...at }: { type: string } & PageQuery): Promise<Page<PipelineView>> {
  return pageInOrder(ctx, knownType(ctx.workspace, type).pipelines.map(pipelineView), ({ id }) => id, `pipelines ${type}`, at)
}
