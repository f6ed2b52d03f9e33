import { Problem, notFound } from '../kernel/problem.ts'
import type { Ctx } from '../workspace/index.ts'
import { atLeast, levelOf, rightsOf, type Rights, type Standing } from './rights.ts'
import type { Flag, Level, Operation } from './schema.ts'

/** What of an item decides who may do what with it. */
export interface Judged extends Standing {
  readonly responsibleId: string
  readonly opened: boolean
  readonly observerIds?: readonly string[] | undefined
}

/**
 * Whether a user may do something with an item: the one place that decides (ACC-3, ACC-7, ACC-9).
 * Every operation on an existing item presupposes that it may be read; `add` and `import` are judged on the item as it would be stored.
 */
export function may(rights: Rights, operation: Operation, item: Judged): boolean {
  if (!rights.active) return false
  if (operation === 'read') return mayRead(rights, item)
  if (!reaches(rights, levelOf(rights, operation, item), item)) return false
  return operation === 'add' || operation === 'import' || mayRead(rights, item)
}

function mayRead(rights: Rights, item: Judged): boolean {
  const level = levelOf(rights, 'read', item)
  return reaches(rights, level, item) || (observes(rights, item) && (!rights.observersNeedRole || atLeast(level, 'own')))
}

/** Whether the user is an observer of the item; what that is worth, the predicate says (ACC-7). */
export function observes(rights: Rights, item: Judged): boolean {
  return item.observerIds?.includes(rights.userId) ?? false
}

/** Whether a level reaches an item, for this user (ACC-3). */
export function reaches(rights: Rights, level: Level, item: Judged): boolean {
  if (level === 'all') return true
  if (level === 'none') return false
  if (item.responsibleId === rights.userId) return true
  if (level === 'own') return false
  const scope = level === 'department' ? rights.departments : rights.departmentsBelow
  const departments = rights.people.users.get(item.responsibleId)?.departmentIds ?? []
  if (departments.some((id) => scope.has(id))) return true
  return level === 'open' && item.opened
}

/** Refuses with 403 a move into a stage where the caller's roles give no `update`: a move needs it on the stage that is left and on the one that is entered (ACC-4). */
export function demandEntry(ctx: Ctx, moved: Judged): void {
  const rights = rightsOf(ctx.workspace, ctx.actor.userId)
  if (!reaches(rights, levelOf(rights, 'update', moved), moved)) throw new Problem('forbidden', `${moved.type}.update_forbidden`, `Your roles do not let you move this ${moved.type} into that stage.`)
}

/** Refuses with 404 what may not be read and with 403 what may be read but not be done (ACC-9). */
export function demand(ctx: Ctx, operation: Operation, item: Judged): void {
  const rights = rightsOf(ctx.workspace, ctx.actor.userId)
  if (operation !== 'add' && operation !== 'import' && !may(rights, 'read', item)) throw notFound(item.type)
  if (!may(rights, operation, item)) throw new Problem('forbidden', `${item.type}.${operation}_forbidden`, `Your roles do not let you ${operation} this ${item.type}.`)
}

/** Refuses with 403 who lacks a flag in all of their roles (ACC-2). */
export function demandFlag(ctx: Ctx, flag: Flag): void {
  if (!rightsOf(ctx.workspace, ctx.actor.userId).flags[flag]) throw new Problem('forbidden', `access.${flag}_needed`, `This needs a role with the flag ${flag}.`)
}
