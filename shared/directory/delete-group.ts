import { demandFlag, isBoundToRole } from '../access/index.ts'
import { notFound, Problem } from '../kernel/problem.ts'
import { changeWorkspace, peopleOf, type Ctx } from '../workspace/index.ts'

/** Removes a group that no role is bound to any more. Needs `settings`. */
export async function deleteGroup(ctx: Ctx, { id }: { id: string }): Promise<void> {
  demandFlag(ctx, 'settings')
  if (!peopleOf(ctx.workspace).groups.has(id)) throw notFound('group')
  if (isBoundToRole(ctx.workspace, 'group', id)) throw new Problem('conflict', 'group.has_roles', 'Roles are bound to this group. Unbind them first.')
  await changeWorkspace(ctx, [{ kind: 'GROUP', id, value: undefined }])
}
