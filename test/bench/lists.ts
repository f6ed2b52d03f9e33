import { listItems, type ListQuery } from '../../shared/items/index.ts'
import { aCompany, aDepartment, aUser } from '../support/company.ts'
import { aTable } from '../support/table.ts'
import { aDeal, fill } from './fill.ts'
import { meterClient } from './metered-client.ts'

const SIZES = [1_000, 10_000, 100_000]
const DEPARTMENTS = 20
const PEOPLE = 200
const STAGES = ['NEW', 'PREPARATION', 'INVOICE', 'EXECUTING', 'WON', 'LOST']
const page = { limit: 50, view: 'list', sort: '-id', filter: {}, cursor: undefined } as const satisfies ListQuery
const TIMED_RUNS = 50

/** First pages of 50 deals for four kinds of people at three sizes: what they cost must not grow with the number of deals. */
export async function benchLists(): Promise<void> {
  console.log('list of 50 deals            deals   items  calls  round trips  read units   ms (median)')
  for (const size of SIZES) {
    const store = await aTable()
    const { measure } = meterClient(store.client)
    const company = await aCompany(store.table)
    const departments = Array.from({ length: DEPARTMENTS }, (_, n) => `dep_${String(n).padStart(2, '0')}`)
    const people = Array.from({ length: PEOPLE }, (_, n) => `usr_${String(n).padStart(16, '0')}`)
    await company.add(aDepartment({ id: 'dep_root', headId: 'usr_head' }), ...departments.map((id) => aDepartment({ id, parentId: 'dep_root' })))
    for (let start = 0; start < PEOPLE; start += 50) await company.add(...people.slice(start, start + 50).map((id, n) => aUser({ id, departmentIds: [departments[(start + n) % DEPARTMENTS] ?? ''] })))
    // Half of the company belongs to other departments, so that the head's scope is not most of it.
    for (let start = 0; start < PEOPLE * 2; start += 50) await company.add(...Array.from({ length: 50 }, (_, n) => aUser({ id: `usr_other_${start + n}` })))
    await company.add(aUser({ id: 'usr_head', departmentIds: ['dep_01'] }), aUser({ id: 'usr_dephead', departmentIds: ['dep_00'] }), aUser({ id: 'usr_chief' }), { kind: 'DEPARTMENT', id: 'dep_00', value: { id: 'dep_00', name: 'dep_00', parentId: 'dep_root', headId: 'usr_dephead' } })
    await company.add({ kind: 'ROLE', id: 'rol_head', value: { id: 'rol_head', name: 'Head of all', flags: { settings: false, bulkMail: false, processes: false }, types: { deal: { read: 'subdepartments' } }, bindings: [{ kind: 'user', id: 'usr_head' }] } })
    const owner = people[0] ?? ''
    await company.bind('manager', { kind: 'user', id: owner })
    await company.bind('headOfDepartment', { kind: 'user', id: 'usr_dephead' })
    await company.bind('chiefExecutive', { kind: 'user', id: 'usr_chief' })
    const everybody = [...people, ...Array.from({ length: PEOPLE * 2 }, (_, n) => `usr_other_${n}`)]
    const deals = Array.from({ length: size }, (_, n) => aDeal(n + 1, n % 10 === 0 ? owner : (everybody[(n * 7) % everybody.length] ?? owner), STAGES[n % STAGES.length] ?? 'NEW'))
    await company.as(company.administratorId, (ctx) => fill(store.client, store.name, ctx.workspace, deals))
    for (const [who, userId] of [['own', owner], ['one department', 'usr_dephead'], ['head, 200 people in 20', 'usr_head'], ['chief', 'usr_chief']] as const) {
      await company.as(userId, (ctx) => listItems(ctx, { type: 'deal', ...page }))
      const { result, cost } = await measure(() => company.as(userId, (ctx) => listItems(ctx, { type: 'deal', ...page })))
      const times: number[] = []
      for (let run = 0; run < TIMED_RUNS; run += 1) {
        const started = performance.now()
        await company.as(userId, (ctx) => listItems(ctx, { type: 'deal', ...page }))
        times.push(performance.now() - started)
      }
      const median = times.toSorted((a, b) => a - b)[TIMED_RUNS / 2] ?? 0
      console.log(`${who.padEnd(24)} ${String(size).padStart(8)} ${String(result.items.length).padStart(7)} ${String(cost.calls).padStart(6)} ${String(cost.roundTrips).padStart(12)} ${String(cost.readUnits).padStart(11)} ${median.toFixed(1).padStart(13)}`)
    }
    await store.close()
  }
}
