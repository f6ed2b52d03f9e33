import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareDecimals } from '../../../shared/kernel/decimal.ts'
import { fitsIntoAmount, ProductRow, ProductRows, rowWithTooMuchDiscount, totalsOf } from '../../../shared/money/index.ts'

const row = (given: object): ProductRow => ProductRow.parse({ title: 'Tile', ...given })
const total = (given: object, currency = 'EUR'): string => totalsOf([row(given)], currency).total

/** Minor units of a decimal text, by hand: tests do their own arithmetic. */
const cents = (text: string): bigint => BigInt(text.replace('.', '').padEnd(text.indexOf('.') < 0 ? text.length + 2 : 0, '0'))

const decimals = (most: number): fc.Arbitrary<string> => fc.tuple(fc.integer({ min: 0, max: most }), fc.integer({ min: 0, max: 9999 })).map(([whole, places]) => `${whole}.${String(places).padStart(4, '0')}`)
const aRow = fc.record({
  price: decimals(99_999),
  quantity: decimals(999).map((text) => (/[1-9]/.test(text) ? text : '1')),
  discount: fc.option(fc.record({ kind: fc.constant('percent'), value: decimals(99) }), { nil: undefined }),
  taxRate: decimals(99),
  taxIncluded: fc.boolean(),
}).map(row)

describe('ITM-3 what product rows come to', () => {
  it.each([
    ['the price times the quantity', { price: '10', quantity: '3' }, '30.00'],
    ['exactly, where floating point would not', { price: 0.1, quantity: 3 }, '0.30'],
    ['a half cent goes up', { price: '0.005' }, '0.01'],
    ['less than half a cent goes down', { price: '0.0049' }, '0.00'],
    ['1.005 is 1.01, which floating point makes 1.00', { price: '1.005' }, '1.01'],
    ['rounded once a row, not once a piece', { price: '0.004', quantity: '1000' }, '4.00'],
    ['a discount in percent', { price: '33.335', quantity: '3', discount: { kind: 'percent', value: '10' } }, '90.00'],
    ['a discount as an amount is off the whole row', { price: '10', quantity: '3', discount: { kind: 'amount', value: '5' } }, '25.00'],
    ['a tax that is added', { price: '100', taxRate: '20' }, '120.00'],
    ['a tax that is included changes nothing', { price: '100', taxRate: '20', taxIncluded: true }, '100.00'],
    ['a tax of a fraction of a percent', { price: '100', taxRate: '7.7' }, '107.70'],
    ['all of it for nothing', { price: '100', discount: { kind: 'percent', value: '100' }, taxRate: '20' }, '0.00'],
  ])('%s', (_what, given, expected) => {
    expect(total(given)).toBe(expected)
  })

  it('the example of the README', () => {
    expect(totalsOf([row({ price: '33.335', quantity: '3', discount: { kind: 'percent', value: '10' }, taxRate: '20' })], 'EUR')).toEqual({
      net: '90.00', tax: '18.00', total: '108.00', discount: '10.01', rows: [{ net: '90.00', tax: '18.00', total: '108.00', discount: '10.01' }],
    })
  })

  it('a tax that is included is taken out of the price', () => {
    expect(totalsOf([row({ price: '119', taxRate: '19', taxIncluded: true })], 'EUR')).toMatchObject({ net: '100.00', tax: '19.00', total: '119.00' })
  })

  it.each([['JPY', '10.5', '11.00'], ['EUR', '10.505', '10.51'], ['KWD', '1.2345', '1.235'], ['KWD', '1.23', '1.23'], ['CLF', '1.2345', '1.2345']])('%s has its own minor units', (currency, price, expected) => {
    expect(total({ price }, currency)).toBe(expected)
  })

  it('no rows come to nothing', () => {
    expect(totalsOf([], 'EUR')).toEqual({ net: '0.00', tax: '0.00', total: '0.00', discount: '0.00', rows: [] })
  })

  it.each([{ price: '-1' }, { price: '1e3' }, { price: '1.23456' }, { price: '1', quantity: '0' }, { price: '1', taxRate: '101' }, { price: '1', discount: { kind: 'percent', value: '100.01' } }, { price: 'abc' }, {}, { price: '1', colour: 'red' }, { price: Number.NaN }, { price: 1e21 }])('%j is refused', (given) => {
    expect(ProductRow.safeParse({ title: 'Tile', ...given }).success).toBe(false)
  })

  it('a discount larger than its row is found, and a total that no amount can hold', () => {
    expect(rowWithTooMuchDiscount([row({ price: '5' }), row({ price: '5', discount: { kind: 'amount', value: '5.01' } })])).toBe(1)
    expect(rowWithTooMuchDiscount([row({ price: '5', discount: { kind: 'amount', value: '5' } })])).toBe(-1)
    expect(fitsIntoAmount(totalsOf([row({ price: '999999999999', quantity: '999999999' })], 'EUR'))).toBe(false)
  })
})

describe('ITM-3 money keeps its laws', () => {
  it('the order of the rows does not matter', () => {
    fc.assert(fc.property(fc.array(aRow, { maxLength: 20 }), fc.infiniteStream(fc.nat()), (rows, numbers) => {
      const shuffled = rows.map((one) => ({ one, place: Number(numbers.next().value) })).toSorted((a, b) => a.place - b.place).map(({ one }) => one)
      const { rows: _rows, ...sums } = totalsOf(rows, 'EUR')
      expect(totalsOf(shuffled, 'EUR')).toMatchObject(sums)
    }))
  })

  it('in each row and together net and tax are the total, and the rows add up to the totals', () => {
    fc.assert(fc.property(fc.array(aRow, { maxLength: 20 }), (rows) => {
      const totals = totalsOf(rows, 'EUR')
      for (const one of [totals, ...totals.rows]) expect(cents(one.net) + cents(one.tax)).toBe(cents(one.total))
      for (const name of ['net', 'tax', 'total', 'discount'] as const) expect(totals.rows.reduce((sum, one) => sum + cents(one[name]), 0n)).toBe(cents(totals[name]))
    }))
  })

  it('nothing drifts: a thousand times a price is a thousand rows of it, when no row is rounded', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 99_999_999 }), (price) => {
      const text = `${Math.floor(price / 100)}.${String(price % 100).padStart(2, '0')}`
      const many = totalsOf(Array.from({ length: 1000 }, () => row({ price: text })), 'EUR')
      expect(many.total).toBe(total({ price: text, quantity: '1000' }))
      expect(cents(many.total)).toBe(BigInt(price) * 1000n)
    }), { numRuns: 20 })
  })

  it('rounds each row to the nearest cent, a half upwards', () => {
    fc.assert(fc.property(fc.nat({ max: 999_999_999 }), (tenThousandths) => {
      const text = `${Math.floor(tenThousandths / 10_000)}.${String(tenThousandths % 10_000).padStart(4, '0')}`
      expect(cents(total({ price: text }))).toBe((BigInt(tenThousandths) + 50n) / 100n)
    }))
  })

  it('a tax more is never less to pay', () => {
    fc.assert(fc.property(aRow, (one) => {
      const added = { ...one, taxIncluded: false }
      expect(compareDecimals(totalsOf([added], 'EUR').total, totalsOf([added], 'EUR').net)).toBeGreaterThanOrEqual(0)
    }))
  })

  it('what was read can be sent again and stays what it is', () => {
    fc.assert(fc.property(fc.array(aRow, { maxLength: 5 }), (rows) => {
      expect(ProductRows.parse(JSON.parse(JSON.stringify(rows)))).toEqual(rows)
    }))
  })
})
