import { administratorStays, demandFlag, isBoundToRole } from '../access/index.ts'
import { notFound, Problem } from '../kernel/problem.ts'
import { changeWorkspace, peopleOf, type Ctx, type EntryChange } from '../workspace/index.ts'

/** Removes a department that nothing hangs on any more: no members, no departments below, no role. Needs `settings`. */
export async function deleteDepartment(ctx: Ctx, { id }: { id: string }): Promise<void> {
  demandFlag(ctx, 'settings')
  const people = peopleOf(ctx.workspace)
  if (!people.departments.has(id)) throw notFound('department')
  if ((people.membersOf.get(id)?.length ?? 0) > 0) throw new Problem('conflict', 'department.has_members', 'People belong to this department. Move them first.')
  if (people.below(id).size > 1) throw new Problem('conflict', 'department.has_departments', 'There are departments below this one. Move them first.')
  if (isBoundToRole(ctx.workspace, 'department', id)) throw new Problem('conflict', 'department.has_roles', 'Roles are bound to this department. Unbind them first.')
  const change: EntryChange = { kind: 'DEPARTMENT', id, value: undefined }
  // Its head may have the flag from a role that is bound to a department above.
  administratorStays(ctx, [change])
  await changeWorkspace(ctx, [change])
}
