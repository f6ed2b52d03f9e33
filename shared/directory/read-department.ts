import { notFound } from '../kernel/problem.ts'
import { peopleOf, type Ctx, type Department } from '../workspace/index.ts'
import { departmentView } from './views.ts'

export async function readDepartment(ctx: Ctx, { id }: { id: string }): Promise<Department> {
  const department = peopleOf(ctx.workspace).departments.get(id)
  if (!department) throw notFound('department')
  return departmentView(department)
}
