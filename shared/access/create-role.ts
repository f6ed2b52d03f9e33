import { changeWorkspace, type Ctx } from '../workspace/index.ts'
import { typesAreKnown, type RolePorts } from './known-types.ts'
import { demandFlag } from './predicate.ts'
import { roleFits } from './rules.ts'
import type { Role, RoleInput } from './schema.ts'

/** Makes a role that nobody has yet (ACC-1). Needs `settings`. */
export async function createRole(ctx: Ctx & RolePorts, { values }: { values: RoleInput }): Promise<Role> {
  demandFlag(ctx, 'settings')
  typesAreKnown(ctx, values.types)
  roleFits(values.types)
  return addRole(ctx, values)
}

/** Stores a role under a new id, bound to nobody. Its caller has judged whether it may be. */
export async function addRole(ctx: Ctx, values: RoleInput): Promise<Role> {
  const role: Role = { ...values, id: ctx.newId('rol'), bindings: [] }
  await changeWorkspace(ctx, [{ kind: 'ROLE', id: role.id, value: { ...role } }])
  return role
}
