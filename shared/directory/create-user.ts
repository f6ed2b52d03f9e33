import { demandFlag } from '../access/index.ts'
import { changeWorkspace, peopleOf, type Ctx, type User } from '../workspace/index.ts'
import { departmentsExist, emailsAreFree, withoutDoubles } from './rules.ts'
import type { UserInput } from './schema.ts'
import { userView } from './views.ts'

/** Adds a person to the company (DIR-1); they sign in with one of these addresses, once the issuer has verified it. Needs `settings`. */
export async function createUser(ctx: Ctx, { values }: { values: UserInput }): Promise<ReturnType<typeof userView>> {
  demandFlag(ctx, 'settings')
  const people = peopleOf(ctx.workspace)
  departmentsExist(people, values.departmentIds, '/departmentIds/*')
  const user: User = { ...values, departmentIds: withoutDoubles(values.departmentIds), id: ctx.newId('usr') }
  emailsAreFree(people, user.emails, user.id)
  await changeWorkspace(ctx, [{ kind: 'USER', id: user.id, value: { ...user } }])
  return userView(user)
}
