import { peopleOf, type Workspace } from '../workspace/index.ts'
import { rightsOf, rolesOf } from './rights.ts'
import type { Binding } from './schema.ts'

/** Whether any role is bound to this group, department or user. */
export function isBoundToRole(workspace: Workspace, kind: Binding['kind'], id: string): boolean {
  return rolesOf(workspace).some((role) => role.bindings.some((binding) => binding.kind === kind && binding.id === id))
}

/** Whether somebody who may sign in may also change the settings (ACC-12). */
export function hasActiveAdministrator(workspace: Workspace): boolean {
  return [...peopleOf(workspace).users.values()].some((user) => user.active && rightsOf(workspace, user.id).flags.settings)
}
