import { rightsOf } from '../access/index.ts'
import { existingItems, readableItems, refKey, type ItemRef } from '../items/index.ts'
import { notFound } from '../kernel/problem.ts'
import type { Ctx } from '../workspace/index.ts'
import type { Message } from './message.ts'
import { loadMessage } from './repository.ts'
import { distinctItems } from './trace.ts'

export interface VisibleMessage {
  readonly message: Message
  /** Tells which of the items that the message names the actor may read. */
  readonly isReadable: (item: ItemRef) => boolean
  /** May see how the mail was routed, and work on it. */
  readonly withSettings: boolean
}

/**
 * A stored mail, for those who may read it: readers of any item it is bound to; while it is bound to none that is still there, those with the
 * flag `settings`. For all others it does not exist (ACC-8, ACC-9).
 */
export async function loadVisible(ctx: Ctx, id: string): Promise<VisibleMessage> {
  const message = await loadMessage(ctx.table, id)
  if (!message) throw notFound('message')
  const withSettings = rightsOf(ctx.workspace, ctx.actor.userId).flags.settings
  const named = distinctItems([...message.bindings, ...(withSettings ? message.trace.flatMap(({ matched }) => matched) : [])])
  const readable = new Set((await readableItems(ctx, named)).map(refKey))
  const isReadable = (item: ItemRef): boolean => readable.has(refKey(item))
  if (!message.bindings.some(isReadable) && !(withSettings && (await isUnbound(ctx, message)))) throw notFound('message')
  return { message, isReadable, withSettings }
}

async function isUnbound(ctx: Ctx, { bindings }: Message): Promise<boolean> {
  return bindings.length === 0 || (await existingItems(ctx.table, bindings)).length === 0
}
