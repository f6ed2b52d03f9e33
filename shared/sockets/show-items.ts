import * as z from 'zod'
import type { Ctx } from '../workspace/index.ts'
import { onScreenKey } from './keys.ts'
import { socketFields, type Socket } from './socket.ts'

const MOST_ITEMS_ON_SCREEN = 200
/** A connection lives two hours at most; a row that nobody removed goes after it. */
const KEPT_SECONDS = 3 * 60 * 60

export const ItemsOnScreen = z.strictObject({ type: z.string().regex(/^[a-z][a-z0-9_]{0,39}$/), ids: z.array(z.int().min(1)).max(MOST_ITEMS_ON_SCREEN) })

/**
 * Says which items of a type a connection shows, in place of what it said before: it hears of their changes as long as its user may read them.
 * Whether they exist and may be read is decided at each change, so the answer tells nothing.
 */
export async function showItems(ctx: Ctx & { socket: Socket }, { values }: { values: z.output<typeof ItemsOnScreen> }): Promise<Record<string, never>> {
  const key = onScreenKey(values.type, ctx.socket.userId, ctx.socket.connectionId)
  const expiresAt = Math.floor(ctx.now().getTime() / 1000) + KEPT_SECONDS
  await ctx.table.write(values.ids.length === 0 ? { delete: key } : { put: { ...key, kind: 'onScreen', ids: [...new Set(values.ids)], ...socketFields(ctx.socket), expiresAt } })
  return {}
}
