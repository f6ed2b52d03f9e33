import type { Ctx } from '../workspace/index.ts'
import { updateUser } from './update-user.ts'

/** Removing a user deactivates them: everything they own stays theirs, and history keeps its names (DIR-3). Needs `settings`. */
export async function deactivateUser(ctx: Ctx, { id }: { id: string }): Promise<void> {
  await updateUser(ctx, { id, values: { active: false } })
}
