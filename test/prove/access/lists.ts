import * as fc from 'fast-check'
import { listItems } from '../../../shared/items/index.ts'
import { doDeed } from './deeds.ts'
import { companies, namesOf, ROOT, TYPES } from './generate.ts'
import { Disagreement, sample, type Findings, type Sampling } from './lanes.ts'
import { listModel, type ModelCompany, type ModelFilter } from './model.ts'
import { acts, changes, type Act, type Change } from './steps.ts'
import { makeChange } from './structure.ts'
import type { Tables } from './tables.ts'
import { settle, type World } from './world.ts'

/** One list, followed page by page, with what happens between its pages. */
interface Walk {
  readonly user: number
  /** Only people whose list has a second page are asked, as long as there are any. */
  readonly long: boolean
  readonly type: string
  readonly filter: ModelFilter
  readonly newestFirst: boolean
  readonly limit: number
  readonly full: boolean
  readonly between: readonly (Change | Act)[]
}

/** So many changes come before each page but the first, as long as there are any. */
const CHANGES_BETWEEN_PAGES = 2
const MOST_PAGES = 12

function walks(sizes: Parameters<typeof companies>[0]): fc.Arbitrary<Walk> {
  const names = namesOf(sizes)
  const filter = (stages: readonly string[]): fc.Arbitrary<ModelFilter> =>
    fc.record(
      {
        ...(stages.length > 0 ? { stageIds: fc.shuffledSubarray([...stages], { minLength: 1, maxLength: 2 }), amountFrom: fc.constantFrom(0, 1000, 3000), amountBelow: fc.constantFrom(2000, 5000) } : {}),
        responsibleId: fc.constantFrom(...names.users),
        opened: fc.boolean(),
      },
      { requiredKeys: [], noNullPrototype: true },
    )
  const none = fc.constant<ModelFilter>({})
  return fc.oneof({ weight: 5, arbitrary: fc.constant('deal') }, { weight: 1, arbitrary: fc.constantFrom('lead', 'contact') }).chain((type) =>
    fc.record({
      user: fc.nat(50),
      long: fc.constantFrom(true, true, true, false),
      type: fc.constant(type),
      filter: fc.oneof({ weight: 2, arbitrary: none }, { weight: 1, arbitrary: filter(TYPES[type] ?? []) }),
      newestFirst: fc.boolean(),
      limit: fc.constantFrom(1, 2, 3, 4, 5, 7, 10, 24, 25, 50, 60),
      full: fc.boolean(),
      between: fc.array(fc.oneof<fc.Arbitrary<Change | Act>[]>(changes(names), acts(names)), { maxLength: CHANGES_BETWEEN_PAGES * MOST_PAGES }),
    }),
  )
}

/**
 * Random lists, page by page, while people move, roles are bound anew and items change between the pages: each page is exactly what the model
 * gives at that moment after the last item of the page before, full unless it is the last. `runs` is the number of companies.
 */
export async function proveLists(tables: Tables, sampling: Sampling, walksOfACompany: number): Promise<Findings> {
  const counts = { companies: 0, lists: 0, pages: 0, items: 0, empty: 0, changes: 0 }
  const scripts = fc.constantFrom({ items: 30 }, { items: 90 }, { items: 160 }).chain(({ items }) => {
    const sizes = { users: 8, departments: 6, items, types: 'deals' } as const
    return fc.record({ company: companies(sizes), walks: fc.array(walks(sizes), { minLength: 1, maxLength: 2 * walksOfACompany, size: 'max' }) })
  })
  const disagreements = await sample(
    scripts,
    async ({ company, walks: planned }) => {
      const world = await settle(await tables.fresh(), company)
      for (const walk of planned) {
        const { pages, items, changed } = await follow(world, walk)
        counts.lists += 1
        counts.pages += pages
        counts.items += items
        counts.empty += items === 0 ? 1 : 0
        counts.changes += changed
      }
      counts.companies += 1
    },
    sampling,
  )
  return { counts, disagreements }
}

async function follow(world: World, walk: Walk): Promise<{ pages: number; items: number; changed: number }> {
  const { as, model } = world
  const { type, filter, newestFirst, limit, full } = walk
  const user = askerOf(model, walk)
  const waiting = [...walk.between]
  let cursor: string | undefined
  let after: number | undefined
  const seen: number[] = []
  let changed = 0
  for (let page = 1; ; page += 1) {
    const input = { type, limit, cursor, view: full ? 'full' : 'list', sort: newestFirst ? '-id' : 'id', filter: queryOf(filter) } as const
    const { items, nextCursor } = await as(user, (ctx) => listItems(ctx, input))
    const all = listModel(model, user, type, filter)
    const rest = (newestFirst ? all : all.toReversed()).filter((id) => after === undefined || (newestFirst ? id < after : id > after))
    const got = items.map((item) => Number(item['id']))
    const told = `${user}, page ${page} of ${JSON.stringify({ ...input, cursor: undefined })} after ${after}`
    if (got.join() !== rest.slice(0, limit).join()) throw new Disagreement(`${told}: expected ${rest.slice(0, limit).join()}, got ${got.join()}`)
    if ((nextCursor !== null) !== rest.length > limit) throw new Disagreement(`${told}: ${rest.length} are left, and the cursor is ${nextCursor}`)
    if (got.some((id) => seen.includes(id))) throw new Disagreement(`${told}: ${got.join()} has items of the pages before`)
    seen.push(...got)
    if (nextCursor === null || page === MOST_PAGES) return { pages: page, items: seen.length, changed }
    cursor = nextCursor
    after = got.at(-1)
    for (const step of waiting.splice(0, CHANGES_BETWEEN_PAGES)) changed += await happen(world, step)
  }
}

function askerOf(model: ModelCompany, { user, long, type, filter, limit }: Walk): string {
  const people = model.users.map(({ id }) => id)
  const found = long ? people.filter((id) => id !== ROOT && listModel(model, id, type, filter).length > limit) : []
  const asked = found.length > 0 ? found : people
  return asked[user % asked.length] ?? ROOT
}

/** Somebody who may do everything changes an item, or the structure or roles change. */
async function happen(world: World, step: Change | Act): Promise<number> {
  if ('item' in step || step.do === 'create') return (await doDeed(world, { user: ROOT, act: step })) ? 1 : 0
  return makeChange(world, step)
}

function queryOf({ stageIds, responsibleId, opened, amountFrom, amountBelow }: ModelFilter): Record<string, string> {
  return {
    ...(stageIds === undefined ? {} : stageIds.length === 1 ? { stageId: stageIds.join() } : { 'stageId[in]': stageIds.join() }),
    ...(responsibleId === undefined ? {} : { responsibleId }),
    ...(opened === undefined ? {} : { opened: String(opened) }),
    ...(amountFrom === undefined ? {} : { 'amount[ge]': String(amountFrom) }),
    ...(amountBelow === undefined ? {} : { 'amount[lt]': String(amountBelow) }),
  }
}
