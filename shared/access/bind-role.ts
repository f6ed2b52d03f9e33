import { changeWorkspace, peopleOf, type Ctx, type EntryChange } from '../workspace/index.ts'
import { demandFlag } from './predicate.ts'
import { knownRole } from './read-role.ts'
import { administratorStays, boundOnesExist, withoutDoubles } from './rules.ts'
import type { Binding, Role } from './schema.ts'

/** Says who has a role: users, groups, departments (alone, with all below, or only the head). Replaces what was bound (ACC-1). Needs `settings`. */
export async function bindRole(ctx: Ctx, { id, values }: { id: string; values: { bindings: Binding[] } }): Promise<Role> {
  demandFlag(ctx, 'settings')
  const role: Role = { ...knownRole(ctx, id), bindings: withoutDoubles(values.bindings) }
  boundOnesExist(peopleOf(ctx.workspace), values.bindings)
  const change: EntryChange = { kind: 'ROLE', id, value: { ...role } }
  administratorStays(ctx, [change])
  await changeWorkspace(ctx, [change])
  return role
}
