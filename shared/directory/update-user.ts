import { administratorStays, demandFlag } from '../access/index.ts'
import { withoutUndefined } from '../kernel/json.ts'
import { notFound } from '../kernel/problem.ts'
import { changeWorkspace, peopleOf, restampKey, type Ctx, type EntryChange, type User } from '../workspace/index.ts'
import { departmentsExist, emailsAreFree, sameDepartments, withoutDoubles } from './rules.ts'
import type { UserPatch } from './schema.ts'
import { userView } from './views.ts'

/**
 * Changes a person: name, addresses, departments, whether they may sign in (DIR-3). Access follows at once (DIR-4): a move of departments marks
 * the person, so that lists look for their items by owner too while these still carry the former department. Needs `settings`.
 */
export async function updateUser(ctx: Ctx, { id, values }: { id: string; values: UserPatch }): Promise<ReturnType<typeof userView>> {
  demandFlag(ctx, 'settings')
  const people = peopleOf(ctx.workspace)
  const before = people.users.get(id)
  if (!before) throw notFound('user')
  const departmentIds = withoutDoubles(values.departmentIds ?? before.departmentIds)
  departmentsExist(people, departmentIds, '/departmentIds/*')
  const moved = !sameDepartments(before.departmentIds, departmentIds)
  const user: User = { ...before, ...withoutUndefined(values), departmentIds, ...(moved ? { restamping: true } : {}) }
  emailsAreFree(people, user.emails, id)
  const change: EntryChange = { kind: 'USER', id, value: { ...user } }
  administratorStays(ctx, [change])
  // What has been stamped so far followed the former departments.
  await changeWorkspace(ctx, [change], ...(moved ? [{ delete: restampKey(id) }] : []))
  return userView(user)
}
