import { peopleOf, type Ctx, type Department, type Page } from '../workspace/index.ts'
import { pageByName } from './page.ts'
import { departmentView } from './views.ts'

export async function listDepartments(ctx: Ctx, input: { limit: number; cursor?: string | undefined }): Promise<Page<Department>> {
  return pageByName(ctx, [...peopleOf(ctx.workspace).departments.values()].map(departmentView), 'departments', input)
}
