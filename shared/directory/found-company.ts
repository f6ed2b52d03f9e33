import { randomBytes } from 'node:crypto'
import { defaultRoles, type Role } from '../access/index.ts'
import { randomId } from '../kernel/ids.ts'
import type { Table } from '../platform/table.ts'
import { changeWorkspace, workspaceOfRows, WorkspaceMoved, type Ctx, type EntryChange, type User } from '../workspace/index.ts'

const SIGNING_KEY_BYTES = 32

/**
 * Makes the company: its first administrator, the four default roles (only Administrator is bound), and its signing key.
 * Many may come first at once; one of them founds it, and the others find it founded.
 */
export async function foundCompany(table: Table, firstAdministratorEmail: string): Promise<void> {
  const now = new Date()
  const administrator: User = { id: randomId('usr'), name: 'Administrator', emails: [firstAdministratorEmail], active: true, departmentIds: [] }
  const roles = Object.entries(defaultRoles).map(
    ([name, role]): Role => ({ ...role, id: randomId('rol'), bindings: name === 'administrator' ? [{ kind: 'user', id: administrator.id }] : [] }),
  )
  const changes: EntryChange[] = [
    { kind: 'USER', id: administrator.id, value: { ...administrator } },
    ...roles.map((role) => ({ kind: 'ROLE', id: role.id, value: { ...role } }) as const),
    { kind: 'SIGNING', id: randomId('key'), value: { secret: randomBytes(SIGNING_KEY_BYTES).toString('base64'), madeAt: now.toISOString() } },
  ]
  const ctx: Ctx = { actor: { userId: administrator.id, via: 'user' }, workspace: workspaceOfRows(0, []), table, now: () => now, newId: randomId }
  try {
    await changeWorkspace(ctx, changes)
  } catch (error) {
    if (!(error instanceof WorkspaceMoved)) throw error
  }
}
