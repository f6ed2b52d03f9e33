import { demandFlag } from '../access/index.ts'
import type { Ctx } from '../workspace/index.ts'
import { knownStage } from './read-stage.ts'
import { storeTogether } from './repository.ts'
import { changeOf, withPipeline } from './rules.ts'
import type { Stage } from './schema.ts'
import { placed, stagesMakeSense } from './stage-rules.ts'
import type { StagePatch, StageView } from './type-schema.ts'
import { knownType } from './types-of.ts'
import { stageView } from './views.ts'

/** Renames a stage, says what it means, or moves it within its pipeline (ITM-4). With another meaning and no position it goes where such stages stand. Needs `settings`. */
export async function updateStage(ctx: Ctx, { type: code, stageId, values }: { type: string; stageId: string; values: StagePatch }): Promise<StageView> {
  demandFlag(ctx, 'settings')
  const type = knownType(ctx.workspace, code)
  const { pipeline, stage: before } = knownStage(type, stageId)
  const stage: Stage = { ...before, title: values.title ?? before.title, semantic: values.semantic ?? before.semantic }
  const staysWhereItIs = values.position === undefined && stage.semantic === before.semantic
  const stages = placed(pipeline.stages, stage, staysWhereItIs ? pipeline.stages.indexOf(before) : values.position)
  stagesMakeSense(type, stages, values.position === undefined ? '/semantic' : '/position')
  await storeTogether(ctx, [changeOf(ctx.workspace, type, { pipelines: withPipeline(type, { ...pipeline, stages }) })])
  return stageView(pipeline.id, stage)
}
