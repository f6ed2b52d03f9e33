import { may, rightsOf } from '../access/index.ts'
import { notFound, Problem } from '../kernel/problem.ts'
import { waitBeforeTry } from '../platform/retry.ts'
import { ConditionFailed, type Table, type Write } from '../platform/table.ts'
import type { Ctx, Workspace } from '../workspace/index.ts'
import { addressWrites } from './addresses.ts'
import { itemOfRow, rowOfItem, type Item, type ItemRef } from './item.ts'
import { addressPartition, chatMemberKey, counterKey, itemKey, observedKey } from './keys.ts'
import { placingOf } from './placing.ts'
import { judged } from './rules.ts'

/** The next number of a type. Numbers of creations that fail are not given again. */
export async function nextNumber(table: Table, type: string): Promise<number> {
  return table.increment(counterKey(type), 'last', 1)
}

/** An item as it stands, unless it is deleted or the actor may not read it: then 404 (ACC-9). */
export async function loadItem(ctx: Ctx, ref: ItemRef): Promise<Item> {
  const row = await ctx.table.get(itemKey(ref.type, ref.id), { consistent: true })
  const item = row && itemOfRow(row)
  if (!item || item.deletedAt !== undefined || !may(rightsOf(ctx.workspace, ctx.actor.userId), 'read', judged(item))) throw notFound(ref.type)
  return item
}

/** The items that exist and are not deleted, whoever asks; in the order of the references. */
export async function existingItems(table: Table, refs: readonly ItemRef[]): Promise<Item[]> {
  const rows = await table.getMany(refs.map(({ type, id }) => itemKey(type, id)), { consistent: true })
  const items = new Map(rows.map((row) => [row.pk, itemOfRow(row)]))
  return refs.flatMap(({ type, id }) => items.get(itemKey(type, id).pk) ?? []).filter((item) => item.deletedAt === undefined)
}

/** Those of them that the actor may read. */
export async function readableItems(ctx: Ctx, refs: readonly ItemRef[]): Promise<Item[]> {
  const rights = rightsOf(ctx.workspace, ctx.actor.userId)
  return (await existingItems(ctx.table, refs)).filter((item) => may(rights, 'read', judged(item)))
}

const MOST_HOLDERS_OF_AN_ADDRESS = 1000

/** The items that hold each of these addresses, given in the form in which addresses are compared. */
export async function findHolders(table: Table, kind: 'email' | 'phone', values: readonly string[]): Promise<ReadonlyMap<string, readonly ItemRef[]>> {
  const distinct = [...new Set(values)]
  const found = await Promise.all(distinct.map((value) => table.query({ partition: addressPartition(kind, value), limit: MOST_HOLDERS_OF_AN_ADDRESS })))
  return new Map(distinct.map((value, place) => [value, (found[place]?.rows ?? []).map(({ sk }) => ({ type: sk.split('#')[0] ?? '', id: Number(sk.split('#')[1]) }))]))
}

/** Stores a new item with its address and observer rows. */
export async function insertItem(ctx: Ctx, item: Item): Promise<void> {
  await ctx.table.write({ put: rowOf(ctx, item), if: { absent: true } }, ...(await sideWrites(undefined, item)))
}

/** Stores the next version of an item, provided that `before` is still what stands, together with `further` writes. Throws `ConditionFailed` otherwise. */
export async function replaceItem(ctx: Ctx, before: Item, after: Item, further: readonly Write[] = []): Promise<void> {
  await ctx.table.write({ put: rowOf(ctx, after), if: { equals: { version: before.version } } }, ...(await sideWrites(before, after)), ...further)
}

const MOST_TRIES = 50

/**
 * Runs a change on the item as it stands, again when somebody else was faster (ITM-6). With `ifMatch` it is not tried again: the caller
 * has to see what the other did. `change` gives undefined when nothing is to be stored.
 */
export async function changeItem(ctx: Ctx, ref: ItemRef, change: (before: Item) => Item | undefined): Promise<Item> {
  for (let attempt = 0; attempt < MOST_TRIES; attempt += 1) {
    const before = await loadItem(ctx, ref)
    const after = change(before)
    if (!after) return before
    try {
      await replaceItem(ctx, before, after)
      return after
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error
      await waitBeforeTry(attempt)
    }
  }
  throw new Problem('conflict', 'item.busy', 'Too many others are changing it at the same time. Try again.')
}

function rowOf(ctx: { workspace: Workspace; actor: Ctx['actor'] }, item: Item): ReturnType<typeof rowOfItem> {
  const { via, causeId } = ctx.actor
  return rowOfItem(item, placingOf(ctx.workspace, item), { changedVia: via, ...(causeId === undefined ? {} : { causeId }) })
}

function chatWrites(before: Item | undefined, after: Item | undefined): Write[] {
  const chatId = after?.chatId ?? before?.chatId
  if (chatId === undefined) return []
  const old = before?.chatMemberIds ?? []
  const now = after?.chatMemberIds ?? []
  const item = after ?? before
  return [
    ...now.filter((id) => !old.includes(id)).map((id): Write => ({ put: { ...chatMemberKey(id, chatId), kind: 'chatMember', chatId, itemType: item?.type, itemId: item?.id } })),
    ...old.filter((id) => !now.includes(id)).map((id): Write => ({ delete: chatMemberKey(id, chatId) })),
  ]
}

/** Address and observer rows of one state of an item to the next; a deleted item has none. */
async function sideWrites(before: Item | undefined, after: Item): Promise<Write[]> {
  const shown = (item: Item | undefined): Item | undefined => (item?.deletedAt === undefined ? item : undefined)
  const old = shown(before)?.observerIds ?? []
  const now = shown(after)?.observerIds ?? []
  return [
    ...(await addressWrites(shown(before), shown(after))),
    ...now.filter((id) => !old.includes(id)).map((id): Write => ({ put: { ...observedKey(id, after.type, after.id), kind: 'observed', n: after.id } })),
    ...old.filter((id) => !now.includes(id)).map((id): Write => ({ delete: observedKey(id, after.type, after.id) })),
    ...chatWrites(shown(before), shown(after)),
  ]
}
