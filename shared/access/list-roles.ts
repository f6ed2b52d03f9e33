import { signedPage, type Ctx, type Page } from '../workspace/index.ts'
import { demandFlag } from './predicate.ts'
import { rolesOf } from './rights.ts'
import type { Role, RoleQuery } from './schema.ts'

/** Roles by name, a page at a time (API-4). Needs `settings`. */
export async function listRoles(ctx: Ctx, at: RoleQuery): Promise<Page<Role>> {
  demandFlag(ctx, 'settings')
  const place = ({ name, id }: Role): string => `${name.toLowerCase()}\n${id}`
  const from = (after = ''): readonly Role[] => rolesOf(ctx.workspace).filter((role) => place(role) > after).toSorted((a, b) => (place(a) < place(b) ? -1 : 1))
  return signedPage(ctx, 'roles', at, from, place)
}
