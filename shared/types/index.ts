import { notFound } from '../kernel/problem.ts'
import { derived, type Workspace } from '../workspace/index.ts'
import { builtInTypes } from './built-in.ts'
import type { Pipeline, Stage, TypeDefinition } from './schema.ts'

export type { FieldDefinition, FieldKind, Pipeline, Stage, StageSemantic, TypeDefinition } from './schema.ts'

/** All types of the company by code: the built-in ones and, later, those it defines itself. */
export const typesOf = derived((_workspace: Workspace): ReadonlyMap<string, TypeDefinition> => new Map(builtInTypes.map((type) => [type.code, type])))

/** Throws 404 for a type that the company does not have. */
export function knownType(workspace: Workspace, code: string): TypeDefinition {
  const type = typesOf(workspace).get(code)
  if (!type) throw notFound('type')
  return type
}

/** The stage of a type, in whichever pipeline it stands: stage ids are unique per type (ACC-4). */
export function findStage(type: TypeDefinition, stageId: string): { pipeline: Pipeline; stage: Stage } | undefined {
  for (const pipeline of type.pipelines) {
    const stage = pipeline.stages.find((one) => one.id === stageId)
    if (stage) return { pipeline, stage }
  }
  return undefined
}
