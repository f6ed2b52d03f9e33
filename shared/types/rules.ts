import { Problem } from '../kernel/problem.ts'
import { changeWorkspace, workspaceWith, type Ctx, type EntryChange, type Workspace } from '../workspace/index.ts'
import type { Pipeline, TypeDefinition } from './schema.ts'
import { storedType, typeChange, type StoredType } from './types-of.ts'

/** A transaction takes 100 writes, one of which moves the version. */
const MOST_CHANGES_AT_ONCE = 98

/** Stores changes that must stand or fall together. */
export async function storeTogether(ctx: Ctx, changes: readonly EntryChange[]): Promise<void> {
  if (changes.length > MOST_CHANGES_AT_ONCE) throw new Problem('impossible', 'type.too_much_at_once', 'This would change too many roles and fields at once. Do it in parts.')
  await changeWorkspace(ctx, changes)
}

/** Stores changes a part at a time, where each part may stand alone. */
export async function storeInParts(ctx: Ctx, changes: readonly EntryChange[]): Promise<Ctx> {
  let now = ctx
  for (let start = 0; start < changes.length; start += MOST_CHANGES_AT_ONCE) {
    const part = changes.slice(start, start + MOST_CHANGES_AT_ONCE)
    await changeWorkspace(now, part)
    now = { ...now, workspace: workspaceWith(now.workspace, part) }
  }
  return now
}

/** The change that gives a type other pipelines, or anything else that the company stores of it. */
export function changeOf(workspace: Workspace, type: Pick<TypeDefinition, 'code'>, change: Omit<Partial<StoredType>, 'part' | 'code'>): EntryChange {
  return typeChange({ ...(storedType(workspace, type.code) ?? { part: 'type', code: type.code }), ...change }, type.code)
}

/** The pipelines with one of them changed. */
export function withPipeline(type: TypeDefinition, changed: Pipeline): Pipeline[] {
  return type.pipelines.map((pipeline) => (pipeline.id === changed.id ? changed : pipeline))
}
