import { rightsOf, type Rights, type Role } from '../../shared/access/index.ts'
import { entryKey, workspaceOfRows, type EntryChange, type Workspace } from '../../shared/workspace/index.ts'

/** A company's own settings without a table, for rules that are pure. */
export function aWorkspace(...entries: EntryChange[]): Workspace {
  return workspaceOfRows(1, entries.map(({ kind, id, value }) => ({ ...entryKey(kind, id), entry: value })))
}

export function aRole(role: Partial<Omit<Role, 'flags'>> & { id: string; flags?: Partial<Role['flags']> }): EntryChange {
  return { kind: 'ROLE', id: role.id, value: { name: role.id, types: {}, bindings: [], ...role, flags: { settings: false, bulkMail: false, processes: false, ...role.flags } } }
}

export function rightsIn(userId: string, ...entries: EntryChange[]): Rights {
  return rightsOf(aWorkspace(...entries), userId)
}
