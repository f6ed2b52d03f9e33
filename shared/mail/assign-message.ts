import { demandFlag } from '../access/index.ts'
import { readableItems, refKey } from '../items/index.ts'
import { Problem } from '../kernel/problem.ts'
import { tryUntilStored } from '../platform/retry.ts'
import type { Ctx } from '../workspace/index.ts'
import type { MailPorts } from './decide.ts'
import type { Message } from './message.ts'
import { viewFor } from './read-message.ts'
import { messageWrites } from './repository.ts'
import { routeWaiting } from './route-again.ts'
import { notStale } from './rules.ts'
import type { Assignment, MessageView } from './schema.ts'
import { distinctItems } from './trace.ts'
import { loadVisible } from './visible-message.ts'

const MOST_TRIES = 20

/** Adds a mail to items by hand, besides those it is on already; it waits no longer (SNS-6). Needs `settings`, and the items must be there for the caller. */
export async function assignMessage(ctx: Ctx & MailPorts, { id, values, ifMatch }: { id: string; values: Assignment; ifMatch?: number }): Promise<MessageView> {
  demandFlag(ctx, 'settings')
  const items = distinctItems(values.bindings)
  return tryUntilStored({ tries: MOST_TRIES, busy }, async () => {
    const { message } = await loadVisible(ctx, id)
    notStale(message, ifMatch)
    await itemsAreThere(ctx, values)
    const assigned = distinctItems([...message.assigned, ...items])
    if (assigned.length === message.assigned.length) return viewFor(ctx, await loadVisible(ctx, id))
    const after: Message = { ...message, version: message.version + 1, status: 'routed', reason: null, assigned, bindings: distinctItems([...message.bindings, ...items]), changedBy: ctx.actor.userId }
    await ctx.table.write(...messageWrites(message, after))
    if (message.threadId !== null) await routeWaiting(ctx, message.threadId)
    return viewFor(ctx, await loadVisible(ctx, id))
  })
}

function busy(): Problem {
  return new Problem('conflict', 'message.busy', 'Others are changing it at the same time. Try again.')
}

async function itemsAreThere(ctx: Ctx, { bindings }: Assignment): Promise<void> {
  const there = new Set((await readableItems(ctx, bindings)).map(refKey))
  const missing = bindings.flatMap((item, place) => (there.has(refKey(item)) ? [] : [{ pointer: `/bindings/${place}`, detail: 'There is no such item, or you may not see it.' }]))
  if (missing.length > 0) throw new Problem('invalid', 'message.item_unknown', 'It can be assigned only to items that are there.', missing)
}
