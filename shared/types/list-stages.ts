import type { PageQuery } from '../kernel/page.ts'
import type { Ctx, Page } from '../workspace/index.ts'
import { pageInOrder } from './page.ts'
import { knownPipeline } from './read-pipeline.ts'
import type { StageView } from './type-schema.ts'
import { knownType } from './types-of.ts'
import { stageView } from './views.ts'

/** The stages of a type, pipeline by pipeline in order; with `pipelineId` those of one pipeline (ITM-4). */
export async function listStages(ctx: Ctx, { type: code, pipelineId, ...at }: { type: string; pipelineId?: string | undefined } & PageQuery): Promise<Page<StageView>> {
  const type = knownType(ctx.workspace, code)
  const pipelines = pipelineId === undefined ? type.pipelines : [knownPipeline(type, pipelineId)]
  const stages = pipelines.flatMap((pipeline) => pipeline.stages.map((stage) => stageView(pipeline.id, stage)))
  return pageInOrder(ctx, stages, ({ id }) => id, `stages ${code} ${pipelineId ?? ''}`, at)
}
