import type { PageQuery } from '../kernel/page.ts'
import { pageByName, peopleOf, type Ctx, type Department, type Page } from '../workspace/index.ts'
import { departmentView } from './views.ts'

/** The departments of the company by name, a page at a time (API-4); each names the one above it, so that a client can draw the tree (DIR-1). Everybody may (ACC-2). */
export async function listDepartments(ctx: Ctx, input: PageQuery): Promise<Page<Department>> {
  return pageByName(ctx, [...peopleOf(ctx.workspace).departments.values()].map(departmentView), 'departments', input)
}
