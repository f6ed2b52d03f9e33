import { Problem } from '../kernel/problem.ts'
import type { Ctx } from '../workspace/index.ts'
import { closeAndLook, type TypePorts } from './removal.ts'
import { rolesWithout } from './role-rows.ts'
import { storeTogether } from './repository.ts'
import { changeOf } from './rules.ts'
import type { Pipeline, RemovedStage, Stage, TypeDefinition } from './schema.ts'
import { knownType } from './types-of.ts'

/** Removes stages of a pipeline, or with all of them the pipeline, unless an item stands in one (ITM-4, and see the README). */
export async function removeStages(ctx: Ctx & TypePorts, type: TypeDefinition, pipeline: Pipeline, stageIds: readonly string[]): Promise<void> {
  const gone = pipeline.stages.filter(({ id }) => stageIds.includes(id))
  const whole = gone.length === pipeline.stages.length
  nothingRequiredFrom(type, stageIds)
  const closings = gone.flatMap(({ closing }) => closing ?? [])
  const at = ctx.now().toISOString()
  const marked = (closing: string | undefined): Pipeline[] => withStages(type, pipeline, (stage) => (stageIds.includes(stage.id) ? withClosing(stage, closing) : stage))
  const closed = await closeAndLook(ctx, {
    close: changeOf(ctx.workspace, type, { pipelines: marked(at) }),
    reopen: changeOf(ctx.workspace, type, { pipelines: marked(undefined) }),
    closingSince: closings.length === gone.length ? closings.toSorted().at(-1) : undefined,
    isUsed: () => ctx.items.standIn(ctx.table, type.code, gone.map(({ id }) => ({ pipelineId: pipeline.id, stageId: id }))),
    inUse: () => new Problem('conflict', whole ? 'pipeline.in_use' : 'stage.in_use', `Items of the type ${type.title} stand there. Move them first.`),
  })
  const now = knownType(closed.workspace, type.code)
  const pipelines = whole ? now.pipelines.filter(({ id }) => id !== pipeline.id) : withStages(now, pipeline, (stage) => (stageIds.includes(stage.id) ? undefined : stage))
  const removed = gone.map((stage): RemovedStage => ({ pipelineId: pipeline.id, pipelineTitle: pipeline.title, stage: withClosing(stage, undefined), at }))
  await storeTogether(closed, [
    changeOf(closed.workspace, type, { pipelines, removedStages: [...now.removedStages, ...removed] }),
    ...rolesWithout(closed.workspace, type.code, { stageIds, pipelineIds: whole ? [pipeline.id] : [] }),
  ])
}

/** A field that is required from a stage on would silently be required no more. */
function nothingRequiredFrom(type: TypeDefinition, stageIds: readonly string[]): void {
  const fields = type.customFields.filter(({ requiredFrom }) => requiredFrom.some((id) => stageIds.includes(id)))
  if (fields.length > 0) throw new Problem('conflict', 'stage.fields_required_from', `Fields are required from this stage on: ${fields.map(({ code }) => code).join(', ')}. Change them first.`)
}

function withStages(type: TypeDefinition, { id }: Pick<Pipeline, 'id'>, change: (stage: Stage) => Stage | undefined): Pipeline[] {
  return type.pipelines.map((pipeline) => (pipeline.id === id ? { ...pipeline, stages: pipeline.stages.flatMap((stage) => change(stage) ?? []) } : pipeline))
}

function withClosing({ closing: _former, ...stage }: Stage, closing: string | undefined): Stage {
  return closing === undefined ? stage : { ...stage, closing }
}
