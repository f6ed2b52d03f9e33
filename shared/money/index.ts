export { DEFAULT_CURRENCY } from './currencies.ts'
export { ProductRow, ProductRows } from './schema.ts'
export { fitsIntoAmount, rowWithTooMuchDiscount, totalsOf, type Totals } from './totals.ts'
