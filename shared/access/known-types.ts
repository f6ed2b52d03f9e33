import { Problem } from '../kernel/problem.ts'
import type { Workspace } from '../workspace/index.ts'
import type { TypeRows } from './schema.ts'

/** Roles speak of types, which are the business of another domain: it is asked through a port. */
export interface RolePorts {
  isType(workspace: Workspace, code: string): boolean
}

/** A role names types that exist: a misspelt one would quietly allow nothing, and something else might be made under its name later. Throws 400 that names each. */
export function typesAreKnown({ isType, workspace }: RolePorts & { readonly workspace: Workspace }, types: Readonly<Record<string, TypeRows>>): void {
  const unknown = Object.keys(types).filter((code) => !isType(workspace, code))
  if (unknown.length > 0) throw new Problem('invalid', 'role.type_unknown', 'The role names types that do not exist.', unknown.map((code) => ({ pointer: `/types/${escaped(code)}`, detail: 'There is no such type.' })))
}

/** As JSON pointers want it. */
function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}
