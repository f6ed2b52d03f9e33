import { notFound } from '../kernel/problem.ts'
import type { Ctx } from '../workspace/index.ts'
import type { Pipeline, TypeDefinition } from './schema.ts'
import type { PipelineView } from './type-schema.ts'
import { knownType } from './types-of.ts'
import { pipelineView } from './views.ts'

/** One pipeline of a type with its stages, in their order. Throws 404 for a type or a pipeline that is not there. */
export async function readPipeline(ctx: Ctx, { type, pipelineId }: { type: string; pipelineId: string }): Promise<PipelineView> {
  return pipelineView(knownPipeline(knownType(ctx.workspace, type), pipelineId))
}

/** Throws 404 for a pipeline that the type does not have. */
export function knownPipeline(type: TypeDefinition, pipelineId: string): Pipeline {
  const pipeline = type.pipelines.find(({ id }) => id === pipelineId)
  if (!pipeline) throw notFound('pipeline')
  return pipeline
}
