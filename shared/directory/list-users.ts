import { peopleOf, type Ctx, type Page } from '../workspace/index.ts'
import { pageByName } from './page.ts'
import { userView } from './views.ts'

/** Everybody may read the directory (ACC-2). `active=true` gives those who can be made responsible (DIR-3). */
export async function listUsers(ctx: Ctx, input: { limit: number; cursor?: string | undefined; active?: 'true' | 'false' | undefined }): Promise<Page<ReturnType<typeof userView>>> {
  const users = [...peopleOf(ctx.workspace).users.values()].filter((user) => input.active === undefined || user.active === (input.active === 'true'))
  return pageByName(ctx, users.map(userView), `users ${input.active ?? ''}`, input)
}
