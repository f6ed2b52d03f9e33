import { beforeAll, describe, expect, it } from 'vitest'
import { ADMIN, aPerson, clientOf, giveRole, refusal, signedIn, until, type Caller, type Client } from './client.ts'

let ann: Caller
let bob: Caller
/** The same person without the typed client, which makes keys and tries again by itself. */
let bare: Client

beforeAll(async () => {
  const admin = await signedIn(ADMIN)
  const [a, b] = await Promise.all([aPerson(admin), aPerson(admin)])
  await giveRole(admin, 'Manager', { kind: 'user', id: a.id }, { kind: 'user', id: b.id })
  ;[ann, bob, bare] = await Promise.all([clientOf(a.email), clientOf(b.email), signedIn(a.email)])
})

describe('ITM-6: writing on the version that one has read', () => {
  it('a stale If-Match gets 412 and changes nothing; without one a change applies to what stands', async () => {
    const first = await ann('POST /v1/items/{type}', { type: 'deal', values: { title: 'One' } })
    const ref = { type: 'deal', id: first.id }
    const change = (title: string, ifMatch?: object): Promise<unknown> => ann('PATCH /v1/items/{type}/{id}', { ...ref, values: { title }, ...(ifMatch ? { ifMatch } : {}) })
    const second = await ann('PATCH /v1/items/{type}/{id}', { ...ref, values: { title: 'Two' }, ifMatch: first })
    expect(second).toMatchObject({ title: 'Two', version: 2 })
    expect(await refusal(change('Three', first))).toMatchObject({ status: 412, code: 'item.stale' })
    expect(await refusal(ann('DELETE /v1/items/{type}/{id}', { ...ref, ifMatch: first }))).toMatchObject({ status: 412 })
    expect(await ann('GET /v1/items/{type}/{id}', ref)).toEqual(second)
    expect(await change('Four')).toMatchObject({ title: 'Four', version: 3 })
    // A change that changes nothing is no version.
    expect(await change('Four')).toMatchObject({ version: 3 })
    const answer = await bare('GET', `/v1/items/deal/${first.id}`)
    expect(answer.headers.get('etag')).toBe('"3"')
  })

  it('many writers who count with If-Match lose no step (64 of them, 1,000 steps: npm run prove -- items)', async () => {
    const { id } = await ann('POST /v1/items/{type}', { type: 'deal', values: { amount: '0' } })
    const ref = { type: 'deal', id }
    const step = async (): Promise<void> => {
      for (;;) {
        const seen = await ann('GET /v1/items/{type}/{id}', ref)
        try {
          await ann('PATCH /v1/items/{type}/{id}', { ...ref, values: { amount: String(Number(seen['amount']) + 1) }, ifMatch: seen })
          return
        } catch (error) {
          expect(error).toMatchObject({ status: 412 })
          await new Promise((resolve) => setTimeout(resolve, Math.random() * 50))
        }
      }
    }
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        for (let n = 0; n < 5; n += 1) await step()
      }),
    )
    expect(await ann('GET /v1/items/{type}/{id}', ref)).toMatchObject({ amount: '40.00', version: 41 })
  })
})

describe('API-3: sending again with an Idempotency-Key', () => {
  let serial = 0
  const aKey = (): { idempotencyKey: string } => ({ idempotencyKey: `key ${process.pid} ${Date.now()} ${(serial += 1)}` })
  const make = (values: object, options: { idempotencyKey: string }, who = ann) => who('POST /v1/items/{type}', { type: 'deal', values: { ...values } }, options)

  it('gives the same answer once more and does it once; another body is 422; keys are each person’s own', async () => {
    const key = aKey()
    const made = await make({ title: 'Once' }, key)
    expect(await make({ title: 'Once' }, key)).toEqual(made)
    await ann('PATCH /v1/items/{type}/{id}', { type: 'deal', id: made.id, values: { opened: false } })
    expect(await make({ title: 'Once' }, key)).toEqual(made)
    expect(await refusal(make({ title: 'Twice' }, key))).toMatchObject({ status: 422, code: 'idempotency.other_body' })
    expect((await make({ title: 'Once' }, key, bob)).id).not.toBe(made.id)
    const { value: found } = await until(async () => {
      const { items } = await ann('GET /v1/items/{type}', { type: 'deal', title: 'Once' })
      return items.length > 0 ? items : undefined
    })
    expect(found.map(({ id }) => id)).toEqual([made.id])
  })

  it('of twins at the same moment one does it, the others get its answer or 409', async () => {
    const key = { 'idempotency-key': aKey().idempotencyKey }
    const twins = await Promise.all(Array.from({ length: 6 }, () => bare('POST', '/v1/items/deal', { title: 'Twin' }, key)))
    const done = twins.filter(({ status }) => status === 201)
    expect(new Set(done.map(({ text }) => text)).size).toBe(1)
    for (const { status, body } of twins.filter((twin) => !done.includes(twin))) expect([status, body['code']]).toEqual([409, 'idempotency.under_way'])
    expect((await bare('POST', '/v1/items/deal', { title: 'Twin' }, key)).text).toBe(done[0]?.text)
  })

  it('what was refused has used up no key, and who has lost the right gets no old answer', async () => {
    const key = aKey()
    expect((await refusal(make({ colour: 'red' }, key))).status).toBe(400)
    const { id } = await make({ title: 'Fine' }, key)
    const comment = aKey()
    const say = (): Promise<unknown> => ann('POST /v1/items/{type}/{id}/comments', { type: 'deal', id, values: { text: 'Seen' } }, comment)
    await say()
    await ann('PATCH /v1/items/{type}/{id}', { type: 'deal', id, values: { responsibleId: (await bob('GET /v1/me')).id } })
    expect((await refusal(say())).status).toBe(404)
  })

  it('of a batch too: it is done once, and not told of to who has lost one of its items', async () => {
    const { id } = await ann('POST /v1/items/{type}', { type: 'deal', values: { title: 'Mine' } })
    const key = aKey()
    const send = () => ann('POST /v1/items/{type}/batch', { type: 'deal', values: { operations: [{ op: 'create', values: { title: 'By batch' } }, { op: 'update', id, values: { title: 'Changed' } }] } }, key)
    const first = await send()
    expect(first.results.map(({ status }) => status)).toEqual([201, 200])
    expect(await send()).toEqual(first)
    expect(await ann('GET /v1/items/{type}/{id}', { type: 'deal', id })).toMatchObject({ title: 'Changed', version: 2 })
    await ann('PATCH /v1/items/{type}/{id}', { type: 'deal', id, values: { responsibleId: (await bob('GET /v1/me')).id } })
    expect(await refusal(send())).toMatchObject({ status: 404, code: 'deal.not_found' })
  })

  it('covers conversion and comments as well', async () => {
    const lead = await ann('POST /v1/items/{type}', { type: 'lead', values: { firstName: 'Ida' } })
    const key = aKey()
    const convert = () => ann('POST /v1/items/lead/{id}/convert', { id: lead.id, values: { contact: true } }, key)
    expect(await convert()).toEqual(await convert())
    const once = aKey()
    const say = () => ann('POST /v1/items/{type}/{id}/comments', { type: 'lead', id: lead.id, values: { text: 'Once' } }, once)
    expect(await say()).toEqual(await say())
    const { items } = await ann('GET /v1/items/{type}/{id}/timeline', { type: 'lead', id: lead.id, kind: 'comment.added' })
    expect(items).toHaveLength(1)
  })
})
