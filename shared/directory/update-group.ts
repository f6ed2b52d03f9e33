import { administratorStays, demandFlag } from '../access/index.ts'
import { withoutUndefined } from '../kernel/json.ts'
import { notFound } from '../kernel/problem.ts'
import { changeWorkspace, peopleOf, type Ctx, type EntryChange, type Group } from '../workspace/index.ts'
import { usersExist, withoutDoubles } from './rules.ts'
import type { GroupPatch } from './schema.ts'
import { groupView } from './views.ts'

/** Renames a group or changes its members; whoever leaves loses the roles that came with it at once. Needs `settings`. */
export async function updateGroup(ctx: Ctx, { id, values }: { id: string; values: GroupPatch }): Promise<Group> {
  demandFlag(ctx, 'settings')
  const people = peopleOf(ctx.workspace)
  const before = people.groups.get(id)
  if (!before) throw notFound('group')
  const group: Group = { ...before, ...withoutUndefined(values), memberIds: withoutDoubles(values.memberIds ?? before.memberIds) }
  usersExist(people, group.memberIds, '/memberIds/*')
  const change: EntryChange = { kind: 'GROUP', id, value: { ...group } }
  administratorStays(ctx, [change])
  await changeWorkspace(ctx, [change])
  return groupView(group)
}
