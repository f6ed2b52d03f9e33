import { may, rightsOf } from '../access/index.ts'
import { notFound, Problem } from '../kernel/problem.ts'
import { tryUntilStored } from '../platform/retry.ts'
import { ConditionFailed, type Table, type Write } from '../platform/table.ts'
import { typesOf } from '../types/index.ts'
import type { Ctx } from '../workspace/index.ts'
import { addressWrites } from './addresses.ts'
import { itemOfRow, rowOfItem, type Changed, type Item, type ItemRef } from './item.ts'
import { addressPartition, chatMemberKey, counterKey, itemKey, observedKey } from './keys.ts'
import { linkWrites } from './link-rows.ts'
import { placingOf } from './placing.ts'
import { fitsIntoARow, fitsIntoATransaction } from './row-size.ts'

/** The next number of a type. Numbers of creations that fail are not given again. */
export async function nextNumber(table: Table, type: string): Promise<number> {
  return table.increment(counterKey(type), 'last', 1)
}

/** An item as it stands, unless it is deleted or the actor may not read it: then 404 (ACC-9). */
export async function loadItem(ctx: Ctx, ref: ItemRef): Promise<Item> {
  const row = await ctx.table.get(itemKey(ref.type, ref.id), { consistent: true })
  const item = row && itemOfRow(row)
  if (!item || item.deletedAt !== undefined || !may(rightsOf(ctx.workspace, ctx.actor.userId), 'read', item)) throw notFound(ref.type)
  return item
}

/** The items that exist and are not deleted, whoever asks; in the order of the references. */
export async function existingItems(table: Table, refs: readonly ItemRef[]): Promise<Item[]> {
  return (await storedItems(table, refs)).filter((item) => item.deletedAt === undefined)
}

/** The same with those in the recycle bin. */
export async function storedItems(table: Table, refs: readonly ItemRef[]): Promise<Item[]> {
  const rows = await table.getMany(refs.map(({ type, id }) => itemKey(type, id)), { consistent: true })
  const items = new Map(rows.map((row) => [row.pk, itemOfRow(row)]))
  return refs.flatMap(({ type, id }) => items.get(itemKey(type, id).pk) ?? [])
}

/** Those of them that the actor may read. */
export async function readableItems(ctx: Ctx, refs: readonly ItemRef[]): Promise<Item[]> {
  const rights = rightsOf(ctx.workspace, ctx.actor.userId)
  return (await existingItems(ctx.table, refs)).filter((item) => may(rights, 'read', item))
}

const MOST_HOLDERS_OF_AN_ADDRESS = 1000

/** The items that hold each of these addresses, given in the form in which addresses are compared. */
export async function findHolders(table: Table, kind: 'email' | 'phone', values: readonly string[]): Promise<ReadonlyMap<string, readonly ItemRef[]>> {
  const distinct = [...new Set(values)]
  const found = await Promise.all(distinct.map((value) => table.query({ partition: addressPartition(kind, value), limit: MOST_HOLDERS_OF_AN_ADDRESS })))
  return new Map(distinct.map((value, place) => [value, (found[place]?.rows ?? []).map(({ sk }) => ({ type: sk.split('#')[0] ?? '', id: Number(sk.split('#')[1]) }))]))
}

/** The writes of a new item with its address, observer and link rows. */
export async function insertWrites(ctx: Ctx, item: Item): Promise<Write[]> {
  return [{ put: rowOf(ctx, item), if: { absent: true } }, ...(await sideWrites(ctx, undefined, item))]
}

/** The writes of the next version of an item, which hold only while `before` is what stands. */
export async function replaceWrites(ctx: Ctx, { before, after }: Changed): Promise<Write[]> {
  return [{ put: rowOf(ctx, after), if: { equals: { version: before.version } } }, ...(await sideWrites(ctx, before, after))]
}

const MOST_TRIES = 50

/** What is stored with an item: what changes at the other ends of its links, and writes of other domains, such as files that are bound to it. */
export interface Together {
  readonly otherEnds: readonly Changed[]
  readonly beside?: readonly Write[]
}

/**
 * Stores a new item and what changes with it. `together` is asked anew when some of that has been changed meanwhile.
 * A call that was sent twice because its answer was lost finds its own item there: that is no conflict.
 */
export async function insertItem(ctx: Ctx, item: Item, together: (attempt: number) => Promise<Together>): Promise<void> {
  await untilNobodyInterferes(async (attempt) => {
    const { otherEnds, beside = [] } = await together(attempt)
    const further = (await Promise.all(otherEnds.map((other) => replaceWrites(ctx, other)))).flat()
    try {
      await ctx.table.write(...fitsIntoATransaction([...(await insertWrites(ctx, item)), ...further, ...beside]))
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error
      if (await isMade(ctx, item)) return
      if (error.failed.includes(0)) throw new Error(`The number of ${item.type} ${item.id} was given before.`, { cause: error })
      throw error
    }
  })
}

/** What a change stores: the item's next version, and what goes with it. */
export interface Change extends Together {
  readonly item: Item
}

/**
 * Runs a change on the item as it stands, again when somebody else was faster (ITM-6). With `ifMatch` the second try is refused by the change itself: the
 * caller has to see what the other did. `change` gives undefined when nothing is to be stored.
 */
export async function changeItem(ctx: Ctx, ref: ItemRef, change: (before: Item) => Item | Change | undefined | Promise<Item | Change | undefined>): Promise<Item> {
  return changeLoaded(ctx, () => loadItem(ctx, ref), change)
}

/** The same for an item that is found in another way, such as in the recycle bin. */
export async function changeLoaded(ctx: Ctx, load: () => Promise<Item>, change: (before: Item) => Item | Change | undefined | Promise<Item | Change | undefined>): Promise<Item> {
  return untilNobodyInterferes(async () => {
    const before = await load()
    const made = await change(before)
    if (!made) return before
    const { item: after, otherEnds, beside = [] } = 'otherEnds' in made ? made : { item: made, otherEnds: [] }
    await ctx.table.write(...fitsIntoATransaction([...(await Promise.all([{ before, after }, ...otherEnds].map((one) => replaceWrites(ctx, one)))).flat(), ...beside]))
    return after
  })
}

/** Stores a change of what many may change, and tries again as long as somebody else was faster. Throws 409 in the end. */
export async function untilNobodyInterferes<T>(attemptOnce: (attempt: number) => Promise<T>): Promise<T> {
  const busy = (): Problem => new Problem('conflict', 'item.busy', 'Too many others are changing it at the same time. Try again.')
  return tryUntilStored({ tries: MOST_TRIES, busy }, attemptOnce)
}

/** Whether this very item was made, whatever has become of it since: nobody else was given its number. */
async function isMade(ctx: Ctx, item: Item): Promise<boolean> {
  const row = await ctx.table.get(itemKey(item.type, item.id), { consistent: true })
  const made = row && itemOfRow(row)
  return made?.createdBy === item.createdBy && made.createdAt === item.createdAt
}

/** The item as its next version, changed by the actor now. */
export function nextVersion(ctx: Ctx, item: Item): Item {
  return { ...item, updatedAt: ctx.now().toISOString(), updatedBy: ctx.actor.userId, version: item.version + 1 }
}

function rowOf(ctx: Ctx, item: Item): ReturnType<typeof rowOfItem> {
  const { via, causeId } = ctx.actor
  return fitsIntoARow(rowOfItem(item, placingOf(ctx.workspace, item), { changedVia: via, ...(causeId === undefined ? {} : { causeId }) }))
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

/** Address, observer and chat rows of one state of an item to the next; a deleted item has none. Its link rows stay: they are hidden with it and come back with it. */
async function sideWrites(ctx: Ctx, before: Item | undefined, after: Item): Promise<Write[]> {
  const shown = (item: Item | undefined): Item | undefined => (item?.deletedAt === undefined ? item : undefined)
  const old = shown(before)?.observerIds ?? []
  const now = shown(after)?.observerIds ?? []
  return [
    ...(await addressWrites(shown(before), shown(after))),
    ...now.filter((id) => !old.includes(id)).map((id): Write => ({ put: { ...observedKey(id, after.type, after.id), kind: 'observed', n: after.id } })),
    ...old.filter((id) => !now.includes(id)).map((id): Write => ({ delete: observedKey(id, after.type, after.id) })),
    ...chatWrites(shown(before), shown(after)),
    ...linkWrites(typesOf(ctx.workspace).get(after.type), before, after),
  ]
}
