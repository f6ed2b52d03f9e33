import { withinAnswer } from '../kernel/answer-budget.ts'
import { openCursor, sealCursor } from '../kernel/cursor.ts'
import { signingKeyOf, type Ctx } from '../workspace/index.ts'
import type { PageQuery } from './type-schema.ts'

export interface Page<T> {
  readonly items: readonly T[]
  readonly nextCursor: string | null
}

/** A page of what a company has set up, in its own order (API-4); it ends early where an answer would become too large. It is all in memory: the cursor names the last one given, and where that is gone meanwhile the list begins again. */
export function pageInOrder<T>(ctx: Ctx, all: readonly T[], nameOf: (one: T) => string, list: string, { limit, cursor }: PageQuery): Page<T> {
  const purpose = `${ctx.actor.userId} ${list}`
  const after = cursor === undefined ? undefined : openCursor(signingKeyOf(ctx.workspace), purpose, cursor)
  const start = after === undefined ? 0 : all.findIndex((one) => nameOf(one) === after) + 1
  const items = withinAnswer(all.slice(start, start + limit))
  const last = items.at(-1)
  return { items, nextCursor: last !== undefined && start + items.length < all.length ? sealCursor(signingKeyOf(ctx.workspace), purpose, nameOf(last)) : null }
}
