import { demandFlag } from '../access/index.ts'
import { Problem } from '../kernel/problem.ts'
import type { Ctx } from '../workspace/index.ts'
import { storeTogether } from './repository.ts'
import { changeOf } from './rules.ts'
import { newPipeline, withinLimits } from './stage-rules.ts'
import type { PipelineInput, PipelineView } from './type-schema.ts'
import { knownType } from './types-of.ts'
import { pipelineView } from './views.ts'

/** Adds a pipeline, with the usual stages unless others are given (ITM-4). Needs `settings`; leads, quotes and invoices have one pipeline only. */
export async function createPipeline(ctx: Ctx, { type: code, values }: { type: string; values: PipelineInput }): Promise<PipelineView> {
  demandFlag(ctx, 'settings')
  const type = knownType(ctx.workspace, code)
  if (!type.severalPipelines) throw new Problem('impossible', 'type.one_pipeline', `The type ${type.title} does not have several pipelines.`)
  const pipeline = newPipeline(type, values)
  const pipelines = type.pipelines.toSpliced(values.position ?? type.pipelines.length, 0, pipeline)
  withinLimits(pipelines)
  await storeTogether(ctx, [changeOf(ctx.workspace, type, { pipelines, removedStages: type.removedStages.filter(({ pipelineId }) => pipelineId !== pipeline.id) })])
  return pipelineView(pipeline)
}
