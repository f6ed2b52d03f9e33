/** Exact decimal numbers as text: money is never a floating-point number. */

const DECIMAL = /^(-?)(\d{1,15})(?:\.(\d{1,4}))?$/

/** Two places at least, four at most, no leading zeros: `1200` becomes `1200.00`. Undefined for what is not a decimal of at most 15 digits and 4 places. */
export function normalDecimal(text: string): string | undefined {
  const [, sign = '', whole, places = ''] = DECIMAL.exec(text) ?? []
  if (whole === undefined) return undefined
  const digits = `${BigInt(whole)}.${places.replace(/0+$/, '').padEnd(2, '0')}`
  return /[1-9]/.test(digits) ? sign + digits : digits
}

/** Negative, zero or positive as `a` is less than, equal to or greater than `b`. */
export function compareDecimals(a: string, b: string): number {
  const difference = tenThousandths(a) - tenThousandths(b)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

function tenThousandths(text: string): bigint {
  const [, sign = '', whole = '0', places = ''] = DECIMAL.exec(text) ?? []
  const value = BigInt(whole + places.padEnd(4, '0'))
  return sign === '-' ? -value : value
}
