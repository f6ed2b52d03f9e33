import { pageByName, peopleOf, type Ctx, type Group, type Page } from '../workspace/index.ts'
import type { GroupQuery } from './schema.ts'
import { groupView } from './views.ts'

/** User groups, project groups or, without `kind`, both, by name and a page at a time (API-4), each with its members (DIR-1). Everybody may (ACC-2). */
export async function listGroups(ctx: Ctx, input: GroupQuery): Promise<Page<Group>> {
  const groups = [...peopleOf(ctx.workspace).groups.values()].filter((group) => input.kind === undefined || group.kind === input.kind)
  return pageByName(ctx, groups.map(groupView), `groups ${input.kind ?? ''}`, input)
}
