import { departmentsOfAsker, derived, isActive, peopleOf, type People, type Workspace } from '../workspace/index.ts'
import { FLAGS, LEVELS, type Binding, type Flag, type Level, type Operation, type Role } from './schema.ts'

/** A role that somebody has, and the binding that gave it. */
export interface Grant {
  readonly role: Role
  readonly binding: Binding
}

/** Everything that decides about one user in one version of the workspace. */
export interface Rights {
  readonly userId: string
  readonly active: boolean
  readonly grants: readonly Grant[]
  readonly flags: Readonly<Record<Flag, boolean>>
  /** Departments that count as the user's own when they ask. */
  readonly departments: ReadonlySet<string>
  /** Those and all below them. */
  readonly departmentsBelow: ReadonlySet<string>
  readonly people: People
  /** With the setting `observersNeedRole`, an observer reads only with a read level of at least `own` (ACC-7). */
  readonly observersNeedRole: boolean
}

/** Of two levels the one that reaches further (ACC-5). */
export function higher(a: Level, b: Level): Level {
  return LEVELS.indexOf(a) >= LEVELS.indexOf(b) ? a : b
}

/** Whether a level includes another (ACC-3). */
export function atLeast(level: Level, wanted: Level): boolean {
  return LEVELS.indexOf(level) >= LEVELS.indexOf(wanted)
}

/** All roles of the company, in no order that means anything. */
export const rolesOf = derived((workspace: Workspace) => workspace.entries<Role>('ROLE'))

const rightsByUser = derived((_workspace: Workspace) => new Map<string, Rights>())

/** The rights of a user, worked out once for each version of the workspace. Of ids that name nobody, which anybody can make up, nothing is kept. */
export function rightsOf(workspace: Workspace, userId: string): Rights {
  const known = rightsByUser(workspace).get(userId)
  if (known) return known
  const rights = workOutRights(workspace, userId)
  if (rights.people.users.has(userId)) rightsByUser(workspace).set(userId, rights)
  return rights
}

function workOutRights(workspace: Workspace, userId: string): Rights {
  const people = peopleOf(workspace)
  const active = isActive(people, userId)
  const grants = active ? grantsOf(workspace, userId) : []
  const departments = departmentsOfAsker(people, userId)
  return {
    userId,
    active,
    grants,
    flags: Object.fromEntries(FLAGS.map((flag) => [flag, grants.some(({ role }) => role.flags[flag])])) as Record<Flag, boolean>,
    departments,
    departmentsBelow: new Set([...departments].flatMap((id) => [...people.below(id)])),
    people,
    observersNeedRole: workspace.entry<{ observersNeedRole?: boolean }>('SETTINGS', 'general')?.observersNeedRole === true,
  }
}

function grantsOf(workspace: Workspace, userId: string): Grant[] {
  const people = peopleOf(workspace)
  return rolesOf(workspace).flatMap((role) => role.bindings.filter((binding) => isBound(people, binding, userId)).map((binding) => ({ role, binding })))
}

/** Whether a binding reaches a user. The head of a department counts as its member (ACC-1). */
function isBound(people: People, binding: Binding, userId: string): boolean {
  if (binding.kind === 'user') return binding.id === userId
  if (binding.kind === 'group') return people.groups.get(binding.id)?.memberIds.includes(userId) ?? false
  if (binding.scope === 'heads') return people.departments.get(binding.id)?.headId === userId
  const reached = binding.scope === 'subdepartments' ? people.below(binding.id) : new Set([binding.id])
  return [...departmentsOfAsker(people, userId)].some((id) => reached.has(id))
}

/** Where an item stands, as far as a role's rows look at it. */
export interface Standing {
  readonly type: string
  readonly pipelineId?: string | undefined
  readonly stageId?: string | undefined
}

/** The row of a role that gives the level for an operation: stage, else pipeline, else type (ACC-4). */
export function levelOfRole(role: Role, operation: Operation, at: Standing): { level: Level; row: 'stage' | 'pipeline' | 'type' | 'none' } {
  const rows = Object.hasOwn(role.types, at.type) ? role.types[at.type] : undefined
  const stage = ownRow(rows?.stages, at.stageId)?.[operation]
  if (stage !== undefined) return { level: stage, row: 'stage' }
  const pipeline = ownRow(rows?.pipelines, at.pipelineId)?.[operation]
  if (pipeline !== undefined) return { level: pipeline, row: 'pipeline' }
  const type = rows?.[operation]
  return type === undefined ? { level: 'none', row: 'none' } : { level: type, row: 'type' }
}

/** The highest level over all roles of a user (ACC-5). */
export function levelOf(rights: Rights, operation: Operation, at: Standing): Level {
  return rights.grants.reduce<Level>((level, { role }) => higher(level, levelOfRole(role, operation, at).level), 'none')
}

function ownRow<T>(rows: Readonly<Record<string, T>> | undefined, id: string | undefined): T | undefined {
  return rows !== undefined && id !== undefined && Object.hasOwn(rows, id) ? rows[id] : undefined
}
