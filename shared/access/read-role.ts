import { notFound } from '../kernel/problem.ts'
import type { Ctx } from '../workspace/index.ts'
import { demandFlag } from './predicate.ts'
import type { Role } from './schema.ts'

/** A role with its whole matrix and whom it is bound to. Needs `settings`. */
export async function readRole(ctx: Ctx, { id }: { id: string }): Promise<Role> {
  demandFlag(ctx, 'settings')
  return knownRole(ctx, id)
}

/** Throws 404 for a role that is not there. */
export function knownRole(ctx: Ctx, id: string): Role {
  const role = ctx.workspace.entry<Role>('ROLE', id)
  if (!role) throw notFound('role')
  return role
}
