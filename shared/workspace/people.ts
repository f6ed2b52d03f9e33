import { derived, type Workspace } from './workspace.ts'

/** A user of the company (DIR-1). The first department is the primary one. */
export interface User {
  readonly id: string
  readonly name: string
  readonly emails: readonly string[]
  readonly active: boolean
  readonly departmentIds: readonly string[]
  /** The token's `sub` that this user signed in with first (DIR-2). */
  readonly subject?: string
  /** Set while items of this person still carry a former department: lists look for them by owner too until all are stamped anew. */
  readonly restamping?: boolean
}

export interface Department {
  readonly id: string
  readonly name: string
  readonly parentId: string | null
  readonly headId: string | null
}

export interface Group {
  readonly id: string
  readonly kind: 'user' | 'project'
  readonly name: string
  readonly memberIds: readonly string[]
}

/** The company's people and structure, ready to be asked. */
export interface People {
  readonly users: ReadonlyMap<string, User>
  readonly departments: ReadonlyMap<string, Department>
  readonly groups: ReadonlyMap<string, Group>
  /** By lower-case address. */
  readonly userByEmail: ReadonlyMap<string, User>
  readonly userBySubject: ReadonlyMap<string, User>
  readonly headedBy: ReadonlyMap<string, readonly string[]>
  readonly membersOf: ReadonlyMap<string, readonly User[]>
  /** The department and all below it. */
  below(departmentId: string): ReadonlySet<string>
}

/** The people and the structure of a workspace, put in order once for each version. */
export const peopleOf = derived((workspace: Workspace): People => {
  const users = new Map(workspace.entries<User>('USER').map((user) => [user.id, user]))
  const departments = new Map(workspace.entries<Department>('DEPARTMENT').map((department) => [department.id, department]))
  const groups = new Map(workspace.entries<Group>('GROUP').map((group) => [group.id, group]))
  const childrenOf = grouped([...departments.values()].flatMap((one) => (one.parentId === null ? [] : [[one.parentId, one.id] as const])))
  return {
    users,
    departments,
    groups,
    userByEmail: new Map([...users.values()].flatMap((user) => user.emails.map((email) => [email.toLowerCase(), user] as const))),
    userBySubject: new Map([...users.values()].flatMap((user) => (user.subject === undefined ? [] : [[user.subject, user] as const]))),
    headedBy: grouped([...departments.values()].flatMap((one) => (one.headId === null ? [] : [[one.headId, one.id] as const]))),
    membersOf: grouped([...users.values()].flatMap((user) => user.departmentIds.map((id) => [id, user] as const))),
    below: remembered((departmentId) => withDescendants(departmentId, childrenOf)),
  }
})

/** Departments that count as a user's own when they ask: those they belong to and those they head (ACC-3). */
export function departmentsOfAsker(people: People, userId: string): ReadonlySet<string> {
  return new Set([...(people.users.get(userId)?.departmentIds ?? []), ...(people.headedBy.get(userId) ?? [])])
}

/** Whether a user is there and may sign in. */
export function isActive(people: People, userId: string): boolean {
  return people.users.get(userId)?.active === true
}

function withDescendants(departmentId: string, childrenOf: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const found = new Set<string>()
  const waiting = [departmentId]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (found.has(next)) continue
    found.add(next)
    waiting.push(...(childrenOf.get(next) ?? []))
  }
  return found
}

function grouped<T>(pairs: readonly (readonly [string, T])[]): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>()
  for (const [key, value] of pairs) {
    const group = groups.get(key)
    if (group) group.push(value)
    else groups.set(key, [value])
  }
  return groups
}

function remembered<T>(workOut: (key: string) => T): (key: string) => T {
  const known = new Map<string, T>()
  return (key) => {
    const found = known.get(key) ?? workOut(key)
    known.set(key, found)
    return found
  }
}
