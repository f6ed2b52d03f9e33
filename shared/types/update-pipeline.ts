import { demandFlag } from '../access/index.ts'
import type { Ctx } from '../workspace/index.ts'
import { knownPipeline } from './read-pipeline.ts'
import { storeTogether } from './repository.ts'
import { changeOf } from './rules.ts'
import type { Pipeline } from './schema.ts'
import { inOrder, stagesMakeSense } from './stage-rules.ts'
import type { PipelinePatch, PipelineView } from './type-schema.ts'
import { knownType } from './types-of.ts'
import { pipelineView } from './views.ts'

/** Renames a pipeline, moves it among the others (the first is where new items go), or puts its stages into another order. Needs `settings`. */
export async function updatePipeline(ctx: Ctx, { type: code, pipelineId, values }: { type: string; pipelineId: string; values: PipelinePatch }): Promise<PipelineView> {
  demandFlag(ctx, 'settings')
  const type = knownType(ctx.workspace, code)
  const before = knownPipeline(type, pipelineId)
  const stages = values.stageIds ? inOrder(before.stages, values.stageIds) : before.stages
  if (values.stageIds) stagesMakeSense(type, stages, '/stageIds')
  const pipeline: Pipeline = { ...before, title: values.title ?? before.title, stages }
  const others = type.pipelines.filter(({ id }) => id !== pipelineId)
  await storeTogether(ctx, [changeOf(ctx.workspace, type, { pipelines: others.toSpliced(values.position ?? type.pipelines.indexOf(before), 0, pipeline) })])
  return pipelineView(pipeline)
}
