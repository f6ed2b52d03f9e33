import type { PageQuery } from '../kernel/page.ts'
import { pageByName, type Ctx, type Page } from '../workspace/index.ts'
import { demandFlag } from './predicate.ts'
import { rolesOf } from './rights.ts'
import type { Role } from './schema.ts'

/** Roles by name, a page at a time (API-4). Needs `settings`. */
export async function listRoles(ctx: Ctx, at: PageQuery): Promise<Page<Role>> {
  demandFlag(ctx, 'settings')
  return pageByName(ctx, rolesOf(ctx.workspace), 'roles', at)
}
