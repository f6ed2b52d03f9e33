import { withoutUndefined } from '../kernel/json.ts'
import { changeWorkspace, type Ctx, type EntryChange } from '../workspace/index.ts'
import { typesAreKnown, type RolePorts } from './known-types.ts'
import { demandFlag } from './predicate.ts'
import { knownRole } from './read-role.ts'
import { administratorStays, roleFits } from './rules.ts'
import type { Role, RolePatch } from './schema.ts'

/** Renames a role or changes its flags and levels; `types` replaces the whole matrix. Effective from the next request on. Needs `settings`. */
export async function updateRole(ctx: Ctx & RolePorts, { id, values }: { id: string; values: RolePatch }): Promise<Role> {
  demandFlag(ctx, 'settings')
  const before = knownRole(ctx, id)
  if (values.types) {
    typesAreKnown(ctx, values.types)
    roleFits(values.types)
  }
  const role: Role = { ...before, ...(values.name === undefined ? {} : { name: values.name }), ...(values.types ? { types: values.types } : {}), flags: { ...before.flags, ...withoutUndefined(values.flags ?? {}) } }
  const change: EntryChange = { kind: 'ROLE', id, value: { ...role } }
  administratorStays(ctx, [change])
  await changeWorkspace(ctx, [change])
  return role
}
