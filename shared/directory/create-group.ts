import { demandFlag } from '../access/index.ts'
import { changeWorkspace, peopleOf, type Ctx, type Group } from '../workspace/index.ts'
import { usersExist, withoutDoubles } from './rules.ts'
import type { GroupInput } from './schema.ts'

/** Makes a user group or project group (DIR-1). Needs `settings`. */
export async function createGroup(ctx: Ctx, { values }: { values: GroupInput }): Promise<Group> {
  demandFlag(ctx, 'settings')
  usersExist(peopleOf(ctx.workspace), values.memberIds, '/memberIds/*')
  const group: Group = { ...values, memberIds: withoutDoubles(values.memberIds), id: ctx.newId('grp') }
  await changeWorkspace(ctx, [{ kind: 'GROUP', id: group.id, value: { ...group } }])
  return group
}
