/**
 * Access by brute force, written from the rules alone: plain loops over the plain data of a company.
 * It shares no code with the product and is meant to be read beside the rules, not to be quick.
 */

export type ModelOperation = 'read' | 'add' | 'update' | 'delete' | 'export' | 'import'
export type ModelLevel = 'none' | 'own' | 'department' | 'subdepartments' | 'open' | 'all'

/** The six levels, each including those before it (ACC-3). */
export const LEVELS: readonly ModelLevel[] = ['none', 'own', 'department', 'subdepartments', 'open', 'all']

export interface ModelUser {
  id: string
  active: boolean
  departmentIds: string[]
}

export interface ModelDepartment {
  id: string
  parentId: string | null
  headId: string | null
}

export interface ModelGroup {
  id: string
  kind: 'user' | 'project'
  memberIds: string[]
}

export type ModelRow = Partial<Record<ModelOperation, ModelLevel>>

export interface ModelTypeRights extends ModelRow {
  stages?: Record<string, ModelRow>
  pipelines?: Record<string, ModelRow>
}

export type ModelBinding =
  | { kind: 'user'; id: string }
  | { kind: 'group'; id: string }
  | { kind: 'department'; id: string; scope: 'department' | 'subdepartments' | 'heads' }

export interface ModelRole {
  id: string
  flags: { settings: boolean; bulkMail: boolean; processes: boolean }
  types: Record<string, ModelTypeRights>
  bindings: ModelBinding[]
}

export interface ModelItem {
  type: string
  id: number
  responsibleId: string
  observerIds: string[]
  opened: boolean
  pipelineId: string | null
  stageId: string | null
  amount: number | null
  deleted: boolean
}

export interface ModelCompany {
  users: ModelUser[]
  departments: ModelDepartment[]
  groups: ModelGroup[]
  roles: ModelRole[]
  items: ModelItem[]
  observersNeedRole: boolean
}

/** The department and all above it, nearest first. */
export function upwards(company: ModelCompany, departmentId: string): string[] {
  const line: string[] = []
  let at: string | null = departmentId
  while (at !== null && !line.includes(at)) {
    line.push(at)
    at = company.departments.find((department) => department.id === at)?.parentId ?? null
  }
  return line
}

/** A department's members, its head included, for the binding of roles (ACC-1). */
function belongsTo(company: ModelCompany, userId: string, departmentId: string): boolean {
  const user = company.users.find((one) => one.id === userId)
  const department = company.departments.find((one) => one.id === departmentId)
  return (user !== undefined && user.departmentIds.includes(departmentId)) || department?.headId === userId
}

function isBound(company: ModelCompany, userId: string, binding: ModelBinding): boolean {
  if (binding.kind === 'user') return binding.id === userId
  if (binding.kind === 'group') {
    return company.groups.some((group) => group.id === binding.id && group.memberIds.includes(userId))
  }
  if (binding.scope === 'heads') {
    return company.departments.some((department) => department.id === binding.id && department.headId === userId)
  }
  if (binding.scope === 'department') return belongsTo(company, userId, binding.id)
  for (const department of company.departments) {
    if (upwards(company, department.id).includes(binding.id) && belongsTo(company, userId, department.id)) return true
  }
  return false
}

/** The roles that a person has; someone deactivated has none (DIR-3). */
export function rolesModel(company: ModelCompany, userId: string): ModelRole[] {
  const user = company.users.find((one) => one.id === userId)
  if (user === undefined || !user.active) return []
  return company.roles.filter((role) => role.bindings.some((binding) => isBound(company, userId, binding)))
}

/** What one role says: the stage's row, else the pipeline's, else the type's (ACC-4); left out is none (ACC-2). */
function levelOfRole(role: ModelRole, operation: ModelOperation, at: Place): ModelLevel {
  const rights = role.types[at.type]
  if (rights === undefined) return 'none'
  const stage = at.stageId === null ? undefined : rights.stages?.[at.stageId]?.[operation]
  const pipeline = at.pipelineId === null ? undefined : rights.pipelines?.[at.pipelineId]?.[operation]
  return stage ?? pipeline ?? rights[operation] ?? 'none'
}

export type Place = Pick<ModelItem, 'type' | 'pipelineId' | 'stageId'>

/** The highest level over all of a person's roles (ACC-5). */
export function levelModel(company: ModelCompany, userId: string, operation: ModelOperation, at: Place): ModelLevel {
  let highest = 0
  for (const role of rolesModel(company, userId)) {
    highest = Math.max(highest, LEVELS.indexOf(levelOfRole(role, operation, at)))
  }
  return LEVELS[highest] ?? 'none'
}

/** Whether a level reaches an item (ACC-3). */
export function reachesModel(company: ModelCompany, userId: string, level: ModelLevel, item: ModelItem): boolean {
  const rank = LEVELS.indexOf(level)
  if (rank >= LEVELS.indexOf('all')) return true
  if (rank >= LEVELS.indexOf('open') && item.opened) return true
  if (rank >= LEVELS.indexOf('own') && item.responsibleId === userId) return true
  const owner = company.users.find((one) => one.id === item.responsibleId)
  for (const departmentId of owner?.departmentIds ?? []) {
    if (rank >= LEVELS.indexOf('department') && belongsTo(company, userId, departmentId)) return true
    for (const above of upwards(company, departmentId)) {
      if (rank >= LEVELS.indexOf('subdepartments') && belongsTo(company, userId, above)) return true
    }
  }
  return false
}

/** Reading as an observer: whatever the roles say, or with a role of at least `own` (ACC-7); quotes have none (OBS-1). */
function readsAsObserver(company: ModelCompany, userId: string, item: ModelItem): boolean {
  if (item.type === 'quote' || !item.observerIds.includes(userId)) return false
  if (!company.users.some((user) => user.id === userId && user.active)) return false
  return !company.observersNeedRole || levelModel(company, userId, 'read', item) !== 'none'
}

/** Whether a person may do it with an item as it is stored; for `add`, as it would be stored (ACC-3, ACC-9). */
export function mayModel(company: ModelCompany, userId: string, operation: ModelOperation, item: ModelItem): boolean {
  const byRole = reachesModel(company, userId, levelModel(company, userId, operation, item), item)
  if (operation === 'add' || operation === 'import') return byRole
  if (item.deleted) return false
  const mayRead =
    reachesModel(company, userId, levelModel(company, userId, 'read', item), item) || readsAsObserver(company, userId, item)
  return operation === 'read' ? mayRead : mayRead && byRole
}

/** Whether a person may move an item to another stage: `update` where it is and where it goes (ACC-4). */
export function mayMoveModel(company: ModelCompany, userId: string, item: ModelItem, to: Pick<Place, 'pipelineId' | 'stageId'>): boolean {
  if (!mayModel(company, userId, 'update', item)) return false
  return reachesModel(company, userId, levelModel(company, userId, 'update', { ...item, ...to }), item)
}

/** Whether a person may end someone's observing: with `update`, or their own (OBS-2); the item must be readable (ACC-9). */
export function mayStopObservingModel(company: ModelCompany, userId: string, observerId: string, item: ModelItem): boolean {
  return mayModel(company, userId, 'update', item) || (observerId === userId && mayModel(company, userId, 'read', item))
}

/** A filter as far as the model needs one. */
export interface ModelFilter {
  stageIds?: string[]
  responsibleId?: string
  opened?: boolean
  amountFrom?: number
  amountBelow?: number
}

function passes(item: ModelItem, filter: ModelFilter): boolean {
  if (filter.stageIds !== undefined && (item.stageId === null || !filter.stageIds.includes(item.stageId))) return false
  if (filter.responsibleId !== undefined && item.responsibleId !== filter.responsibleId) return false
  if (filter.opened !== undefined && item.opened !== filter.opened) return false
  if (filter.amountFrom !== undefined && (item.amount === null || item.amount < filter.amountFrom)) return false
  return filter.amountBelow === undefined || (item.amount !== null && item.amount < filter.amountBelow)
}

/** The ids of exactly what a person may read of a type, newest first (ITM-7). */
export function listModel(company: ModelCompany, userId: string, type: string, filter: ModelFilter = {}): number[] {
  const ids: number[] = []
  for (const item of company.items) {
    if (item.type === type && passes(item, filter) && mayModel(company, userId, 'read', item)) ids.push(item.id)
  }
  return ids.toSorted((one, other) => other - one)
}

/** The item under a new responsible person, who is then no observer any more (OBS-4). */
export function withResponsibleModel(item: ModelItem, responsibleId: string): ModelItem {
  return { ...item, responsibleId, observerIds: item.observerIds.filter((id) => id !== responsibleId) }
}

/** Whether a person has a flag through any role. */
export function flagModel(company: ModelCompany, userId: string, flag: 'settings' | 'bulkMail' | 'processes'): boolean {
  return rolesModel(company, userId).some((role) => role.flags[flag])
}

/** Whether anyone active has `settings` (ACC-12). */
export function administeredModel(company: ModelCompany): boolean {
  return company.users.some((user) => flagModel(company, user.id, 'settings'))
}
