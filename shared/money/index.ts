export { DEFAULT_CURRENCY } from './currencies.ts'
export { MOST_PRODUCT_ROWS, ProductRow, ProductRows, Totals as TotalsView } from './schema.ts'
export { fitsIntoAmount, rowWithTooMuchDiscount, totalsOf, type Totals } from './totals.ts'
