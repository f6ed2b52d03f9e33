import { administratorStays, demandFlag } from '../access/index.ts'
import { withoutUndefined } from '../kernel/json.ts'
import { notFound } from '../kernel/problem.ts'
import { changeWorkspace, peopleOf, type Ctx, type Department, type EntryChange } from '../workspace/index.ts'
import { departmentHasNoCycle, departmentsExist, usersExist } from './rules.ts'
import type { DepartmentPatch } from './schema.ts'
import { departmentView } from './views.ts'

/** Renames a department, moves it in the tree or gives it another head; access follows at once (DIR-4). Needs `settings`. */
export async function updateDepartment(ctx: Ctx, { id, values }: { id: string; values: DepartmentPatch }): Promise<Department> {
  demandFlag(ctx, 'settings')
  const people = peopleOf(ctx.workspace)
  const before = people.departments.get(id)
  if (!before) throw notFound('department')
  const department: Department = { ...before, ...withoutUndefined(values) }
  if (department.parentId !== null) departmentsExist(people, [department.parentId], '/parentId')
  if (department.headId !== null) usersExist(people, [department.headId], '/headId')
  departmentHasNoCycle(people, id, department.parentId)
  const change: EntryChange = { kind: 'DEPARTMENT', id, value: { ...department } }
  administratorStays(ctx, [change])
  await changeWorkspace(ctx, [change])
  return departmentView(department)
}
