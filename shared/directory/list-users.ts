import { pageByName, peopleOf, type Ctx, type Page } from '../workspace/index.ts'
import type { UserQuery } from './schema.ts'
import { userView } from './views.ts'

/** Everybody may read the directory (ACC-2). `active=true` gives those who can be made responsible (DIR-3), `departmentId` the members of a department (DIR-1), who are not those of the ones below it. */
export async function listUsers(ctx: Ctx, input: UserQuery): Promise<Page<ReturnType<typeof userView>>> {
  const { users, membersOf } = peopleOf(ctx.workspace)
  const among = input.departmentId === undefined ? [...users.values()] : (membersOf.get(input.departmentId) ?? [])
  const wanted = among.filter((user) => input.active === undefined || user.active === (input.active === 'true'))
  return pageByName(ctx, wanted.map(userView), `users ${input.active ?? ''} ${input.departmentId ?? ''}`, input)
}
