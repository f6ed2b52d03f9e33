import { demandFlag } from '../access/index.ts'
import { changeWorkspace, peopleOf, type Ctx, type Department } from '../workspace/index.ts'
import { departmentsExist, usersExist } from './rules.ts'
import type { DepartmentInput } from './schema.ts'

/** Adds a department to the tree; several roots are allowed (ACC-3). Its head need not belong to it. Needs `settings`. */
export async function createDepartment(ctx: Ctx, { values }: { values: DepartmentInput }): Promise<Department> {
  demandFlag(ctx, 'settings')
  const people = peopleOf(ctx.workspace)
  if (values.parentId !== null) departmentsExist(people, [values.parentId], '/parentId')
  if (values.headId !== null) usersExist(people, [values.headId], '/headId')
  const department: Department = { ...values, id: ctx.newId('dep') }
  await changeWorkspace(ctx, [{ kind: 'DEPARTMENT', id: department.id, value: { ...department } }])
  return department
}
