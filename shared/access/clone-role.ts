import type { Ctx } from '../workspace/index.ts'
import { addRole } from './create-role.ts'
import { demandFlag } from './predicate.ts'
import { knownRole } from './read-role.ts'
import type { Role } from './schema.ts'

/** A new role with the same flags and levels, bound to nobody (ACC-1). Needs `settings`. */
export async function cloneRole(ctx: Ctx, { id }: { id: string }): Promise<Role> {
  demandFlag(ctx, 'settings')
  const { name, flags, types } = knownRole(ctx, id)
  return addRole(ctx, { name: `${name} (copy)`.slice(0, 100), flags, types })
}
