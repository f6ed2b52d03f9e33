import { notFound } from '../kernel/problem.ts'
import type { Ctx } from '../workspace/index.ts'
import type { Pipeline, Stage, TypeDefinition } from './schema.ts'
import type { StageView } from './type-schema.ts'
import { findStage, knownType } from './types-of.ts'
import { stageView } from './views.ts'

/** One stage of a type, with the pipeline it belongs to. Throws 404 for a type or a stage that is not there. */
export async function readStage(ctx: Ctx, { type, stageId }: { type: string; stageId: string }): Promise<StageView> {
  const { pipeline, stage } = knownStage(knownType(ctx.workspace, type), stageId)
  return stageView(pipeline.id, stage)
}

/** Throws 404 for a stage that the type does not have. */
export function knownStage(type: TypeDefinition, stageId: string): { pipeline: Pipeline; stage: Stage } {
  const found = findStage(type, stageId)
  if (!found) throw notFound('stage')
  return found
}
