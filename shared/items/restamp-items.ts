import type { Table } from '../platform/table.ts'
import { ConditionFailed } from '../platform/table.ts'
import { typesOf } from '../types/index.ts'
import { changeWorkspace, peopleOf, restampKey, type Ctx, type User } from '../workspace/index.ts'
import { itemOfRow } from './item.ts'
import { itemKey, LIST_RANGE_KEY, ownerPartition } from './keys.ts'
import { placingOf } from './placing.ts'

const ITEMS_OF_A_RUN = 2000
const PAGE = 100
/** A writer that still held the former structure may have stamped late; after this time none does any more. */
const SETTLING_MILLISECONDS = 15 * 60_000

/** How far the background work for one person has come. */
interface Progress {
  readonly type: string
  readonly after: number
  readonly stamped: number
  /** When a pass over all items last found nothing to do. */
  readonly cleanSince: string | null
  readonly stampedInPass: number
}

/**
 * After somebody has moved to another department, brings the department under which lists find their items up to date. Until then, and until a second
 * clean pass at least 15 minutes later, lists look for these items by owner too, so nothing is ever missed (DIR-4). Runs as often as it likes.
 */
export async function restampItems(ctx: Ctx): Promise<{ people: number; stamped: number }> {
  const waiting = [...peopleOf(ctx.workspace).users.values()].filter((user) => user.restamping === true)
  let stamped = 0
  for (const user of waiting) stamped += await restampItemsOf(ctx, user)
  return { people: waiting.length, stamped }
}

async function restampItemsOf(ctx: Ctx, user: User): Promise<number> {
  const types = [...typesOf(ctx.workspace).keys()]
  const row = await ctx.table.get(restampKey(user.id), { consistent: true })
  let progress: Progress = { type: types[0] ?? '', after: 0, stamped: 0, cleanSince: null, stampedInPass: 0, ...(row as Partial<Progress> | undefined) }
  let stamped = 0
  for (let seen = 0; seen < ITEMS_OF_A_RUN; ) {
    const { rows, ended } = await ctx.table.query({ index: 'byOwner', partition: ownerPartition(progress.type, user.id), after: progress.after, limit: PAGE })
    const changed = await stampAnew(ctx, progress.type, rows.map((one) => Number(one[LIST_RANGE_KEY])))
    seen += rows.length
    stamped += changed
    progress = { ...progress, after: Number(rows.at(-1)?.[LIST_RANGE_KEY] ?? progress.after), stamped: progress.stamped + changed, stampedInPass: progress.stampedInPass + changed }
    if (!ended) continue
    const next = types[types.indexOf(progress.type) + 1]
    if (next !== undefined) {
      progress = { ...progress, type: next, after: 0 }
      continue
    }
    await endPass(ctx, user, { ...progress, type: types[0] ?? '', after: 0 })
    return stamped
  }
  await ctx.table.write({ put: { ...restampKey(user.id), kind: 'restamp', ...progress } })
  return stamped
}

async function endPass(ctx: Ctx, user: User, { stampedInPass, ...progress }: Progress): Promise<void> {
  const now = ctx.now()
  const clean = stampedInPass === 0
  const settled = clean && progress.cleanSince !== null && now.getTime() - Date.parse(progress.cleanSince) >= SETTLING_MILLISECONDS
  if (settled) {
    const { restamping: _restamping, ...done } = user
    await changeWorkspace(ctx, [{ kind: 'USER', id: user.id, value: done }], { delete: restampKey(user.id) })
    return
  }
  const cleanSince = clean ? (progress.cleanSince ?? now.toISOString()) : null
  await ctx.table.write({ put: { ...restampKey(user.id), kind: 'restamp', ...progress, cleanSince, stampedInPass: 0 } })
}

/** Gives the items the index keys that follow from the structure as it is. Who changes one at the same moment stamps it rightly themselves. */
async function stampAnew(ctx: Ctx, type: string, numbers: readonly number[]): Promise<number> {
  const rows = await ctx.table.getMany(numbers.map((number) => itemKey(type, number)), { consistent: true })
  const outdated = rows.filter((row) => row['departmentKey'] !== placingOf(ctx.workspace, itemOfRow(row)).departmentKey)
  const done = await Promise.all(outdated.map((row) => stamp(ctx.table, row, placingOf(ctx.workspace, itemOfRow(row)))))
  return done.filter(Boolean).length
}

async function stamp(table: Table, row: { pk: string; sk: string; [attribute: string]: unknown }, placing: ReturnType<typeof placingOf>): Promise<boolean> {
  const { departmentKey, placedAt } = placing
  try {
    await table.write({
      update: { pk: row.pk, sk: row.sk },
      set: { placedAt, ...(departmentKey === undefined ? {} : { departmentKey }) },
      ...(departmentKey === undefined ? { remove: ['departmentKey'] } : {}),
      if: { equals: { version: Number(row['version']) } },
    })
    return true
  } catch (error) {
    if (error instanceof ConditionFailed) return true
    throw error
  }
}
