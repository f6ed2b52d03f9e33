import { normalDecimal } from '../kernel/decimal.ts'
import { minorUnitPlaces } from './currencies.ts'
import { decimalText, fractionOf, isNegative, minus, over, plus, roundHalfUp, times, whole, type Fraction } from './fraction.ts'
import type { ProductRow } from './schema.ts'

/** What one row or all of them come to, as decimal texts in the currency's minor units. */
export interface Figures {
  readonly net: string
  readonly tax: string
  readonly total: string
  /** What the discounts took off. */
  readonly discount: string
}

export interface Totals extends Figures {
  readonly rows: readonly Figures[]
}

/** Whole numbers of minor units. */
interface Sums {
  readonly net: bigint
  readonly tax: bigint
  readonly total: bigint
  readonly discount: bigint
}

/** What rows come to, of each and together: every row is rounded once, the sums are plain sums (see the README for the rule). */
export function totalsOf(rows: readonly ProductRow[], currency: string): Totals {
  const places = minorUnitPlaces(currency)
  const sums = rows.map((row) => sumsOf(row, places))
  const together = sums.reduce((all, one) => ({ net: all.net + one.net, tax: all.tax + one.tax, total: all.total + one.total, discount: all.discount + one.discount }), { net: 0n, tax: 0n, total: 0n, discount: 0n })
  return { ...figures(together, places), rows: sums.map((one) => figures(one, places)) }
}

/** The first row whose discount is larger than the row itself, or -1. */
export function rowWithTooMuchDiscount(rows: readonly ProductRow[]): number {
  return rows.findIndex((row) => isNegative(discounted(row)))
}

/** Whether the total still fits into an amount. */
export function fitsIntoAmount({ total }: Totals): boolean {
  return normalDecimal(total) !== undefined
}

function sumsOf(row: ProductRow, places: number): Sums {
  const rate = fractionOf(row.taxRate)
  const after = roundHalfUp(discounted(row), places)
  const discount = roundHalfUp(priced(row), places) - after
  if (row.taxIncluded) {
    const tax = roundHalfUp(over(times(whole(after), rate), plus(HUNDRED, rate)), 0)
    return { net: after - tax, tax, total: after, discount }
  }
  const tax = roundHalfUp(over(times(whole(after), rate), HUNDRED), 0)
  return { net: after, tax, total: after + tax, discount }
}

const HUNDRED = whole(100n)

function priced({ price, quantity }: ProductRow): Fraction {
  return times(fractionOf(price), fractionOf(quantity))
}

function discounted(row: ProductRow): Fraction {
  const { discount } = row
  if (!discount) return priced(row)
  if (discount.kind === 'amount') return minus(priced(row), fractionOf(discount.value))
  return over(times(priced(row), minus(HUNDRED, fractionOf(discount.value))), HUNDRED)
}

function figures(sums: Sums, places: number): Figures {
  // As amounts are written everywhere: two places at least, more only where they are not zero.
  const text = (units: bigint): string => decimalText(units, places).replace(/^(\d+)$/, '$1.00').replace(/(\.\d\d\d*?)0+$/, '$1')
  return { net: text(sums.net), tax: text(sums.tax), total: text(sums.total), discount: text(sums.discount) }
}
