import { demandFlag } from '../access/index.ts'
import { Problem } from '../kernel/problem.ts'
import type { Ctx } from '../workspace/index.ts'
import { knownPipeline } from './read-pipeline.ts'
import type { TypePorts } from './removal.ts'
import { removeStages } from './remove-stages.ts'
import { knownType } from './types-of.ts'

/** Removes a pipeline with all its stages, in none of which an item stands; 409 while one does, and for the last one (ITM-4). Needs `settings`. */
export async function deletePipeline(ctx: Ctx & TypePorts, { type: code, pipelineId }: { type: string; pipelineId: string }): Promise<void> {
  demandFlag(ctx, 'settings')
  const type = knownType(ctx.workspace, code)
  const pipeline = knownPipeline(type, pipelineId)
  if (type.pipelines.length === 1) throw new Problem('conflict', 'pipeline.last', 'A type with stages keeps one pipeline.')
  await removeStages(ctx, type, pipeline, pipeline.stages.map(({ id }) => id))
}
