import { normalDecimal } from '../kernel/decimal.ts'
import { invalidField } from '../kernel/problem.ts'
import { DEFAULT_CURRENCY, fitsIntoAmount, rowWithTooMuchDiscount, totalsOf, type ProductRow, type Totals } from '../money/index.ts'
import type { TypeDefinition } from '../types/index.ts'

type Values = Readonly<Record<string, unknown>>

export function productRowsOf(values: Values): readonly ProductRow[] {
  return Array.isArray(values['productRows']) ? (values['productRows'] as ProductRow[]) : []
}

/** What the product rows of an item come to, for showing. */
export function totalsOfItem(values: Values): Totals {
  return totalsOf(productRowsOf(values), currencyOf(values))
}

/** The values with the amount that follows from the product rows (ITM-3). Without rows the amount is what people write. Throws 400 for an amount that contradicts the rows. */
export function withAmountOfRows(type: TypeDefinition, values: Values, input: Values): Record<string, unknown> {
  const rows = productRowsOf(values)
  if (!type.productRows || rows.length === 0) return { ...values }
  const tooMuch = rowWithTooMuchDiscount(rows)
  if (tooMuch >= 0) throw invalidField(`/productRows/${tooMuch}/discount`, `${type.code}.discount_too_large`, 'The discount is larger than the row.')
  const totals = totalsOfItem(values)
  if (!fitsIntoAmount(totals)) throw invalidField('/productRows', `${type.code}.total_too_large`, 'Together they come to more than an amount can hold.')
  const amount = normalDecimal(totals.total)
  if (input['amount'] !== undefined && input['amount'] !== null && input['amount'] !== amount) throw invalidField('/amount', `${type.code}.amount_follows_rows`, `It follows from the product rows, which come to ${amount}.`)
  return { ...values, amount, currency: currencyOf(values) }
}

function currencyOf(values: Values): string {
  return typeof values['currency'] === 'string' ? values['currency'] : DEFAULT_CURRENCY
}
