import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDepartment, listDepartments } from '../../../shared/directory/index.ts'
import { doOnce, onceOnlyOf } from '../../../shared/edge/idempotency.ts'
import type { Answer } from '../../../shared/edge/kept-answer.ts'
import { createItem, listItems } from '../../../shared/items/index.ts'
import { Problem } from '../../../shared/kernel/problem.ts'
import type { EntryChange } from '../../../shared/workspace/index.ts'
import { aCompany, aUser, type TestCompany } from '../../support/company.ts'
import { aTable, type TestTable } from '../../support/table.ts'

let store: TestTable
let company: TestCompany
const ann = 'usr_ann'

beforeAll(async () => {
  store = await aTable()
  company = await aCompany(store.table)
  await company.add(aUser({ id: ann }))
  await company.bind('manager', { kind: 'user', id: ann })
})
afterAll(() => store.close())

const post = (key: string, body: object): APIGatewayProxyEventV2 => ({ headers: { 'idempotency-key': key }, rawPath: '/v1/items/deal', body: JSON.stringify(body) }) as unknown as APIGatewayProxyEventV2

/** Sends a creation as the edge does. */
async function send(key: string, body: { title: string }, userId = ann, manyTransactions?: true): Promise<Answer> {
  return company.as(userId, async (ctx) => {
    const once = onceOnlyOf({ method: 'POST', ...(manyTransactions ? { manyTransactions } : {}) }, post(key, body), userId)
    if (!once) throw new Error('No key')
    return doOnce(ctx.table, once, ctx.now(), async (table) => ({ statusCode: 201, body: JSON.stringify(await createItem({ ...ctx, table }, { type: 'deal', values: body })) }))
  })
}

const titles = async (title: string): Promise<number> => (await company.as(ann, (ctx) => listItems(ctx, { type: 'deal', limit: 200, view: 'list', sort: '-id', cursor: undefined, filter: { title } }))).items.length
const codeOf = async (work: Promise<unknown>): Promise<string> => work.then(() => 'done', (error: unknown) => (error instanceof Problem ? error.code : String(error)))

describe('API-3: an Idempotency-Key', () => {
  it.each([undefined, true] as const)('gives the same answer once more and does nothing twice (many transactions: %s)', async (many) => {
    const title = `Once ${String(many)}`
    const first = await send(`key ${title}`, { title }, ann, many)
    expect(await send(`key ${title}`, { title }, ann, many)).toEqual(first)
    expect(await titles(title)).toBe(1)
  })

  it('refuses another body under the same key, and knows keys of another caller apart', async () => {
    await send('k2', { title: 'Two' })
    expect(await codeOf(send('k2', { title: 'Other' }))).toBe('idempotency.other_body')
    expect((await send('k2', { title: 'Two' }, company.administratorId)).statusCode).toBe(201)
  })

  it('makes one of ten twins at the same time; the others get the same answer or hear that it is under way', async () => {
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => codeOf(send('k3', { title: 'Twins' }))))
    expect(outcomes.filter((one) => one !== 'done' && one !== 'idempotency.under_way')).toEqual([])
    expect(outcomes).toContain('done')
    expect(await titles('Twins')).toBe(1)
  })

  it('judges the rights anew when it is sent again', async () => {
    const role = (read: string): EntryChange => ({ kind: 'ROLE', id: 'rol_brief', value: { id: 'rol_brief', name: 'Brief', flags: { settings: false, bulkMail: false, processes: false }, types: { deal: { read, add: read } }, bindings: [{ kind: 'user', id: 'usr_brief' }] } })
    await company.add(aUser({ id: 'usr_brief' }), role('own'))
    await send('k4', { title: 'Brief' }, 'usr_brief')
    await company.add(role('none'))
    expect(await codeOf(send('k4', { title: 'Brief' }, 'usr_brief'))).toBe('deal.add_forbidden')
  })

  it('changes of the company at the same moment are all made, each once', async () => {
    const make = (n: number): Promise<string> =>
      codeOf(company.as(company.administratorId, async (ctx) => {
        const once = onceOnlyOf({ method: 'POST' }, post(`dep ${n}`, { n }), company.administratorId)
        if (!once) throw new Error('No key')
        return doOnce(ctx.table, once, ctx.now(), async (table) => ({ statusCode: 201, body: JSON.stringify(await createDepartment({ ...ctx, table }, { values: { name: `Once ${n}`, parentId: null, headId: null } })) }))
      }))
    expect(await Promise.all(Array.from({ length: 8 }, (_, n) => make(n)))).toEqual(Array.from({ length: 8 }, () => 'done'))
    const { items } = await company.as(company.administratorId, (ctx) => listDepartments(ctx, { limit: 200 }))
    expect(items.filter(({ name }) => name.startsWith('Once'))).toHaveLength(8)
  })

  it.each(['', 'ä', 'x'.repeat(256)])('takes no key such as %j', (key) => {
    expect(() => onceOnlyOf({ method: 'POST' }, post(key, {}), ann)).toThrow(Problem)
  })
})
