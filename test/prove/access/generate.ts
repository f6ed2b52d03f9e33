import * as fc from 'fast-check'
import { LEVELS, type ModelBinding, type ModelCompany, type ModelDepartment, type ModelGroup, type ModelItem, type ModelOperation, type ModelRole, type ModelRow, type ModelTypeRights, type ModelUser } from './model.ts'

/** Random companies: trees with several roots, heads inside and outside of their departments, people in none to three of them, roles with every kind of row and binding. */

/** The types that are asked about, with their stages. */
export const TYPES: Readonly<Record<string, readonly string[]>> = {
  deal: ['NEW', 'PREPARATION', 'INVOICE', 'EXECUTING', 'WON', 'LOST'],
  lead: ['NEW', 'IN_PROCESS', 'CONVERTED', 'JUNK'],
  contact: [],
  company: [],
}

export const OPERATIONS: readonly ModelOperation[] = ['read', 'add', 'update', 'delete', 'export', 'import']

/** Has `settings` and everything at `all`; never changed, so that there is always somebody who may change the rest. */
export const ROOT = 'root'

const rootRole: ModelRole = {
  id: 'rootRole',
  flags: { settings: true, bulkMail: true, processes: true },
  types: Object.fromEntries(Object.keys(TYPES).map((type) => [type, Object.fromEntries(OPERATIONS.map((operation) => [operation, 'all']))])),
  bindings: [{ kind: 'user', id: ROOT }],
}

export interface Sizes {
  users: number
  departments: number
  items: number
  /** Whether item types are drawn evenly, or nearly all items are deals. */
  types: 'even' | 'deals'
}

/** The names that there may be. A company has the first few of each. */
export function namesOf(sizes: Sizes): Names {
  const numbered = (letter: string, count: number): string[] => Array.from({ length: count }, (_, place) => `${letter}${place}`)
  return { users: [ROOT, ...numbered('u', sizes.users)], departments: numbered('d', sizes.departments), groups: numbered('g', 3), roles: numbered('r', 6) }
}

export interface Names {
  readonly users: readonly string[]
  readonly departments: readonly string[]
  readonly groups: readonly string[]
  readonly roles: readonly string[]
}

/** Every part is drawn on its own and then cut to fit, so that a counterexample can lose people, departments and roles one by one. */
export function companies(sizes: Sizes): fc.Arbitrary<ModelCompany> {
  const names = namesOf(sizes)
  return fc
    .record({
      counts: fc.record({ users: fc.integer({ min: 1, max: sizes.users }), departments: fc.integer({ min: 0, max: sizes.departments }), groups: fc.integer({ min: 0, max: 3 }), roles: fc.integer({ min: 0, max: 6 }) }),
      users: fc.tuple(...names.users.map((id) => user(id, names.departments))),
      departments: fc.tuple(...names.departments.map((id, place) => department(id, names.departments.slice(0, place), names.users))),
      groups: fc.tuple(...names.groups.map((id) => group(id, names.users))),
      roles: fc.tuple(...names.roles.map((id) => role(id, names))),
      items: fc.array(item(names.users, sizes.types), { maxLength: sizes.items, size: 'max' }),
      observersNeedRole: fc.boolean(),
    })
    .map(({ counts, ...drawn }): ModelCompany => {
      const users = drawn.users.slice(0, counts.users + 1)
      const departments = drawn.departments.slice(0, counts.departments)
      const groups = drawn.groups.slice(0, counts.groups)
      const roles = drawn.roles.slice(0, counts.roles)
      const has = (id: string | null): boolean => [...users, ...departments, ...groups].some((one) => one.id === id)
      return {
        users: users.map((one) => (one.id === ROOT ? { ...one, active: true } : one)).map((one) => ({ ...one, departmentIds: one.departmentIds.filter(has) })),
        departments: departments.map((one) => ({ ...one, parentId: has(one.parentId) ? one.parentId : null, headId: has(one.headId) ? one.headId : null })),
        groups: groups.map((one) => ({ ...one, memberIds: one.memberIds.filter(has) })),
        roles: [rootRole, ...roles.map((one) => ({ ...one, bindings: one.bindings.filter(({ id }) => has(id)) }))],
        items: numbered(drawn.items.map((one) => ({ ...one, responsibleId: has(one.responsibleId) ? one.responsibleId : ROOT })).map((one) => ({ ...one, observerIds: one.observerIds.filter((id) => has(id) && id !== one.responsibleId) }))),
        observersNeedRole: drawn.observersNeedRole,
      }
    })
}

const someOf = <T>(all: readonly T[], most: number): fc.Arbitrary<T[]> => fc.shuffledSubarray([...all], { maxLength: Math.min(most, all.length) })
const oneOrNone = (all: readonly string[]): fc.Arbitrary<string | null> => (all.length === 0 ? fc.constant(null) : fc.option(fc.constantFrom(...all)))

function user(id: string, departments: readonly string[]): fc.Arbitrary<ModelUser> {
  return fc.record({ id: fc.constant(id), active: fc.oneof({ weight: 6, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }), departmentIds: someOf(departments, 3) })
}

function department(id: string, before: readonly string[], people: readonly string[]): fc.Arbitrary<ModelDepartment> {
  return fc.record({ id: fc.constant(id), parentId: oneOrNone(before), headId: oneOrNone(people) })
}

function group(id: string, people: readonly string[]): fc.Arbitrary<ModelGroup> {
  return fc.record({ id: fc.constant(id), kind: fc.constantFrom('user', 'project'), memberIds: someOf(people, 4) })
}

function role(id: string, names: Names): fc.Arbitrary<ModelRole> {
  return fc.record({ id: fc.constant(id), flags: fc.record({ settings: fc.constant(false), bulkMail: fc.boolean(), processes: fc.boolean() }), types: matrices, bindings: bindings(names) })
}

/** What a role is bound to: any of the company's people, groups and departments, in every scope. */
export function bindings({ users, departments, groups }: Names): fc.Arbitrary<ModelBinding[]> {
  const kinds: fc.Arbitrary<ModelBinding>[] = [fc.record({ kind: fc.constant('user'), id: fc.constantFrom(...users) }), fc.record({ kind: fc.constant('group'), id: fc.constantFrom(...groups) })]
  if (departments.length > 0) kinds.push(fc.record({ kind: fc.constant('department'), id: fc.constantFrom(...departments), scope: fc.constantFrom('department', 'subdepartments', 'heads') }))
  return fc.array(fc.oneof(...kinds), { maxLength: 4 })
}

const row: fc.Arbitrary<ModelRow> = fc.dictionary(fc.constantFrom(...OPERATIONS), fc.constantFrom(...LEVELS), { maxKeys: 6, size: 'max', noNullPrototype: true })

const rowsBy = (ids: readonly string[]): fc.Arbitrary<Record<string, ModelRow>> => fc.dictionary(fc.constantFrom(...ids), row, { maxKeys: 4, noNullPrototype: true })

/** A role's matrix: any types, each with any of its levels, some with rows for stages and pipelines (also such as do not exist). */
export const matrices: fc.Arbitrary<Record<string, ModelTypeRights>> = fc.record(
  Object.fromEntries(
    Object.entries(TYPES).map(([type, stages]) => [
      type,
      fc.tuple(row, fc.option(rowsBy([...stages, 'GONE']), { nil: undefined }), fc.option(rowsBy(['default', 'other']), { nil: undefined })).map(([own, byStage, byPipeline]): ModelTypeRights => ({ ...own, ...(byStage ? { stages: byStage } : {}), ...(byPipeline ? { pipelines: byPipeline } : {}) })),
    ]),
  ),
  { requiredKeys: [], noNullPrototype: true },
) as fc.Arbitrary<Record<string, ModelTypeRights>>

export type Draft = Omit<ModelItem, 'id'>

/** An item that somebody could have made. */
export function item(people: readonly string[], types: Sizes['types'] = 'even'): fc.Arbitrary<Draft> {
  const type = types === 'even' ? fc.constantFrom(...Object.keys(TYPES)) : fc.oneof({ weight: 12, arbitrary: fc.constant('deal') }, { weight: 1, arbitrary: fc.constantFrom('lead', 'contact') })
  return fc
    .record({ type, responsibleId: fc.constantFrom(...people), observerIds: fc.oneof({ weight: 2, arbitrary: fc.constant<string[]>([]) }, { weight: 1, arbitrary: someOf(people, 3) }), opened: fc.boolean(), stage: fc.nat(5), amount: fc.option(fc.integer({ min: 0, max: 5 }).map((thousands) => thousands * 1000)) })
    .map(({ stage, amount, ...drawn }): Draft => {
      const stages = TYPES[drawn.type] ?? []
      const staged = stages.length > 0 ? { pipelineId: 'default', stageId: stages[stage % stages.length] ?? null } : { pipelineId: null, stageId: null }
      return { ...drawn, ...staged, amount: stages.length > 0 ? amount : null, observerIds: drawn.observerIds.filter((id) => id !== drawn.responsibleId), deleted: false }
    })
}

function numbered(drafts: readonly Draft[]): ModelItem[] {
  const counts = new Map<string, number>()
  return drafts.map((draft) => {
    const id = (counts.get(draft.type) ?? 0) + 1
    counts.set(draft.type, id)
    return { ...draft, id }
  })
}
