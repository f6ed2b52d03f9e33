import { changeWorkspace, workspaceWith, type Ctx } from '../workspace/index.ts'
import { everyPlace, type TypePorts } from './removal.ts'
import { rolesWithNewType } from './role-rows.ts'
import { storeInParts } from './repository.ts'
import { changeOf } from './rules.ts'
import type { Pipeline, RemovedStage } from './schema.ts'
import { placed } from './stage-rules.ts'
import { fieldChange, findStage, formChange, storedFields, storedTypes, typeChange, typesOf, type StoredType } from './types-of.ts'

/** Longer than any function runs: no request that began before a removal is still under way. */
const LONGEST_REQUEST_MILLISECONDS = 15 * 60_000

/**
 * Looks once more at what was removed a quarter of an hour ago, or was left half removed: forgets it, or brings it back where an item has turned up
 * after all, because somebody's write took longer than the removal waited (see the README). Costs nothing while nothing was removed.
 */
export async function settleRemovals(ctx: Ctx & TypePorts): Promise<{ settled: number }> {
  const before = ctx.now().getTime() - LONGEST_REQUEST_MILLISECONDS
  const isOld = (at: string | undefined): boolean => at !== undefined && Date.parse(at) <= before
  let now: Ctx & TypePorts = ctx
  let settled = 0
  for (const stored of storedTypes(ctx.workspace)) {
    if (stored.deletedAt === undefined ? isUnsettled(stored, isOld) : !stored.settled && isOld(stored.deletedAt)) {
      now = { ...now, ...(stored.deletedAt === undefined ? await settleStages(now, stored, isOld) : await settleType(now, stored)) }
      settled += 1
    }
  }
  return { settled }
}

function isUnsettled({ closing, pipelines = [], removedStages = [] }: StoredType, isOld: (at: string | undefined) => boolean): boolean {
  return isOld(closing) || removedStages.some(({ at }) => isOld(at)) || pipelines.some(({ stages }) => stages.some((stage) => isOld(stage.closing)))
}

/** What is still closing was left so by a removal that never ended: it is open again. */
async function settleStages(ctx: Ctx & TypePorts, stored: StoredType, isOld: (at: string | undefined) => boolean): Promise<Ctx> {
  const type = typesOf(ctx.workspace).get(stored.code)
  if (!type) return ctx
  const open = type.pipelines.map((pipeline) => ({ ...pipeline, stages: pipeline.stages.map(({ closing, ...stage }) => (closing === undefined || isOld(closing) ? stage : { ...stage, closing })) }))
  let left: readonly RemovedStage[] = type.removedStages
  let pipelines: readonly Pipeline[] = open
  for (const removed of type.removedStages.filter(({ at }) => isOld(at))) {
    const { pipelineId, stage } = removed
    const isUsed = await ctx.items.standIn(ctx.table, type.code, [{ pipelineId, stageId: stage.id }])
    // Under its id another stage has been made: its items stay listed as they are.
    if (isUsed && findStage({ ...type, pipelines }, stage.id)) continue
    left = left.filter((one) => one !== removed)
    if (isUsed) pipelines = broughtBack(pipelines, removed)
  }
  const change = changeOf(ctx.workspace, type, { ...(stored.pipelines ? { pipelines } : {}), removedStages: left, ...(isOld(stored.closing) ? { closing: undefined } : {}) })
  await changeWorkspace(ctx, [change])
  return { ...ctx, workspace: workspaceWith(ctx.workspace, [change]) }
}

function broughtBack(pipelines: readonly Pipeline[], { pipelineId, pipelineTitle, stage }: RemovedStage): Pipeline[] {
  const home = pipelines.find(({ id }) => id === pipelineId)
  if (!home) return [...pipelines, { id: pipelineId, title: pipelineTitle, stages: [stage] }]
  // A second success stage would make no sense: what comes back is open then.
  const semantic = stage.semantic === 'success' && home.stages.some((one) => one.semantic === 'success') ? 'open' : stage.semantic
  return pipelines.map((pipeline) => (pipeline === home ? { ...home, stages: placed(home.stages, { ...stage, semantic }) } : pipeline))
}

async function settleType(ctx: Ctx & TypePorts, stored: StoredType): Promise<Ctx> {
  const { code } = stored
  if (await ctx.items.standIn(ctx.table, code, everyPlace(stored))) {
    const existing = [...typesOf(ctx.workspace).keys()]
    return storeInParts(ctx, [typeChange({ ...stored, deletedAt: undefined }, code), ...rolesWithNewType(ctx.workspace, code, existing, {})])
  }
  const everUsed = (await ctx.items.lastNumber(ctx.table, code)) > 0
  const fields = storedFields(ctx.workspace, code).map((field) => ({ ...fieldChange(field), value: undefined }))
  return storeInParts(ctx, [...fields, formChange(code, undefined), typeChange(everUsed ? { part: 'type', code, deletedAt: stored.deletedAt, settled: true } : undefined, code)])
}

