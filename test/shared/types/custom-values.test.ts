import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { customValueSchema } from '../../../shared/items/custom-values.ts'
import { CUSTOM_KINDS, type CustomField, type CustomKind } from '../../../shared/types/field-schema.ts'
import { problemOf } from '../../support/problems.ts'
import { aTypesCompany, type TypesCompany } from './a-types-company.ts'

/** Contacts that fields may link to. */
const linked: number[] = []
const OPTIONS = [{ id: 'red', title: 'Red' }, { id: 'blue', title: 'Blue' }]
const aField = (kind: CustomKind, multiple = false): CustomField => ({ code: kind, title: kind, kind, multiple, required: false, requiredFrom: [], searchable: false, ...(kind === 'enumeration' ? { options: OPTIONS } : {}) })

const wellFormed = (text: string): boolean => text.isWellFormed() && !text.includes('\u0000')
const text = (max: number): fc.Arbitrary<string> => fc.string({ unit: 'grapheme', maxLength: max }).filter((one) => wellFormed(one) && one.trim() !== '' && one.length <= max)
const date = fc.date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-30T00:00:00Z'), noInvalidDate: true })
const digits = (max: number): fc.Arbitrary<string> => fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: max }).map((one) => one.join(''))

/** Values of each kind as clients may write them. */
const valid: Record<CustomKind, fc.Arbitrary<unknown>> = {
  string: text(500),
  text: text(2000),
  integer: fc.maxSafeInteger(),
  number: fc.double({ noNaN: true, noDefaultInfinity: true, min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER }).filter((value) => value === 0 || Math.abs(value) >= 1e-100),
  boolean: fc.boolean(),
  date: date.map((one) => one.toISOString().slice(0, 10)),
  datetime: fc.tuple(date, fc.constantFrom('Z', '+02:00', '-11:30')).map(([one, offset]) => one.toISOString().replace('Z', offset)).filter((one) => /^\d{4}-/.test(new Date(one).toISOString())),
  money: fc.record({ amount: fc.tuple(fc.constantFrom('', '-'), digits(15), fc.option(digits(4), { nil: undefined })).map(([sign, whole, places]) => `${sign}${whole}${places === undefined ? '' : `.${places}`}`), currency: fc.constantFrom('EUR', 'USD', 'JPY') }, { requiredKeys: ['amount'] }),
  enumeration: fc.constantFrom('red', 'blue'),
  url: fc.webUrl({ validSchemes: ['http', 'https'], withQueryParameters: true, withFragments: true }),
  employee: fc.constant('usr_seller'),
  item: fc.integer({ min: 0, max: 2 }).map((place) => ({ type: 'contact', id: linked[place] ?? place + 1 })),
  file: fc.array(fc.constantFrom(...'0123456789abcdefghjkmnpqrstvwxyz'), { minLength: 16, maxLength: 16 }).map((one) => `fil_${one.join('')}`),
}

/** What no field of the kind takes, besides whatever has the wrong shape altogether. */
const wrong: Record<CustomKind, readonly unknown[]> = {
  string: ['x'.repeat(501)],
  text: ['x'.repeat(20_001)],
  integer: [1.5, 2 ** 53, '7', Number.NaN],
  number: [2 ** 60, 1e-300, '7', Number.POSITIVE_INFINITY],
  boolean: ['true', 0, 'yes'],
  date: ['2026-02-30', '2026-1-1', '21.11.2026', '2026-11-21T00:00:00Z', 20261121],
  datetime: ['2026-11-21', '2026-11-21T09:30:00', '2026-13-01T00:00:00Z', '9999-12-31T23:59:59-12:00'],
  money: ['12', 12, { amount: '1e3' }, { amount: '1.23456' }, { amount: '1234567890123456' }, { amount: '1', currency: 'euro' }, { currency: 'EUR' }, { amount: '1', tax: '2' }],
  enumeration: ['green', 'RED', 0],
  url: ['example.org', 'javascript:alert(1)', 'ftp://example.org', 'https://', `https://example.org/${'x'.repeat(2000)}`],
  employee: ['', 'x'.repeat(65)].slice(1),
  item: ['contact:1', { type: 'contact' }, { type: 'contact', id: 0 }, { type: 'contact', id: 1, title: 'x' }, { type: 'Contact', id: 1 }],
  file: ['fil_', 'fil_ABCDEFGHJKMNPQRS', 'usr_0123456789abcdef', '../../secret'],
}

let at: TypesCompany
beforeAll(async () => {
  at = await aTypesCompany()
  for (const firstName of ['Ada', 'Bea', 'Cleo']) linked.push(Number((await at.make('contact', { firstName }))['id']))
  await at.define({ code: 'thing', title: 'Thing', flags: { stages: false }, fields: CUSTOM_KINDS.flatMap((kind) => [false, true].map((multiple) => ({ code: multiple ? `${kind}s` : kind, kind, multiple, ...(kind === 'enumeration' ? { options: OPTIONS } : {}) }))) })
})
afterAll(() => at.store.close())

/** A file of the administrator's, bound to nothing yet. */
async function announced(id: string): Promise<void> {
  await at.store.table.write({ put: { pk: `FILE#${id}`, sk: 'FILE', kind: 'file', id, uploaderId: at.company.administratorId, name: 'a.txt', contentType: 'text/plain', size: 1 } })
}

describe('values of the company’s own fields', () => {
  it.each(CUSTOM_KINDS)('ITM-5: what a client may write as %s is kept in one form, which is kept as it is when it is written again', (kind) => {
    const schema = customValueSchema(aField(kind))
    fc.assert(fc.property(valid[kind], (value) => {
      const kept: unknown = schema.parse(value)
      expect(schema.parse(kept)).toEqual(kept)
      expect(JSON.parse(JSON.stringify(kept))).toEqual(kept)
    }), { numRuns: 300 })
  })

  it.each(CUSTOM_KINDS)('ITM-5: what is no %s is refused', (kind) => {
    const single = customValueSchema(aField(kind))
    const several = customValueSchema(aField(kind, true))
    for (const value of wrong[kind]) {
      expect([value, single.safeParse(value).success]).toEqual([value, false])
      expect([value, several.safeParse([value]).success]).toEqual([value, false])
    }
    for (const value of [[], {}, [[]], [null], { value: 1 }]) expect([value, single.safeParse(value).success]).toEqual([value, false])
    for (const value of ['x', 1, true, {}, [null], [[]]]) expect([value, several.safeParse(value).success]).toEqual([value, false])
    expect(several.safeParse(Array.from({ length: 101 }, () => null)).success).toBe(false)
  })

  it('ITM-5: two ways to write a moment, an amount or a zero are one value', () => {
    const kept = (kind: CustomKind, value: unknown): unknown => customValueSchema(aField(kind)).parse(value)
    expect(kept('datetime', '2026-11-21T10:00:00+01:00')).toBe(kept('datetime', '2026-11-21T09:00:00.000Z'))
    expect(kept('money', { amount: 12 })).toEqual({ amount: '12.00', currency: 'EUR' })
    expect(Object.is(kept('number', -0), 0) && Object.is(kept('integer', -0), 0)).toBe(true)
  })

  it('ITM-5: any values come back from the table as they were kept, and writing them again changes nothing', async () => {
    const fields = fc.record(Object.fromEntries(CUSTOM_KINDS.flatMap((kind) => [[kind, valid[kind]], [`${kind}s`, fc.array(valid[kind], { minLength: 1, maxLength: 3 })]])), { requiredKeys: [] })
    await fc.assert(fc.asyncProperty(fields, async (given) => {
      for (const id of [given['file'] ?? [], given['files'] ?? []].flat()) await announced(String(id))
      const made = await at.make('thing', { fields: given })
      const read = await at.read('thing', made['id'])
      expect(read['fields']).toEqual(made['fields'])
      expect(await at.change('thing', made['id'], { fields: given })).toMatchObject({ version: 1 })
      expect(await at.change('thing', made['id'], { fields: read['fields'] })).toMatchObject({ version: 1 })
    }), { numRuns: 60 })
  })

  it('API-5: any JSON at all under fields is taken or refused with a pointer into it, and never breaks', async () => {
    const names = [...CUSTOM_KINDS, ...CUSTOM_KINDS.map((kind) => `${kind}s`), 'unknown', 'constructor', 'toString']
    const anything = fc.dictionary(fc.constantFrom(...names), fc.jsonValue({ maxDepth: 3 }).filter((value) => wellFormed(JSON.stringify(value))), { minKeys: 1, maxKeys: 4 })
    await fc.assert(fc.asyncProperty(fc.oneof(anything, fc.jsonValue().filter((value) => value !== undefined && wellFormed(JSON.stringify(value)))), async (fields) => {
      const outcome = await at.make('thing', { fields }).catch((error: unknown) => problemOf(Promise.reject(error)))
      if (!('fields' in outcome) || !Array.isArray(outcome.fields)) return
      expect(outcome).toMatchObject({ status: 400 })
      for (const { pointer } of outcome.fields as { pointer: string }[]) expect(pointer).toMatch(/^\/fields/)
    }), { numRuns: 300 })
  })
})
