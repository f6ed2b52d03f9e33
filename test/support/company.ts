import { defaultRoles, type Role } from '../../shared/access/index.ts'
import { foundCompany } from '../../shared/directory/index.ts'
import { randomId } from '../../shared/kernel/ids.ts'
import type { Table } from '../../shared/platform/table.ts'
import { changeWorkspace, openSessions, peopleOf, type Ctx, type Department, type EntryChange, type Group, type User } from '../../shared/workspace/index.ts'

/** A founded company whose use cases a test calls as one of its people. */
export interface TestCompany {
  /** Runs a use case as a user, on the newest workspace, as a request does. */
  as<T>(userId: string, work: (ctx: Ctx) => Promise<T>): Promise<T>
  /** The user who founded it. */
  readonly administratorId: string
  /** Adds people, departments, groups or roles without asking anybody. */
  add(...changes: EntryChange[]): Promise<void>
  /** Binds one of the default roles. */
  bind(role: keyof typeof defaultRoles, ...bindings: Role['bindings']): Promise<void>
}

export const ADMINISTRATOR_EMAIL = 'admin@leadline.example'

export async function aCompany(table: Table): Promise<TestCompany> {
  const sessions = openSessions(table, () => foundCompany(table, ADMINISTRATOR_EMAIL))
  const administratorId = await sessions.run(async (workspace) => peopleOf(workspace).userByEmail.get(ADMINISTRATOR_EMAIL)?.id ?? '')
  const as: TestCompany['as'] = (userId, work) => sessions.run((workspace, confirmed) => work({ actor: { userId, via: 'user' }, workspace, table: confirmed, now: () => new Date(), newId: randomId }))
  return {
    as,
    administratorId,
    add: (...changes) => as(administratorId, (ctx) => changeWorkspace(ctx, changes)),
    bind: (name, ...bindings) =>
      as(administratorId, async (ctx) => {
        const role = ctx.workspace.entries<Role>('ROLE').find((one) => one.name === defaultRoles[name].name)
        if (role) await changeWorkspace(ctx, [{ kind: 'ROLE', id: role.id, value: { ...role, bindings: [...role.bindings, ...bindings] } }])
      }),
  }
}

export function aUser(user: Partial<User> & { id: string }): EntryChange {
  return { kind: 'USER', id: user.id, value: { name: user.id, emails: [`${user.id}@leadline.example`], active: true, departmentIds: [], ...user } }
}

export function aDepartment(department: Partial<Department> & { id: string }): EntryChange {
  return { kind: 'DEPARTMENT', id: department.id, value: { name: department.id, parentId: null, headId: null, ...department } }
}

export function aGroup(group: Partial<Group> & { id: string }): EntryChange {
  return { kind: 'GROUP', id: group.id, value: { kind: 'user', name: group.id, memberIds: [], ...group } }
}
