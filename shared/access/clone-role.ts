import type { Ctx } from '../workspace/index.ts'
import { addRole } from './create-role.ts'
import { demandFlag } from './predicate.ts'
import { knownRole } from './read-role.ts'
import { LONGEST_ROLE_NAME, type CloneInput, type Role } from './schema.ts'

/** A new role with the same flags and levels, bound to nobody (ACC-1), under a name of its own or as a copy of the other. Needs `settings`. */
export async function cloneRole(ctx: Ctx, { id, values }: { id: string; values?: CloneInput }): Promise<Role> {
  demandFlag(ctx, 'settings')
  const { name, flags, types } = knownRole(ctx, id)
  return addRole(ctx, { name: values?.name ?? copyOf(name), flags, types })
}

const COPY = ' (copy)'

/** A long name gives way to the word that tells the two apart. */
function copyOf(name: string): string {
  return `${[...name].slice(0, LONGEST_ROLE_NAME - COPY.length).join('')}${COPY}`
}
