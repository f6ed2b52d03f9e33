import { filesNamedIn, removeFiles, type FilePorts } from '../files/index.ts'
import { ConditionFailed, type Row } from '../platform/table.ts'
import { typesOf } from '../types/index.ts'
import type { Ctx } from '../workspace/index.ts'
import { purgeTime } from './bin-rules.ts'
import { itemOfRow, type Item, type ItemRef } from './item.ts'
import { itemKey, itemOfPartition, linkKey, PURGE_PARTITION } from './keys.ts'
import { linkedIds, linkFieldsOf, withLinkedIds } from './link-fields.ts'
import { linksBeside } from './link-rows.ts'
import { nextVersion, replaceWrites, storedItems, untilNobodyInterferes } from './repository.ts'

const ITEMS_OF_A_READ = 100
const ROWS_OF_A_READ = 200

/** What hangs on items in other domains goes with them. */
export interface PurgePorts extends Pick<FilePorts, 'blobs'> {
  removeChat(ctx: Ctx & Pick<FilePorts, 'blobs'>, item: ItemRef, chatId: string): Promise<void>
}

/**
 * Lets go for good of what has lain in the recycle bin for 30 days (ITM-11), with its timeline, links, files and chat; goes on until all is done or the time is
 * up. Nothing can be restored any more by then, so it may be broken off and begun again anywhere: the item's own row goes last.
 */
export async function purgeItems(ctx: Ctx & PurgePorts, timeIsLeft: () => boolean): Promise<{ purged: number }> {
  let purged = 0
  for (;;) {
    const { rows, ended } = await ctx.table.query({ index: 'due', partition: PURGE_PARTITION, before: Math.floor(ctx.now().getTime() / 1000), limit: ITEMS_OF_A_READ })
    const before = purged
    for (const { pk } of rows) {
      if (!timeIsLeft()) return { purged }
      const ref = itemOfPartition(pk)
      if (ref && (await purgeItem(ctx, ref))) purged += 1
    }
    // What the index still shows though it is gone would be read again and again.
    if (ended || purged === before) return { purged }
  }
}

async function purgeItem(ctx: Ctx & PurgePorts, ref: ItemRef): Promise<boolean> {
  const row = await ctx.table.get(itemKey(ref.type, ref.id), { consistent: true })
  const item = row && itemOfRow(row)
  if (!item || item.deletedAt === undefined || ctx.now() < purgeTime(item.deletedAt)) return false
  await unlinkOtherEnds(ctx, item)
  if (item.chatId !== undefined) await ctx.removeChat(ctx, ref, item.chatId)
  await removeRowsBeside(ctx, ref, row)
  await removeFiles(ctx, ref, filesNamedIn(row))
  try {
    await ctx.table.write({ delete: itemKey(ref.type, ref.id), if: { equals: { version: item.version } } })
    return true
  } catch (error) {
    if (error instanceof ConditionFailed) return false
    throw error
  }
}

/** The timeline with its files, and the rows of what is linked to the item; those items keep its number, which nobody ever sees again. */
async function removeRowsBeside(ctx: Ctx & PurgePorts, ref: ItemRef, { pk, sk: own }: Row): Promise<void> {
  for (let ended = false; !ended; ) {
    const page = await ctx.table.query({ partition: pk, limit: ROWS_OF_A_READ, consistent: true })
    const beside = page.rows.filter(({ sk }) => sk !== own)
    await removeFiles(ctx, ref, beside.flatMap(filesNamedIn))
    await Promise.all(beside.map(({ sk }) => ctx.table.write({ delete: { pk, sk } })))
    ended = page.ended
  }
}

async function unlinkOtherEnds(ctx: Ctx, item: Item): Promise<void> {
  const type = typesOf(ctx.workspace).get(item.type)
  if (!type) return
  await Promise.all(linksBeside(type, item).map((to) => ctx.table.write({ delete: linkKey(to, item) })))
  for (const { to, back, name } of linkFieldsOf(type)) {
    if (back === undefined) continue
    const field = { name: back, to: item.type, many: true, back: name }
    for (const id of linkedIds(item.values, { name, to, many: true })) {
      await untilNobodyInterferes(async () => {
        const [other] = await storedItems(ctx.table, [{ type: to, id }])
        if (!other || !linkedIds(other.values, field).includes(item.id)) return
        // One that lies in the bin itself still says who deleted it.
        const kept = other.deletedAt === undefined ? {} : { updatedAt: other.updatedAt, updatedBy: other.updatedBy }
        const after = { ...nextVersion(ctx, { ...other, values: withLinkedIds(other.values, field, linkedIds(other.values, field).filter((one) => one !== item.id)) }), ...kept }
        await ctx.table.write(...(await replaceWrites(ctx, { before: other, after })))
      })
    }
  }
}
