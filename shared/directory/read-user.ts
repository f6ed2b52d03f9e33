import { notFound } from '../kernel/problem.ts'
import { peopleOf, type Ctx } from '../workspace/index.ts'
import { userView } from './views.ts'

export async function readUser(ctx: Ctx, { id }: { id: string }): Promise<ReturnType<typeof userView>> {
  const user = peopleOf(ctx.workspace).users.get(id)
  if (!user) throw notFound('user')
  return userView(user)
}
