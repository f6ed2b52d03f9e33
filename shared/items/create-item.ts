import { knownType } from '../types/index.ts'
import type { Ctx } from '../workspace/index.ts'
import { draftItem, itemOfDraft, lookedUp, sketchItem, type Draft, type Sketch } from './draft-item.ts'
import { insertItem, nextNumber } from './repository.ts'
import { isDocument } from './rules.ts'
import { itemView } from './views.ts'

/** Makes an item of any type (ITM-2). Needs `add`, and `read` on what it is linked to. The caller is responsible unless they name somebody. */
export async function createItem(ctx: Ctx, { type: code, values }: { type: string; values: unknown }): Promise<Record<string, unknown>> {
  const type = knownType(ctx.workspace, code)
  const { draft, id } = await numbered(ctx, sketchItem(ctx, type, values))
  const item = itemOfDraft(draft, id)
  await insertItem(ctx, item, async (attempt) => {
    const { links, files } = attempt === 0 ? draft : await draftItem(ctx, type, values)
    return { otherEnds: links.otherEnds(item), beside: files.bindTo(item) }
  })
  return itemView(type, item)
}

/**
 * The number is taken while the links and files are looked up, so that making a linked item takes no longer; one that is refused for them leaves its number
 * out. Not so for quotes and invoices, which show it: who keeps the books asks after every gap.
 */
async function numbered(ctx: Ctx, sketch: Sketch): Promise<{ draft: Draft; id: number }> {
  if (isDocument(sketch.type)) return { draft: await lookedUp(ctx, sketch), id: await nextNumber(ctx.table, sketch.type.code) }
  const [draft, id] = await Promise.allSettled([lookedUp(ctx, sketch), nextNumber(ctx.table, sketch.type.code)])
  if (draft.status === 'rejected') throw draft.reason
  if (id.status === 'rejected') throw id.reason
  return { draft: draft.value, id: id.value }
}
