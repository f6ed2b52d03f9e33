import { notFound } from '../kernel/problem.ts'
import { peopleOf, type Ctx, type Department } from '../workspace/index.ts'
import { departmentView } from './views.ts'

/** One department, with the one above it and its head. Everybody may (ACC-2). Throws 404 where there is none. */
export async function readDepartment(ctx: Ctx, { id }: { id: string }): Promise<Department> {
  const department = peopleOf(ctx.workspace).departments.get(id)
  if (!department) throw notFound('department')
  return departmentView(department)
}
