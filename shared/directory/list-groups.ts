import { peopleOf, type Ctx, type Group, type Page } from '../workspace/index.ts'
import { pageByName } from './page.ts'
import { groupView } from './views.ts'

export async function listGroups(ctx: Ctx, input: { limit: number; cursor?: string | undefined; kind?: Group['kind'] | undefined }): Promise<Page<Group>> {
  const groups = [...peopleOf(ctx.workspace).groups.values()].filter((group) => input.kind === undefined || group.kind === input.kind)
  return pageByName(ctx, groups.map(groupView), `groups ${input.kind ?? ''}`, input)
}
