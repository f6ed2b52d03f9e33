import { knownType } from '../types/index.ts'
import type { Ctx } from '../workspace/index.ts'
import type { ItemRef } from './item.ts'
import { loadItem } from './repository.ts'
import { itemAnswer } from './visible-links.ts'

/** One item, exactly as it stands; 404 for one that the caller may not read (ACC-9). */
export async function readItem(ctx: Ctx, ref: ItemRef): Promise<Record<string, unknown>> {
  const type = knownType(ctx.workspace, ref.type)
  return itemAnswer(ctx, type, await loadItem(ctx, ref))
}
