import { beforeAll, describe, expect, it } from 'vitest'
import { ADMIN, aPerson, clientOf, refusal, signedIn, until, type Caller } from './client.ts'

/** A smart process with a field of every kind, one value and several. */
const code = `probe_${process.pid}_${Date.now().toString(36)}`
const KINDS = ['string', 'text', 'integer', 'number', 'boolean', 'date', 'datetime', 'money', 'enumeration', 'url', 'employee', 'item', 'file'] as const
type Kind = (typeof KINDS)[number]

let admin: Caller
let ann: Caller
let annId: string

beforeAll(async () => {
  const raw = await signedIn(ADMIN)
  const person = await aPerson(raw)
  annId = person.id
  admin = await clientOf(ADMIN)
  const options = [{ id: 'red', title: 'Red' }, { id: 'blue', title: 'Blue' }]
  const fields = KINDS.flatMap((kind) => [false, true].map((multiple) => ({ code: multiple ? `${kind}s` : kind, kind, multiple, ...(kind === 'enumeration' ? { options } : {}) })))
  const stages = [{ id: 'FIRST', title: 'First' }, { id: 'LATER', title: 'Later' }, { id: 'DONE', title: 'Done', semantic: 'success' as const }]
  const role = await admin('POST /v1/roles', { values: { name: `Prober of ${code}` } })
  await admin('PUT /v1/roles/{id}/bindings', { id: role.id, values: { bindings: [{ kind: 'user', id: person.id }] } })
  await admin('POST /v1/types', { values: { code, title: 'Probe', fields, stages, roles: { [role.id]: { read: 'own', add: 'own', update: 'own' } } } })
  ann = await clientOf(person.email)
})

const make = (fields: object) => ann('POST /v1/items/{type}', { type: code, values: { fields } })
const aFile = async (): Promise<string> => (await ann('POST /v1/files', { values: { name: 'a.txt', size: 1 } })).id

/** What is taken for each kind, with the form in which it is kept, and what is refused. */
const samples: Record<Kind, { good: [sent: unknown, kept: unknown]; bad: unknown[] }> = {
  string: { good: ['  Blue  ', 'Blue'], bad: [5, 'x'.repeat(501), {}] },
  text: { good: ['One\nTwo', 'One\nTwo'], bad: [true, ['x', 5]] },
  integer: { good: [-7, -7], bad: [1.5, '7', 2 ** 60] },
  number: { good: [0.25, 0.25], bad: ['0.25', [0.5], 1e-300] },
  boolean: { good: [false, false], bad: ['false', 0] },
  date: { good: ['2026-02-28', '2026-02-28'], bad: ['2026-02-30', '28.02.2026', 5] },
  datetime: { good: ['2026-11-21T09:30:00+01:00', '2026-11-21T08:30:00.000Z'], bad: ['2026-11-21T09:30', '2026-11-21'] },
  money: { good: [{ amount: 19.9, currency: 'USD' }, { amount: '19.90', currency: 'USD' }], bad: ['19.90', { amount: 'x' }, { amount: '1', currency: 'usd' }] },
  enumeration: { good: ['red', 'red'], bad: ['green', 'Red'] },
  url: { good: ['https://example.org/a?b=c', 'https://example.org/a?b=c'], bad: ['javascript:alert(1)', 'example.org', 'ftp://example.org'] },
  employee: { good: ['me', 'me'], bad: ['usr_nobody', 5] },
  item: { good: ['item', 'item'], bad: [{ type: 'deal', id: 999_999_999 }, { type: 'nothing', id: 1 }, 5] },
  file: { good: ['file', 'file'], bad: ['fil_nothing', 'x', 5] },
}

/** Values that name something have to name something that is there. */
async function meant(value: unknown): Promise<unknown> {
  if (value === 'me') return annId
  if (value === 'file') return aFile()
  return value === 'item' ? { type: code, id: (await make({})).id } : value
}

describe('ITM-5: fields of the company’s own', () => {
  it.each(KINDS)('%s: kept as it is meant, alone and several times, cleared by null; anything else is refused by name', async (kind) => {
    const { good, bad } = samples[kind]
    const one = await meant(good[0])
    const kept = one === good[0] ? good[1] : one
    const made = await make({ [kind]: one, ...(kind === 'file' ? {} : { [`${kind}s`]: [one] }) })
    expect(made['fields']).toMatchObject({ [kind]: kept, [`${kind}s`]: kind === 'file' ? [] : [kept] })
    expect(await ann('GET /v1/items/{type}/{id}', { type: code, id: made.id })).toEqual(made)
    for (const value of bad) {
      expect(await refusal(make({ [kind]: value }))).toMatchObject({ status: 400, at: expect.arrayContaining([expect.stringMatching(new RegExp(`^/fields/${kind}(/|$)`))]) })
      const several = await refusal(ann('PATCH /v1/items/{type}/{id}', { type: code, id: made.id, values: { fields: { [`${kind}s`]: [one, value] } } }))
      expect(several).toMatchObject({ status: 400, at: expect.arrayContaining([expect.stringMatching(new RegExp(`^/fields/${kind}s/1(/|$)`))]) })
    }
    const cleared = await ann('PATCH /v1/items/{type}/{id}', { type: code, id: made.id, values: { fields: { [kind]: null, [`${kind}s`]: [] } } })
    expect(cleared['fields']).toMatchObject({ [kind]: null, [`${kind}s`]: [] })
  })

  it('a field that there is not is refused by name, never ignored, and lists filter by those that there are', async () => {
    expect((await refusal(make({ colour: 'red' }))).at).toEqual(['/fields/colour'])
    const { id } = await make({ string: `Needle ${code}`, money: { amount: '250', currency: 'EUR' } })
    const { value } = await until(async () => {
      const { items } = await ann('GET /v1/items/{type}', { type: code, 'fields.string': `Needle ${code}` })
      return items.length > 0 ? items : undefined
    })
    expect(value.map((item) => item.id)).toEqual([id])
    expect((await ann('GET /v1/items/{type}', { type: code, 'fields.money[gt]': '249.99', 'fields.string[contains]': 'needle' })).items.map((item) => item.id)).toEqual([id])
    expect((await refusal(ann('GET /v1/items/{type}', { type: code, 'fields.colour': 'red' }))).at).toEqual(['?fields.colour'])
  })

  it('kind and number of values never change; an option that was left out is retired, not taken away', async () => {
    const patch = (values: object) => admin('PATCH /v1/types/{type}/fields/{field}', { type: code, field: 'enumeration', values: { ...values } })
    for (const values of [{ kind: 'string' }, { multiple: true }]) expect((await refusal(patch(values))).status).toBe(422)
    const { id } = await make({ enumeration: 'red' })
    await patch({ options: [{ id: 'blue', title: 'Blue' }] })
    expect(await ann('PATCH /v1/items/{type}/{id}', { type: code, id, values: { title: 'Still red' } })).toMatchObject({ fields: { enumeration: 'red' } })
    expect(await refusal(make({ enumeration: 'red' }))).toMatchObject({ code: 'field.option_retired', at: ['/fields/enumeration'] })
    await patch({ options: [{ id: 'red', title: 'Red' }, { id: 'blue', title: 'Blue' }] })
  })

  it('ITM-5: required always, or from a stage on', async () => {
    await admin('POST /v1/types/{type}/fields', { type: code, values: { code: 'reason', kind: 'string', requiredFrom: ['LATER'] } })
    const { id } = await make({})
    const move = (values: object): Promise<unknown> => ann('PATCH /v1/items/{type}/{id}', { type: code, id, values: { stageId: 'LATER', ...values } })
    expect(await refusal(move({}))).toMatchObject({ status: 400, code: 'field.required', at: ['/fields/reason'] })
    await move({ fields: { reason: 'Because' } })
    expect((await refusal(ann('PATCH /v1/items/{type}/{id}', { type: code, id, values: { fields: { reason: null } } }))).at).toEqual(['/fields/reason'])
    await admin('PATCH /v1/types/{type}/fields/{field}', { type: code, field: 'string', values: { required: true } })
    expect((await refusal(make({}))).at).toEqual(['/fields/string'])
  })
})
