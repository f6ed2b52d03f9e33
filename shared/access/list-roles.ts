import type { Ctx } from '../workspace/index.ts'
import { demandFlag } from './predicate.ts'
import { rolesOf } from './rights.ts'
import type { Role } from './schema.ts'

/** All roles by name; a company has few. Needs `settings`. */
export async function listRoles(ctx: Ctx): Promise<{ items: Role[]; nextCursor: null }> {
  demandFlag(ctx, 'settings')
  return { items: [...rolesOf(ctx.workspace)].toSorted((a, b) => (a.name < b.name ? -1 : 1)), nextCursor: null }
}
