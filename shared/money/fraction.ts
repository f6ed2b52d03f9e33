/** An exact number: a fraction of whole numbers, the lower one above zero. */
export interface Fraction {
  readonly upper: bigint
  readonly lower: bigint
}

/** The number in a decimal text such as `12.50`. The text has been checked before: anything else throws. */
export function fractionOf(decimal: string): Fraction {
  const [, sign = '', whole = '', places = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(decimal) ?? []
  if (whole === '') throw new Error('Not a decimal number.')
  const digits = BigInt(whole + places)
  return { upper: sign === '-' ? -digits : digits, lower: 10n ** BigInt(places.length) }
}

/** A whole number. */
export function whole(number: bigint): Fraction {
  return { upper: number, lower: 1n }
}

export function times(a: Fraction, b: Fraction): Fraction {
  return { upper: a.upper * b.upper, lower: a.lower * b.lower }
}

/** `b` is not zero. */
export function over(a: Fraction, b: Fraction): Fraction {
  const sign = b.upper < 0n ? -1n : 1n
  return { upper: a.upper * b.lower * sign, lower: a.lower * b.upper * sign }
}

/** Exact, as all of them are. */
export function plus(a: Fraction, b: Fraction): Fraction {
  return { upper: a.upper * b.lower + b.upper * a.lower, lower: a.lower * b.lower }
}

export function minus(a: Fraction, b: Fraction): Fraction {
  return plus(a, { upper: -b.upper, lower: b.lower })
}

/** Less than zero. */
export function isNegative({ upper }: Fraction): boolean {
  return upper < 0n
}

/** The nearest whole number of units of 10^-places; a half goes away from zero. */
export function roundHalfUp({ upper, lower }: Fraction, places: number): bigint {
  const scaled = (upper < 0n ? -upper : upper) * 10n ** BigInt(places)
  const rounded = (2n * scaled + lower) / (2n * lower)
  return upper < 0n ? -rounded : rounded
}

/** Units of 10^-places as text with that many places. */
export function decimalText(units: bigint, places: number): string {
  const digits = String(units < 0n ? -units : units).padStart(places + 1, '0')
  const text = places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`
  return units < 0n ? `-${text}` : text
}
