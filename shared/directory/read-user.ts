import { notFound } from '../kernel/problem.ts'
import { peopleOf, restampKey, type Ctx } from '../workspace/index.ts'
import { userView } from './views.ts'

/** How far the background work after somebody's move has come. Rights and lists are right all the while; only the price of lists of departments is not yet what it will be. */
export interface Restamping {
  /** Items brought up to date so far. */
  readonly stamped: number
  /** Since when a pass over all items has found nothing more to do; the work ends 15 minutes after. */
  readonly cleanSince: string | null
}

/** One person; while their items are being stamped anew after a move, with its progress (DIR-4). */
export async function readUser(ctx: Ctx, { id }: { id: string }): Promise<ReturnType<typeof userView> & { restamping?: Restamping }> {
  const user = peopleOf(ctx.workspace).users.get(id)
  if (!user) throw notFound('user')
  if (user.restamping !== true) return userView(user)
  const row = await ctx.table.get(restampKey(id))
  return { ...userView(user), restamping: { stamped: Number(row?.['stamped'] ?? 0), cleanSince: typeof row?.['cleanSince'] === 'string' ? row['cleanSince'] : null } }
}
