import * as fc from 'fast-check'
import { bindings, item, matrices, OPERATIONS, ROOT, type Draft, type Names } from './generate.ts'
import type { ModelBinding, ModelCompany, ModelOperation, ModelTypeRights } from './model.ts'

/** What an administrator does with people, structure and roles. */
export type Change =
  | { readonly do: 'move'; readonly user: string; readonly departmentIds: string[] }
  | { readonly do: 'activate'; readonly user: string; readonly active: boolean }
  | { readonly do: 'head'; readonly department: string; readonly headId: string | null }
  | { readonly do: 'hang'; readonly department: string; readonly parentId: string | null }
  | { readonly do: 'fill'; readonly group: string; readonly memberIds: string[] }
  | { readonly do: 'bind'; readonly role: string; readonly bindings: ModelBinding[] }
  | { readonly do: 'matrix'; readonly role: string; readonly types: Record<string, ModelTypeRights> }
  | { readonly do: 'drop'; readonly role: string }
  | { readonly do: 'needRole'; readonly value: boolean }
  /** The background work that stamps items anew, and how long it is waited for. */
  | { readonly do: 'restamp'; readonly minutes: number }

/** What somebody does with one item. `item` is a place in the company's list of items, counted round. */
export type Act =
  | { readonly do: 'read' | 'retitle' | 'delete'; readonly item: number }
  | { readonly do: 'explain'; readonly item: number; readonly operation: ModelOperation; readonly of: string }
  | { readonly do: 'stage'; readonly item: number; readonly stage: number }
  | { readonly do: 'open'; readonly item: number; readonly opened: boolean }
  | { readonly do: 'handOver' | 'observe' | 'unobserve'; readonly item: number; readonly whom: string }
  | { readonly do: 'create'; readonly draft: Draft }

/** One act by one person. */
export interface Deed {
  readonly user: string
  readonly act: Act
}

const some = (ids: readonly string[], most: number): fc.Arbitrary<string[]> => fc.shuffledSubarray([...ids], { maxLength: Math.min(most, ids.length) })

/** Changes by the names that there may be; `fitted` makes one fit the company that it meets. */
export function changes(names: Names): fc.Arbitrary<Change> {
  const user = fc.constantFrom(...names.users.filter((id) => id !== ROOT))
  const department = fc.constantFrom(...names.departments)
  const role = fc.constantFrom(...names.roles)
  return fc.oneof(
    { weight: 2, arbitrary: fc.record({ do: fc.constant('move' as const), user, departmentIds: some(names.departments, 3) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('move' as const), user, departmentIds: some(names.departments, 1) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('activate' as const), user, active: fc.boolean() }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('head' as const), department, headId: fc.option(fc.constantFrom(...names.users)) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('hang' as const), department, parentId: fc.option(department) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('fill' as const), group: fc.constantFrom(...names.groups), memberIds: some(names.users, 4) }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('bind' as const), role, bindings: bindings(names) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('matrix' as const), role, types: matrices }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('drop' as const), role }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('needRole' as const), value: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('restamp' as const), minutes: fc.constantFrom(0, 5, 20) }) },
  )
}

export function acts({ users }: Names): fc.Arbitrary<Act> {
  const place = fc.nat(10_000)
  const person = fc.constantFrom(...users)
  return fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant('read' as const), item: place }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('retitle' as const), item: place }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('stage' as const), item: place, stage: fc.nat(5) }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('explain' as const), item: place, operation: fc.constantFrom(...OPERATIONS), of: person }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('handOver' as const, 'observe' as const, 'unobserve' as const), item: place, whom: person }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('open' as const), item: place, opened: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), item: place }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('create' as const), draft: item(users) }) },
  )
}

export function deeds(names: Names): fc.Arbitrary<Deed> {
  return fc.record({ user: fc.constantFrom(...names.users), act: acts(names) })
}

/** The change with names that the company has in place of those it has not; undefined where it has none of the kind. */
export function fitted(company: ModelCompany, change: Change): Change | undefined {
  const ids = (all: readonly { id: string }[]): string[] => all.map(({ id }) => id)
  const users = ids(company.users)
  const departments = ids(company.departments)
  switch (change.do) {
    case 'move':
      return { ...change, user: present(users.slice(1), change.user) ?? ROOT, departmentIds: change.departmentIds.filter((id) => departments.includes(id)) }
    case 'activate':
      return { ...change, user: present(users.slice(1), change.user) ?? ROOT }
    case 'head':
    case 'hang': {
      const department = present(departments, change.department)
      if (department === undefined) return undefined
      if (change.do === 'head') return { ...change, department, headId: change.headId === null ? null : (present(users, change.headId) ?? null) }
      return { ...change, department, parentId: change.parentId === null ? null : (present(departments, change.parentId) ?? null) }
    }
    case 'fill': {
      const group = present(ids(company.groups), change.group)
      return group === undefined ? undefined : { ...change, group, memberIds: change.memberIds.filter((id) => users.includes(id)) }
    }
    case 'bind':
    case 'matrix':
    case 'drop': {
      const role = present(ids(company.roles).slice(1), change.role)
      if (role === undefined || change.do !== 'bind') return role === undefined ? undefined : { ...change, role }
      return { ...change, role, bindings: change.bindings.filter(({ id }) => [...users, ...departments, ...ids(company.groups)].includes(id)) }
    }
    case 'needRole':
    case 'restamp':
      return change
  }
}

/** The deed by and about people whom the company has. */
export function fittedDeed(company: ModelCompany, { user, act }: Deed): Deed {
  const users = company.users.map(({ id }) => id)
  const person = (id: string): string => present(users, id) ?? ROOT
  if (act.do === 'explain') return { user: person(user), act: { ...act, of: person(act.of) } }
  if (act.do === 'handOver' || act.do === 'observe' || act.do === 'unobserve') return { user: person(user), act: { ...act, whom: person(act.whom) } }
  if (act.do !== 'create') return { user: person(user), act }
  const responsibleId = person(act.draft.responsibleId)
  return { user: person(user), act: { ...act, draft: { ...act.draft, responsibleId, observerIds: act.draft.observerIds.filter((id) => users.includes(id) && id !== responsibleId) } } }
}

function present(existing: readonly string[], id: string): string | undefined {
  return existing.includes(id) ? id : existing[Number(id.slice(1)) % existing.length]
}
