import * as z from 'zod'
import { pageOf, PageQuery } from '../kernel/page.ts'
import { inLanes } from '../kernel/in-lanes.ts'
import { Problem } from '../kernel/problem.ts'
import { rehearse } from '../platform/rehearsal.ts'
import { knownType } from '../types/index.ts'
import type { Ctx, Repeated } from '../workspace/index.ts'
import { addObservers } from './add-observers.ts'
import { filterIn } from './filter-text.ts'
import { listItems } from './list-items.ts'
import { ObserverIds } from './schema.ts'

/** One request changes at most so many; a filter goes on with the cursor of the answer. */
const MOST_ITEMS_AT_ONCE = 100
const ITEMS_AT_THE_SAME_TIME = 10

const Many = z.strictObject({ ids: z.array(z.int().min(1)).min(1).max(MOST_ITEMS_AT_ONCE).optional(), filter: z.string().max(2000).optional(), cursor: PageQuery.shape.cursor, userIds: ObserverIds.shape.userIds })

/** Which items: numbers, or the filter of a list as it stands in its address (`stageId=NEW&amount[ge]=1000`; empty for all). */
export const ObserversOfMany = Many.refine(({ ids, filter }) => (ids === undefined) !== (filter === undefined), { path: ['ids'], error: 'Either ids or a filter.' })

const Refusal = z.object({ status: z.number(), code: z.string(), detail: z.string() })
export const ResultsOfMany = pageOf(z.object({ id: z.number(), ok: z.boolean(), problem: Refusal.optional() }))
type ResultsOfMany = z.output<typeof ResultsOfMany>

/** Adds observers to many items of a list at once (OBS-2), with a result for each: one that is refused stops no other. */
export async function addObserversToMany(ctx: Ctx & Repeated, { type, values }: { type: string; values: z.output<typeof ObserversOfMany> }): Promise<ResultsOfMany> {
  knownType(ctx.workspace, type)
  if (ctx.earlierBody !== undefined) return judgedAnew(ctx, type, values.userIds, JSON.parse(ctx.earlierBody) as ResultsOfMany)
  const { ids, nextCursor } = values.ids ? { ids: [...new Set(values.ids)], nextCursor: null } : await idsOfFilter(ctx, type, values)
  const results = new Map<number, ResultsOfMany['items'][number]>()
  await inLanes(ids, ITEMS_AT_THE_SAME_TIME, async (id) => void results.set(id, await addToOne(ctx, type, id, values.userIds)))
  return { items: ids.flatMap((id) => results.get(id) ?? []), nextCursor }
}

/** Who sends the same request again gets the same answer only as long as they might still add to each of those items (API-3). Throws the first 403 or 404. */
async function judgedAnew(ctx: Ctx, type: string, userIds: string[], earlier: ResultsOfMany): Promise<ResultsOfMany> {
  for (const { id } of earlier.items.filter(({ ok }) => ok)) await rehearse(() => addObservers(ctx, { type, id, values: { userIds } }))
  return earlier
}

async function addToOne(ctx: Ctx, type: string, id: number, userIds: string[]): Promise<ResultsOfMany['items'][number]> {
  try {
    await addObservers(ctx, { type, id, values: { userIds } })
    return { id, ok: true }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return { id, ok: false, problem: { status: error.status, code: error.code, detail: error.message } }
  }
}

async function idsOfFilter(ctx: Ctx, type: string, { filter = '', cursor }: z.output<typeof ObserversOfMany>): Promise<{ ids: number[]; nextCursor: string | null }> {
  const { items, nextCursor } = await listItems(ctx, { type, limit: MOST_ITEMS_AT_ONCE, cursor, view: 'list', sort: '-id', filter: filterIn(filter) })
  return { ids: items.map(({ id }) => Number(id)), nextCursor }
}
