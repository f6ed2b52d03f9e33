import { changeWorkspace, type Ctx } from '../workspace/index.ts'
import { demandFlag } from './predicate.ts'
import type { Role, RoleInput } from './schema.ts'

/** Makes a role that nobody has yet (ACC-1). Needs `settings`. */
export async function createRole(ctx: Ctx, { values }: { values: RoleInput }): Promise<Role> {
  demandFlag(ctx, 'settings')
  const role: Role = { ...values, id: ctx.newId('rol'), bindings: [] }
  await changeWorkspace(ctx, [{ kind: 'ROLE', id: role.id, value: { ...role } }])
  return role
}
