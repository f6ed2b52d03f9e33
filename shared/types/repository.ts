import { inParts } from '../kernel/in-parts.ts'
import { Problem } from '../kernel/problem.ts'
import { changeWorkspace, workspaceWith, type Ctx, type EntryChange } from '../workspace/index.ts'

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
  for (const part of inParts(changes, MOST_CHANGES_AT_ONCE)) {
    await changeWorkspace(now, part)
    now = { ...now, workspace: workspaceWith(now.workspace, part) }
  }
  return now
}
