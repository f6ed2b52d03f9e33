import { demand } from '../access/index.ts'
import { parse } from '../kernel/parse.ts'
import { knownType } from '../types/index.ts'
import type { Ctx } from '../workspace/index.ts'
import type { Item } from './item.ts'
import { insertItem, nextNumber } from './repository.ts'
import { chooseObservers, chooseStage, responsibleCanBe, titleFor, valuesAfter } from './rules.ts'
import { itemInputOf } from './schema.ts'
import { itemView } from './views.ts'

/** Makes an item of any type (ITM-2). Needs `add`, judged on the item as it would be stored (ACC-3). The caller is responsible unless they name somebody. */
export async function createItem(ctx: Ctx, { type: code, values: given }: { type: string; values: unknown }): Promise<Record<string, unknown>> {
  const type = knownType(ctx.workspace, code)
  const input = parse(itemInputOf(type), given, 'body')
  const responsibleId = input.responsibleId ?? ctx.actor.userId
  responsibleCanBe(ctx.workspace, responsibleId)
  const at = ctx.now().toISOString()
  const draft: Omit<Item, 'id' | 'title' | 'titleGiven'> = {
    type: code,
    responsibleId,
    observerIds: chooseObservers(ctx.workspace, input.observerIds ?? [], responsibleId),
    opened: input.opened ?? true,
    chatMemberIds: [],
    ...chooseStage(type, input),
    ...(type.pipelines.length > 0 ? { stageSince: at } : {}),
    values: valuesAfter(type, {}, input),
    createdAt: at,
    createdBy: ctx.actor.userId,
    updatedAt: at,
    updatedBy: ctx.actor.userId,
    version: 1,
  }
  demand(ctx, 'add', { ...draft, observerIds: [] })
  const id = await nextNumber(ctx.table, code)
  const item: Item = { ...draft, id, ...titleFor(type, id, input.title, draft.values) }
  await insertItem(ctx, item)
  return itemView(type, item)
}
