import { levelOf, OPERATIONS, rightsOf, type Flag, type Level, type Operation, type Rights, type Standing } from '../access/index.ts'
import type { Ctx } from '../workspace/index.ts'
import type { TypeDefinition } from './schema.ts'
import { typesOf } from './types-of.ts'

type Levels = Record<Operation, Level>

export interface TypePermissions extends Levels {
  /** Rows that differ from the type's own, by pipeline and by stage. */
  readonly pipelines: Record<string, Levels>
  readonly stages: Record<string, Levels>
}

/** What the caller may do, over all roles, so that a client can hide the rest (ACC-11). */
export async function readPermissions(ctx: Ctx): Promise<{ flags: Readonly<Record<Flag, boolean>>; types: Record<string, TypePermissions> }> {
  const rights = rightsOf(ctx.workspace, ctx.actor.userId)
  return { flags: rights.flags, types: Object.fromEntries([...typesOf(ctx.workspace).values()].map((type) => [type.code, permissionsOn(rights, type)])) }
}

function permissionsOn(rights: Rights, type: TypeDefinition): TypePermissions {
  const ofType = levelsAt(rights, { type: type.code })
  const differing = (rows: readonly (readonly [string, Standing])[]): Record<string, Levels> =>
    Object.fromEntries(rows.map(([id, standing]) => [id, levelsAt(rights, standing)] as const).filter(([, levels]) => OPERATIONS.some((operation) => levels[operation] !== ofType[operation])))
  return {
    ...ofType,
    pipelines: differing(type.pipelines.map(({ id }) => [id, { type: type.code, pipelineId: id }])),
    stages: differing(type.pipelines.flatMap(({ id: pipelineId, stages }) => stages.map(({ id }) => [id, { type: type.code, pipelineId, stageId: id }] as const))),
  }
}

function levelsAt(rights: Rights, standing: Standing): Levels {
  return Object.fromEntries(OPERATIONS.map((operation) => [operation, levelOf(rights, operation, standing)])) as Levels
}
