import type { EntryChange, Workspace } from '../workspace/index.ts'
import type { Pipeline, TypeDefinition } from './schema.ts'
import { storedType, typeChange, type StoredType } from './types-of.ts'

/** The change that gives a type other pipelines, or anything else that the company stores of it. */
export function changeOf(workspace: Workspace, type: Pick<TypeDefinition, 'code'>, change: Omit<Partial<StoredType>, 'part' | 'code'>): EntryChange {
  return typeChange({ ...(storedType(workspace, type.code) ?? { part: 'type', code: type.code }), ...change }, type.code)
}

/** The pipelines with one of them changed. */
export function withPipeline(type: TypeDefinition, changed: Pipeline): Pipeline[] {
  return type.pipelines.map((pipeline) => (pipeline.id === changed.id ? changed : pipeline))
}
