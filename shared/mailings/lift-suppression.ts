import { demandFlag } from '../access/index.ts'
import { comparableEmail } from '../kernel/email.ts'
import { notFound } from '../kernel/problem.ts'
import { ConditionFailed } from '../platform/table.ts'
import type { Ctx } from '../workspace/index.ts'
import { suppressionKey } from './keys.ts'

/** Lets an address have mailings again: it was mended, or its owner asked for them. Needs `settings`. */
export async function liftSuppression(ctx: Ctx, { address }: { address: string }): Promise<void> {
  demandFlag(ctx, 'settings')
  const key = suppressionKey(comparableEmail(address))
  // Looked at first, so that it is not there also where the effect is held back until it is stored with its key.
  if (!(await ctx.table.get(key, { consistent: true }))) throw notFound('suppression')
  try {
    await ctx.table.write({ delete: key, if: { exists: true } })
  } catch (error) {
    throw error instanceof ConditionFailed ? notFound('suppression') : error
  }
}
