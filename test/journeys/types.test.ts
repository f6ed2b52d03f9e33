import { beforeAll, describe, expect, it } from 'vitest'
import { ADMIN, aSignedInPerson, clientOf, giveRole, refusal, signedIn, until, type Caller, type Client, type Person } from './client.ts'

let admin: Caller
/** The same without the typed client, for what no typed client would send. */
let bare: Client
let ann: Person
let bob: Person
let chief: Person
/** Journeys run side by side on one company, so this one brings along types that nobody else has. */
const code = `equipment_${process.pid}_${Date.now().toString(36)}`
const type = code

beforeAll(async () => {
  bare = await signedIn(ADMIN)
  admin = await clientOf(ADMIN)
  ;[ann, bob, chief] = [await aSignedInPerson(bare), await aSignedInPerson(bare), await aSignedInPerson(bare)]
  await giveRole(bare, 'Chief executive', { kind: 'user', id: chief.id })
})

const make = (who: Caller, values: object) => who('POST /v1/items/{type}', { type, values: { ...values } })
const change = (who: Caller, id: number, values: object) => who('PATCH /v1/items/{type}/{id}', { type, id, values: { ...values } })

/** The numbers that somebody lists. */
async function listed(who: Caller, filter: object = {}): Promise<number[]> {
  const found: number[] = []
  for await (const { id } of who.each('GET /v1/items/{type}', { type, limit: 200, ...filter })) found.push(id)
  return found
}

describe('a smart process over HTTP', () => {
  it('ITM-1: is defined, and works with the very next request: items, roles, lists by permission, timeline', async () => {
    const role = await admin('POST /v1/roles', { values: { name: `Keeper of ${code}` } })
    await admin('PUT /v1/roles/{id}/bindings', { id: role.id, values: { bindings: [{ kind: 'user', id: ann.id }, { kind: 'user', id: bob.id }] } })
    expect((await refusal(ann.api('POST /v1/types', { values: { code, title: 'Equipment' } }))).status).toBe(403)
    expect((await refusal(ann.api('GET /v1/items/{type}', { type }))).status).toBe(404)
    expect(await refusal(admin('PATCH /v1/roles/{id}', { id: role.id, values: { types: { [code]: { read: 'all' } } } }))).toEqual({ status: 400, code: 'role.type_unknown', at: [`/types/${code}`] })

    const defined = await admin('POST /v1/types', {
      values: {
        code,
        title: 'Equipment',
        fields: [{ code: 'serial', kind: 'string', title: 'Serial number', required: true }, { code: 'holder', kind: 'employee' }],
        stages: [{ id: 'STOCK', title: 'In stock' }, { id: 'LENT', title: 'Lent' }, { id: 'SCRAPPED', title: 'Scrapped', semantic: 'failure' }],
        roles: { [role.id]: { read: 'own', add: 'own', update: 'own', stages: { SCRAPPED: { update: 'none' } } } },
      },
    })
    expect(JSON.stringify(defined)).toContain('serial')

    expect((await refusal(make(ann.api, { fields: {} }))).at).toEqual(['/fields/serial'])
    expect((await refusal(make(ann.api, { fields: { serial: 'A', colour: 'red' } }))).at).toEqual(['/fields/colour'])
    const made = await make(ann.api, { fields: { serial: 'A-1', holder: bob.id } })
    expect(made).toMatchObject({ title: expect.stringMatching(/^Equipment #\d+$/), stageId: 'STOCK', fields: { serial: 'A-1', holder: bob.id }, version: 1 })
    const { id } = made
    const { id: second } = await make(bob.api, { title: 'Drill', fields: { serial: 'B-1' }, stageId: 'LENT', observerIds: [ann.id] })
    const { id: third } = await make(bob.api, { title: 'Saw', fields: { serial: 'B-2' } })

    expect(await ann.api('GET /v1/me/permissions')).toMatchObject({ types: { [code]: { read: 'own', stages: { SCRAPPED: { update: 'none' } } } } })
    expect((await refusal(ann.api('GET /v1/items/{type}/{id}', { type, id: third }))).status).toBe(404)
    await expect.poll(() => listed(chief.api)).toEqual([third, second, id])
    expect(await listed(ann.api)).toEqual([second, id])
    expect(await listed(bob.api)).toEqual([third, second])
    expect(await listed(chief.api, { stageId: 'LENT' })).toEqual([second])
    expect(await listed(chief.api, { 'fields.serial[contains]': 'b-' })).toEqual([third, second])

    expect((await refusal(change(ann.api, id, { stageId: 'SCRAPPED' }))).status).toBe(403)
    await change(ann.api, id, { stageId: 'LENT', fields: { serial: 'A-2' } })
    const { value: entries } = await until(async () => {
      const { items } = await ann.api('GET /v1/items/{type}/{id}/timeline', { type, id })
      return items.length >= 3 ? items : undefined
    })
    expect(entries.map(({ kind }) => kind)).toEqual(['stage.moved', 'item.changed', 'item.created'])
    expect(entries[0]?.data).toMatchObject({ fromStageId: 'STOCK', toStageId: 'LENT' })
    expect(entries[1]?.data).toEqual({ changes: [{ field: 'fields.serial', old: 'A-1', new: 'A-2' }] })
  })

  it('ITM-1: its flags say what its items have: observers, several pipelines, clients, product rows', async () => {
    expect(await admin('GET /v1/types/{type}', { type })).toMatchObject({ code, builtIn: false, flags: { observers: true, stages: true, clientLinks: false, productRows: false } })
    const plain = `plain_${code}`.slice(0, 40)
    await admin('POST /v1/types', { values: { code: plain, title: 'Plain', flags: { observers: false, stages: false, clientLinks: true, productRows: true } } })
    const company = await chief.api('POST /v1/items/{type}', { type: 'company', values: { title: 'Client' } })
    const item = await chief.api('POST /v1/items/{type}', { type: plain, values: { companyId: company.id, productRows: [{ title: 'Hour', price: '80', quantity: 2 }] } })
    expect(item).toMatchObject({ companyId: company.id, amount: '160.00' })
    expect(item).not.toHaveProperty('stageId')
    expect((await refusal(chief.api('POST /v1/items/{type}/{id}/observers', { type: plain, id: item.id, values: { userIds: [ann.id] } }))).status).toBe(422)
    expect((await refusal(chief.api('POST /v1/items/{type}', { type: plain, values: { stageId: 'NEW' } }))).at).toEqual(['/stageId'])
    expect((await refusal(chief.api('POST /v1/items/{type}', { type, values: { fields: { serial: 'X' }, companyId: company.id } }))).at).toEqual(['/companyId'])
  })

  it('ITM-4: stages are added and removed while people work; one in use stays, one that was left goes at once', async () => {
    const add = (who: Caller, values: { id?: string; title: string }) => who('POST /v1/types/{type}/stages', { type, values })
    const remove = () => admin('DELETE /v1/types/{type}/stages/{stageId}', { type, stageId: 'REPAIR' })
    expect((await refusal(add(ann.api, { title: 'Repair' }))).status).toBe(403)
    expect(await add(admin, { id: 'REPAIR', title: 'In repair' })).toEqual({ id: 'REPAIR', title: 'In repair', semantic: 'open', pipelineId: 'default' })
    const { id } = await make(ann.api, { fields: { serial: 'C-1' }, stageId: 'REPAIR' })
    expect(await refusal(remove())).toMatchObject({ status: 409, code: 'stage.in_use' })
    await change(ann.api, id, { stageId: 'STOCK' })
    await remove()
    expect(await refusal(make(ann.api, { fields: { serial: 'C-2' }, stageId: 'REPAIR' }))).toMatchObject({ status: 400, code: `${code}.stage_unknown` })
    expect((await ann.api('GET /v1/types/{type}/stages', { type })).items.map((stage) => stage.id)).toEqual(['STOCK', 'LENT', 'SCRAPPED'])
  })

  it('ITM-4: many items that race into a stage while it is removed are all in a stage that is there', async () => {
    await admin('POST /v1/types/{type}/stages', { type, values: { id: 'RACE', title: 'Race' } })
    const remove = () => admin('DELETE /v1/types/{type}/stages/{stageId}', { type, stageId: 'RACE' })
    const [removal, ...entered] = await Promise.allSettled([
      remove(),
      ...Array.from({ length: 20 }, async (_, n) => {
        await new Promise((resolve) => setTimeout(resolve, n * 5))
        return make(ann.api, { fields: { serial: `R-${n}` }, stageId: 'RACE' })
      }),
    ])
    const made = entered.flatMap((one) => (one.status === 'fulfilled' && one.value ? [one.value.id] : []))
    for (const one of entered) if (one.status === 'rejected') expect([400, 409]).toContain((one.reason as { status: number }).status)
    expect(removal.status).toBe(made.length > 0 ? 'rejected' : 'fulfilled')
    for (const id of made) await change(ann.api, id, { stageId: 'STOCK' })
    if (made.length > 0) await remove()
  })

  it('ITM-5: a field that is added works at once; a required one is asked for at the next move', async () => {
    const { id } = await make(ann.api, { fields: { serial: 'D-1' } })
    await admin('POST /v1/types/{type}/fields', { type, values: { code: 'price', kind: 'money', requiredFrom: ['LENT'] } })
    expect((await refusal(change(ann.api, id, { stageId: 'LENT' }))).at).toEqual(['/fields/price'])
    expect(await change(ann.api, id, { stageId: 'LENT', fields: { price: { amount: '19.9', currency: 'EUR' } } })).toMatchObject({ fields: { price: { amount: '19.90', currency: 'EUR' } } })
    expect(await refusal(admin('PATCH /v1/types/{type}/fields/{field}', { type, field: 'price', values: { kind: 'number' } }))).toMatchObject({ status: 422, code: 'field.kind_fixed' })
    await admin('DELETE /v1/types/{type}/fields/{field}', { type, field: 'price' })
    expect((await ann.api('GET /v1/items/{type}/{id}', { type, id }))['fields']).toEqual({ serial: 'D-1', holder: null })
  })

  it('ITM-10: observerIds are hidden by a form and shown again; the API keeps them; a form of one’s own is nobody else’s', async () => {
    const layOut = (who: Caller, hidden: boolean, scope: 'common' | 'personal' = 'common') =>
      who('PUT /v1/types/{type}/form', { type, values: { scope, sections: [{ title: 'All', fields: [{ name: 'title' }, { name: 'fields.serial' }, { name: 'observerIds', hidden }] }] } })
    const hiddenFor = async (who: Caller): Promise<boolean | undefined> => (await who('GET /v1/types/{type}/form', { type })).sections[0]?.fields.find(({ name }) => name === 'observerIds')?.hidden
    expect((await refusal(layOut(ann.api, true))).status).toBe(403)
    await layOut(admin, true)
    expect(await hiddenFor(ann.api)).toBe(true)
    expect((await bob.api('GET /v1/items/{type}', { type, view: 'full' })).items.some((item) => (item['observerIds'] as string[]).includes(ann.id))).toBe(true)
    await layOut(admin, false)
    expect(await hiddenFor(ann.api)).toBe(false)
    await layOut(ann.api, true, 'personal')
    expect([await hiddenFor(ann.api), await hiddenFor(bob.api)]).toEqual([true, false])
    await ann.api('DELETE /v1/types/{type}/form', { type, scope: 'personal' })
    expect(await hiddenFor(ann.api)).toBe(false)
    expect((await refusal(ann.api('PUT /v1/types/{type}/form', { type, values: { sections: [{ title: 'Mine', fields: [{ name: 'fields.nothing' }] }] } }))).at).toEqual(['/sections/0/fields/0/name'])
  })

  it('ITM-4: a deal goes through a pipeline of its own, whose stages are put in another order and renamed', async () => {
    const pipelineId = `service_${code}`.slice(0, 40)
    const suffix = `${process.pid}_${Date.now().toString(36)}`.toUpperCase()
    const stages = [{ id: `ASKED_${suffix}`, title: 'Asked' }, { id: `BUSY_${suffix}`, title: 'Busy' }, { id: `DONE_${suffix}`, title: 'Done', semantic: 'success' as const }, { id: `NOT_${suffix}`, title: 'Not done', semantic: 'failure' as const }]
    await admin('POST /v1/types/{type}/pipelines', { type: 'deal', values: { id: pipelineId, title: 'Service', stages } })
    const deal = await chief.api('POST /v1/items/{type}', { type: 'deal', values: { title: 'Repair', pipelineId } })
    expect(deal).toMatchObject({ pipelineId, stageId: `ASKED_${suffix}` })
    const order = [`BUSY_${suffix}`, `ASKED_${suffix}`, `DONE_${suffix}`, `NOT_${suffix}`]
    const reordered = await admin('PATCH /v1/types/{type}/pipelines/{pipelineId}', { type: 'deal', pipelineId, values: { title: 'Workshop', stageIds: order } })
    expect([reordered.title, reordered.stages.map(({ id }) => id)]).toEqual(['Workshop', order])
    expect(await admin('PATCH /v1/types/{type}/stages/{stageId}', { type: 'deal', stageId: `BUSY_${suffix}`, values: { title: 'At work' } })).toMatchObject({ title: 'At work' })
    expect(await refusal(admin('DELETE /v1/types/{type}/pipelines/{pipelineId}', { type: 'deal', pipelineId }))).toMatchObject({ status: 409, code: 'pipeline.in_use' })
    await chief.api('DELETE /v1/items/{type}/{id}', { type: 'deal', id: deal.id })
    await admin('DELETE /v1/types/{type}/pipelines/{pipelineId}', { type: 'deal', pipelineId })
  })

  it('API-5: what names no type, stage, field or pipeline answers 404, and bad definitions are refused by name', async () => {
    for (const path of ['nothing', 'deal/stages/NOWHERE', 'deal/pipelines/none', 'deal/fields/none', 'nothing/form', 'DEAL', 'constructor', '__proto__']) expect((await bare('GET', `/v1/types/${path}`)).status).toBe(404)
    const refused = async (path: string, body: object): Promise<string[]> => ((await bare<{ errors?: { pointer: string }[] }>('POST', `/v1/types${path}`, body)).body.errors ?? []).map(({ pointer }) => pointer)
    expect(await refused('', { code: 'Bad Code', title: '' })).toEqual(['/code', '/title'])
    expect(await refused('', { code: 'fine', title: 'Fine', colour: 'red' })).toEqual(['/colour'])
    expect(await refused('/deal/fields', { code: 'x', kind: 'blob' })).toEqual(['/kind'])
    expect(await refused('/deal/stages', { title: 'x', semantic: 'maybe' })).toEqual(['/semantic'])
    expect(await refused('/deal/pipelines', { title: 'x', stages: [] })).toEqual(['/stages'])
  })

  it('ITM-1: the type goes when its last item has gone', async () => {
    const remove = () => admin('DELETE /v1/types/{type}', { type })
    expect(await refusal(remove())).toMatchObject({ status: 409, code: 'type.in_use' })
    for (const id of await listed(chief.api)) await chief.api('DELETE /v1/items/{type}/{id}', { type, id })
    await remove()
    expect((await refusal(chief.api('GET /v1/items/{type}', { type }))).status).toBe(404)
    expect((await admin('GET /v1/types', { limit: 200 })).items.map((one) => one.code)).not.toContain(code)
  })
})
