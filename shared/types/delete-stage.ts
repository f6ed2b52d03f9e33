import { demandFlag } from '../access/index.ts'
import type { Ctx } from '../workspace/index.ts'
import { knownStage } from './read-stage.ts'
import type { TypePorts } from './removal.ts'
import { removeStages } from './remove-stages.ts'
import { stagesMakeSense } from './stage-rules.ts'
import { knownType } from './types-of.ts'

/** Removes a stage in which no item stands; 409 while one does (ITM-4). What is left must still be a pipeline. Needs `settings`. */
export async function deleteStage(ctx: Ctx & TypePorts, { type: code, stageId }: { type: string; stageId: string }): Promise<void> {
  demandFlag(ctx, 'settings')
  const type = knownType(ctx.workspace, code)
  const { pipeline } = knownStage(type, stageId)
  stagesMakeSense(type, pipeline.stages.filter(({ id }) => id !== stageId), '')
  await removeStages(ctx, type, pipeline, [stageId])
}
