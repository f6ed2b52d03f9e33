import { createItem } from '../../shared/items/index.ts'
import { counterKey } from '../../shared/items/keys.ts'
import { inParts } from '../../shared/kernel/in-parts.ts'
import type { Table, Write } from '../../shared/platform/table.ts'
import { workspaceWith, type Ctx, type User } from '../../shared/workspace/index.ts'

const WRITES_AT_ONCE = 100

/**
 * Makes many items quickly in an empty company, by the use case itself: only the numbers are counted here, and many share a transaction.
 * The responsible person may be somebody who has left since.
 */
export async function createMany(ctx: Ctx, drafts: readonly { readonly type: string; readonly values: object }[]): Promise<void> {
  const writes: Write[] = []
  const counts = new Map<string, number>()
  const table: Table = {
    ...ctx.table,
    async write(...some) {
      writes.push(...some)
    },
    async increment({ pk }) {
      const next = (counts.get(pk) ?? 0) + 1
      counts.set(pk, next)
      return next
    },
  }
  const everybodyActive = workspaceWith(ctx.workspace, ctx.workspace.entries<User>('USER').map((user) => ({ kind: 'USER', id: user.id, value: { ...user, active: true } })))
  for (const { type, values } of drafts) await createItem({ ...ctx, workspace: everybodyActive, table }, { type, values })
  for (const part of inParts(writes, WRITES_AT_ONCE)) await ctx.table.write(...part)
  for (const type of new Set(drafts.map((draft) => draft.type))) await ctx.table.increment(counterKey(type), 'last', drafts.filter((draft) => draft.type === type).length)
}
