import { rightsOf } from '../access/index.ts'
import { notFound } from '../kernel/problem.ts'
import { peopleOf, type Ctx } from '../workspace/index.ts'
import { userView } from './views.ts'

/** Who the caller is: their entry in the directory, the departments they head, and their roles. */
export async function readMe(ctx: Ctx): Promise<ReturnType<typeof userView> & { headOfDepartmentIds: readonly string[]; roles: readonly { id: string; name: string }[] }> {
  const people = peopleOf(ctx.workspace)
  const user = people.users.get(ctx.actor.userId)
  if (!user) throw notFound('user')
  const roles = new Map(rightsOf(ctx.workspace, user.id).grants.map(({ role }) => [role.id, { id: role.id, name: role.name }]))
  return { ...userView(user), headOfDepartmentIds: people.headedBy.get(user.id) ?? [], roles: [...roles.values()] }
}
