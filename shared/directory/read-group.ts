import { notFound } from '../kernel/problem.ts'
import { peopleOf, type Ctx, type Group } from '../workspace/index.ts'
import { groupView } from './views.ts'

/** One group with its members. Everybody may (ACC-2). Throws 404 where there is none. */
export async function readGroup(ctx: Ctx, { id }: { id: string }): Promise<Group> {
  const group = peopleOf(ctx.workspace).groups.get(id)
  if (!group) throw notFound('group')
  return groupView(group)
}
