import { doOnce } from '../../shared/edge/idempotency.ts'
import { createItem, readItem, updateItem } from '../../shared/items/index.ts'
import type { Ctx } from '../../shared/workspace/index.ts'
import { aCompany, aDepartment, aUser } from '../support/company.ts'
import { aTable } from '../support/table.ts'
import { meterClient, type Cost } from './metered-client.ts'

const TIMED_RUNS = 30
const LOOK_FOR_THE_KEY = 1
const ANN = 'usr_ann'
const BOB = 'usr_bob'
const WATCHERS = ['usr_1', 'usr_2', 'usr_3']

/** Units at most, beside the one read for the version that every request makes. */
interface Limit {
  readonly roundTrips: number
  readonly read: number
  readonly write: number
}

interface Operation {
  readonly name: string
  /** Why it is over a limit, where it is. */
  readonly because?: string
  readonly limit: Limit
  /** Makes what the operation needs; not measured. */
  prepare?(ctx: Ctx): Promise<unknown>
  run(ctx: Ctx, prepared: never): Promise<unknown>
}

const plain = { title: 'Roof for a customer', amount: '1200.00', currency: 'EUR', probability: 40, beginDate: '2026-01-05', closeDate: '2026-12-01' }
const emails = (count: number): object[] => Array.from({ length: count }, (_, n) => ({ value: `buyer-${n}@example.org`, kind: 'work' }))
const made = (type: string, values: object = plain) => async (ctx: Ctx): Promise<number> => Number((await createItem(ctx, { type, values }))['id'])
const create = (name: string, type: string, values: object, write: number, read = 0, because?: string): Operation => ({ name, ...(because === undefined ? {} : { because }), limit: { roundTrips: 2, read, write }, run: (ctx) => createItem(ctx, { type, values }) })
/** As web clients send it: the key is stored in the same transaction, and looked up before a number is taken, so that a request that is repeated leaves no gap. */
const createOnce = (name: string, type: string, values: object, write: number): Operation => ({
  name: `${name}, with a key`,
  limit: { roundTrips: 2 + LOOK_FOR_THE_KEY, read: LOOK_FOR_THE_KEY, write },
  run: (ctx) => doOnce(ctx.table, { key: { pk: `ONCE#${ctx.newId('key')}`, sk: 'ONCE' }, bodyHash: '', together: true }, ctx.now(), async (table) => ({ statusCode: 201, body: JSON.stringify(await createItem({ ...ctx, table }, { type, values })) })),
})
const update = (name: string, values: object, write: number): Operation => ({
  name, limit: { roundTrips: 2, read: 1, write }, prepare: made('deal'), run: (ctx, id: number) => updateItem(ctx, { type: 'deal', id, values }),
})

const twice = 'number 1, item in a transaction 2, its three index entries 3, each row beside it 2: the figure leaves no room for the item’s own row counting twice, as with a key it does'

const operations: readonly Operation[] = [
  create('create deal', 'deal', plain, 5),
  create('create contact, 1 address', 'contact', { firstName: 'Ada', emails: emails(1) }, 5 + 2, 0, twice),
  create('create contact, 5 addresses', 'contact', { firstName: 'Ada', emails: emails(5) }, 5 + 10, 0, twice),
  create('create deal, 3 observers', 'deal', { ...plain, observerIds: WATCHERS }, 5 + 6, 0, twice),
  create('create deal, 1 link', 'deal', { ...plain, companyId: 1 }, 5 + 4, 1),
  create('create deal, 3 links', 'deal', { ...plain, companyId: 1, contactIds: [1, 2] }, 5 + 12, 3),
  create('create contact, 1 link', 'contact', { firstName: 'Ada', companyIds: [2] }, 5 + 4, 1),
  createOnce('create deal', 'deal', plain, 8),
  createOnce('create contact, 1 address', 'contact', { firstName: 'Ada', emails: emails(1) }, 8 + 2),
  createOnce('create contact, 5 addresses', 'contact', { firstName: 'Ada', emails: emails(5) }, 8 + 10),
  createOnce('create deal, 3 observers', 'deal', { ...plain, observerIds: WATCHERS }, 8 + 6),
  { name: 'read one', limit: { roundTrips: 1, read: 1, write: 0 }, prepare: made('deal'), run: (ctx, id: number) => readItem(ctx, { type: 'deal', id }) },
  { name: 'read one, 3 links', limit: { roundTrips: 2, read: 1 + 3, write: 0 }, prepare: made('deal', { ...plain, companyId: 1, contactIds: [1, 2] }), run: (ctx, id: number) => readItem(ctx, { type: 'deal', id }) },
  update('update, field not in lists', { probability: 50 }, 1),
  update('update, field in lists', { title: 'Another roof' }, 4),
  update('update, stage move', { stageId: 'EXECUTING' }, 5),
  update('update, responsible and department', { responsibleId: BOB }, 6),
  update('update that changes nothing', { title: plain.title }, 0),
]

/** What creating, reading and changing one item costs, beside what it may cost at most (without the one read for the version, which is printed apart). */
export async function benchItems(): Promise<void> {
  const store = await aTable()
  try {
    const { measure } = meterClient(store.client)
    const company = await aCompany(store.table)
    await company.add(aDepartment({ id: 'dep_a' }), aDepartment({ id: 'dep_b' }), aUser({ id: ANN, departmentIds: ['dep_a'] }), aUser({ id: BOB, departmentIds: ['dep_b'] }), ...WATCHERS.map((id) => aUser({ id })))
    await company.bind('chiefExecutive', { kind: 'user', id: ANN })
    for (const type of ['company', 'company', 'contact', 'contact']) await company.as(ANN, made(type, {}))
    console.log(`${'items (limit in brackets)'.padEnd(42)}  round trips   read units  write units  ms (median)`)
    for (const { name, limit, because, prepare, run } of operations) {
      const once = async (): Promise<{ cost: Cost; milliseconds: number }> => {
        const prepared = (await company.as(ANN, async (ctx) => prepare?.(ctx))) as never
        const started = performance.now()
        const { cost } = await measure(() => company.as(ANN, (ctx) => run(ctx, prepared)))
        return { cost, milliseconds: performance.now() - started }
      }
      const runs = []
      for (let n = 0; n < TIMED_RUNS; n += 1) runs.push(await once())
      const { cost } = runs.at(-1) ?? (await once())
      const median = runs.map(({ milliseconds }) => milliseconds).toSorted((a, b) => a - b)[TIMED_RUNS / 2] ?? 0
      const figures = [[cost.roundTrips, limit.roundTrips], [cost.readUnits, limit.read + 1], [cost.writeUnits, limit.write]] as const
      const over = figures.some(([cost, most]) => cost > most)
      console.log(`${name.padEnd(42)} ${figures.map(([cost, most]) => `${cost} (${most})`.padStart(12)).join(' ')} ${median.toFixed(1).padStart(12)}${over ? `  over: ${because ?? 'no reason is known'}` : ''}`)
    }
  } finally {
    await store.close()
  }
}
