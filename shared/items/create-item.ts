import { knownType } from '../types/index.ts'
import type { Ctx } from '../workspace/index.ts'
import { draftItem, itemOfDraft } from './draft-item.ts'
import { insertItem, nextNumber } from './repository.ts'
import { itemView } from './views.ts'

/** Makes an item of any type (ITM-2). Needs `add`, and `read` on what it is linked to. The caller is responsible unless they name somebody. */
export async function createItem(ctx: Ctx, { type: code, values }: { type: string; values: unknown }): Promise<Record<string, unknown>> {
  const type = knownType(ctx.workspace, code)
  const draft = await draftItem(ctx, type, values)
  const item = itemOfDraft(draft, await nextNumber(ctx.table, code))
  await insertItem(ctx, item, async (attempt) => (attempt === 0 ? draft : await draftItem(ctx, type, values)).links.otherEnds(item))
  return itemView(type, item)
}
