import * as z from 'zod'
import { demandFlag, explain, OPERATIONS, rightsOf, type Explanation } from '../access/index.ts'
import { notFound } from '../kernel/problem.ts'
import { knownType } from '../types/index.ts'
import { peopleOf, type Ctx } from '../workspace/index.ts'
import type { ItemRef } from './item.ts'
import { loadItem } from './repository.ts'
import { ItemParam } from './schema.ts'

export const ExplainQuery = z.strictObject({ userId: z.string().min(1).max(64).optional(), type: ItemParam.shape.type, id: ItemParam.shape.id, operation: z.enum(OPERATIONS).default('read') })
export type ExplainQuery = z.output<typeof ExplainQuery>

/** Why a user may or may not do something with an item (ACC-10). For oneself without any flag, for others with `settings`; the item must be readable to who asks. */
export async function explainAccess(ctx: Ctx, input: ExplainQuery): Promise<Explanation & { userId: string; operation: string; item: ItemRef }> {
  const userId = input.userId ?? ctx.actor.userId
  if (userId !== ctx.actor.userId) demandFlag(ctx, 'settings')
  knownType(ctx.workspace, input.type)
  const item = await loadItem(ctx, input)
  if (!peopleOf(ctx.workspace).users.has(userId)) throw notFound('user')
  return { userId, operation: input.operation, item: { type: item.type, id: item.id }, ...explain(rightsOf(ctx.workspace, userId), input.operation, item) }
}
