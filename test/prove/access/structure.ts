import { bindRole, deleteRole, updateRole } from '../../../shared/access/index.ts'
import { updateDepartment, updateGroup, updateUser } from '../../../shared/directory/index.ts'
import { restampItems } from '../../../shared/items/index.ts'
import { rolePorts } from '../../../shared/types/index.ts'
import { changeWorkspace, type Ctx } from '../../../shared/workspace/index.ts'
import { ROOT } from './generate.ts'
import { Disagreement, outcomeOf } from './lanes.ts'
import { upwards, type ModelCompany } from './model.ts'
import { fitted, type Change } from './steps.ts'
import { observersNeedRole, type World } from './world.ts'

/** Makes a change of structure or roles in both companies. Gives 1, or 0 when there is nothing there to change. */
export async function makeChange(world: World, planned: Change): Promise<number> {
  const change = fitted(world.model, planned)
  if (!change) return 0
  const expected = change.do === 'hang' && change.parentId !== null && upwards(world.model, change.parentId).includes(change.department) ? 400 : 200
  const got = await outcomeOf(world.as(ROOT, (ctx) => changeProduct(ctx, change)))
  if (change.do === 'restamp') world.wait(change.minutes)
  if (got !== expected) throw new Disagreement(`${JSON.stringify(change)}: expected ${expected}, got ${got}`)
  if (got === 200) changeModel(world.model, change)
  return 1
}

async function changeProduct(ctx: Ctx, change: Change): Promise<unknown> {
  switch (change.do) {
    case 'move':
      return updateUser(ctx, { id: change.user, values: { departmentIds: change.departmentIds } })
    case 'activate':
      return updateUser(ctx, { id: change.user, values: { active: change.active } })
    case 'head':
      return updateDepartment(ctx, { id: change.department, values: { headId: change.headId } })
    case 'hang':
      return updateDepartment(ctx, { id: change.department, values: { parentId: change.parentId } })
    case 'fill':
      return updateGroup(ctx, { id: change.group, values: { memberIds: change.memberIds } })
    case 'bind':
      return bindRole(ctx, { id: change.role, values: { bindings: change.bindings } })
    case 'matrix':
      return updateRole({ ...ctx, ...rolePorts }, { id: change.role, values: { types: change.types } })
    case 'drop':
      return deleteRole(ctx, { id: change.role })
    case 'needRole':
      return changeWorkspace(ctx, [observersNeedRole(change.value)])
    case 'restamp':
      return restampItems(ctx)
  }
}

function changeModel(model: ModelCompany, change: Change): void {
  for (const user of model.users) {
    if (change.do === 'move' && user.id === change.user) user.departmentIds = change.departmentIds
    if (change.do === 'activate' && user.id === change.user) user.active = change.active
  }
  for (const department of model.departments) {
    if (change.do === 'head' && department.id === change.department) department.headId = change.headId
    if (change.do === 'hang' && department.id === change.department) department.parentId = change.parentId
  }
  for (const group of model.groups) {
    if (change.do === 'fill' && group.id === change.group) group.memberIds = change.memberIds
  }
  for (const role of model.roles) {
    if (change.do === 'bind' && role.id === change.role) role.bindings = change.bindings
    if (change.do === 'matrix' && role.id === change.role) role.types = change.types
  }
  if (change.do === 'drop') model.roles = model.roles.filter(({ id }) => id !== change.role)
  if (change.do === 'needRole') model.observersNeedRole = change.value
}
