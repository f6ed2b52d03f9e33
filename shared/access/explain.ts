import type { People } from '../workspace/index.ts'
import { observes, reaches, type Judged, may } from './predicate.ts'
import { higher, levelOfRole, type Rights } from './rights.ts'
import type { Binding, Level, Operation } from './schema.ts'

/** A role that the user has, as it bears on one operation on one item. */
export interface ConsideredRole {
  readonly role: { readonly id: string; readonly name: string }
  readonly binding: Binding
  /** From the bound department down to the user's own; empty for users and groups. */
  readonly departmentPath: readonly string[]
  /** Which row of the role gave the level (ACC-4). */
  readonly row: 'stage' | 'pipeline' | 'type' | 'none'
  readonly level: Level
  readonly reachesItem: boolean
}

export type Rule =
  | ({ readonly kind: 'role' } & ConsideredRole)
  | { readonly kind: 'observer'; readonly observersNeedRole: boolean }
  /** Another operation than reading is refused because the item may not even be read (ACC-9). */
  | { readonly kind: 'notReadable' }
  | { readonly kind: 'inactiveUser' }
  | { readonly kind: 'noRole' }
  | { readonly kind: 'levelTooLow' }

export interface Explanation {
  readonly allowed: boolean
  /** The highest level over all roles, for this operation where the item stands. */
  readonly level: Level
  /** What decided. */
  readonly rule: Rule
  /** Every role of the user, with what it would have given. */
  readonly considered: readonly ConsideredRole[]
}

/** The answer of the predicate together with the rule that gave it (ACC-10). */
export function explain(rights: Rights, operation: Operation, item: Judged): Explanation {
  const considered = rights.grants.map(({ role, binding }): ConsideredRole => {
    const { level, row } = levelOfRole(role, operation, item)
    return { role: { id: role.id, name: role.name }, binding, departmentPath: departmentPath(rights, binding), row, level, reachesItem: reaches(rights, level, item) }
  })
  const level = considered.reduce<Level>((highest, one) => higher(highest, one.level), 'none')
  const allowed = may(rights, operation, item)
  return { allowed, level, rule: ruleOf(rights, operation, item, allowed, considered), considered }
}

function ruleOf(rights: Rights, operation: Operation, item: Judged, allowed: boolean, considered: readonly ConsideredRole[]): Rule {
  if (!rights.active) return { kind: 'inactiveUser' }
  const reaching = considered.filter(({ reachesItem }) => reachesItem)
  const highest = reaching.find(({ level }) => reaching.every((other) => higher(level, other.level) === level))
  if (allowed) return highest ? { kind: 'role', ...highest } : { kind: 'observer', observersNeedRole: rights.observersNeedRole }
  if (highest) return { kind: 'notReadable' }
  if (considered.length === 0) return observes(rights, item) && operation === 'read' ? { kind: 'observer', observersNeedRole: true } : { kind: 'noRole' }
  return { kind: 'levelTooLow' }
}

/** The way from a bound department down to one that counts as the user's own. */
function departmentPath(rights: Rights, binding: Binding): string[] {
  if (binding.kind !== 'department') return []
  const ways = [...rights.departments].map((id) => wayUp(rights.people, id, binding.id)).filter((way) => way.length > 0)
  return ways.toSorted((a, b) => a.length - b.length)[0] ?? []
}

function wayUp(people: People, from: string, to: string): string[] {
  const way: string[] = []
  for (let id: string | null = from; id !== null && !way.includes(id); id = people.departments.get(id)?.parentId ?? null) {
    way.unshift(id)
    if (id === to) return way
  }
  return []
}
