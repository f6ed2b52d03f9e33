import { demandFlag } from '../access/index.ts'
import { invalidField, Problem } from '../kernel/problem.ts'
import type { Ctx } from '../workspace/index.ts'
import { storeTogether } from './repository.ts'
import { changeOf, withPipeline } from './rules.ts'
import { newStage, placed, stagesMakeSense, withinLimits } from './stage-rules.ts'
import type { StageOfPipelineInput, StageView } from './type-schema.ts'
import { knownType } from './types-of.ts'
import { stageView } from './views.ts'

/** Adds a stage to a pipeline, the first one unless another is named (ITM-4). Needs `settings`. */
export async function createStage(ctx: Ctx, { type: code, values }: { type: string; values: StageOfPipelineInput }): Promise<StageView> {
  demandFlag(ctx, 'settings')
  const type = knownType(ctx.workspace, code)
  if (type.pipelines.length === 0) throw new Problem('impossible', 'type.without_stages', `The type ${type.title} has no stages.`)
  const pipeline = values.pipelineId === undefined ? type.pipelines[0] : type.pipelines.find(({ id }) => id === values.pipelineId)
  if (!pipeline) throw invalidField('/pipelineId', `${code}.pipeline_unknown`, 'There is no such pipeline.')
  const stage = newStage(type, values)
  const stages = placed(pipeline.stages, stage, values.position)
  stagesMakeSense(type, stages, values.position === undefined ? '/semantic' : '/position')
  const pipelines = withPipeline(type, { ...pipeline, stages })
  withinLimits(pipelines)
  const removedStages = type.removedStages.filter((one) => one.pipelineId !== pipeline.id || one.stage.id !== stage.id)
  await storeTogether(ctx, [changeOf(ctx.workspace, type, { pipelines, removedStages })])
  return stageView(pipeline.id, stage)
}
