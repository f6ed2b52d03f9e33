import { OPERATIONS, roleFits, type Role, type RolePorts, type TypeRows } from '../access/index.ts'
import { invalidField } from '../kernel/problem.ts'
import type { EntryChange, Workspace } from '../workspace/index.ts'
import { typesOf } from './types-of.ts'

/** What roles have to know of types. */
export const rolePorts: RolePorts = { isType: (workspace, code) => typesOf(workspace).has(code) }

const EVERYTHING: TypeRows = Object.fromEntries(OPERATIONS.map((operation) => [operation, 'all']))

/**
 * What roles may do with a new type: what the request says of each; everything for roles that may do everything with every type there is
 * (Chief executive and Administrator, unless somebody changed them); for all others nothing, as for any type that a role does not name (ACC-2).
 */
export function rolesWithNewType(workspace: Workspace, code: string, existing: readonly string[], given: Readonly<Record<string, TypeRows>>): EntryChange[] {
  const roles = workspace.entries<Role>('ROLE')
  const unknown = Object.keys(given).find((id) => !roles.some((role) => role.id === id))
  if (unknown !== undefined) throw invalidField(`/roles/${unknown}`, 'role.unknown', 'There is no such role.')
  return roles.flatMap((role): EntryChange[] => {
    const asked = Object.hasOwn(given, role.id) ? given[role.id] : undefined
    const rows = asked ?? (doesEverything(role, existing) ? EVERYTHING : undefined)
    if (!rows) return []
    const types = { ...role.types, [code]: rows }
    if (asked) roleFits(types, `/roles/${role.id}`)
    return [{ kind: 'ROLE', id: role.id, value: { ...role, types } }]
  })
}

function doesEverything({ types }: Role, existing: readonly string[]): boolean {
  return existing.every((code) => Object.hasOwn(types, code) && OPERATIONS.every((operation) => types[code]?.[operation] === 'all'))
}

/** Roles without their rows for what goes: under the same name something else may come later, and must not inherit them. */
export function rolesWithout(workspace: Workspace, type: string, gone: { stageIds: readonly string[]; pipelineIds: readonly string[] } | 'type'): EntryChange[] {
  return workspace.entries<Role>('ROLE').flatMap((role): EntryChange[] => {
    const rows = Object.hasOwn(role.types, type) ? role.types[type] : undefined
    if (rows === undefined) return []
    const { [type]: _rows, ...others } = role.types
    const types = gone === 'type' ? others : { ...role.types, [type]: { ...rows, ...without('stages', rows.stages, gone.stageIds), ...without('pipelines', rows.pipelines, gone.pipelineIds) } }
    return [{ kind: 'ROLE', id: role.id, value: { ...role, types } }]
  })
}

function without<T>(name: 'stages' | 'pipelines', rows: Readonly<Record<string, T>> | undefined, gone: readonly string[]): { [name: string]: Record<string, T> } {
  return rows ? { [name]: Object.fromEntries(Object.entries(rows).filter(([id]) => !gone.includes(id))) } : {}
}
