/** The currency of an amount that came without one. */
export const DEFAULT_CURRENCY = 'EUR'

const DEFAULT_PLACES = 2

/** Currencies whose smallest unit is not a hundredth (ISO 4217). */
const places: Readonly<Record<string, number>> = {
  BIF: 0, CLP: 0, DJF: 0, GNF: 0, ISK: 0, JPY: 0, KMF: 0, KRW: 0, PYG: 0, RWF: 0, UGX: 0, UYI: 0, VND: 0, VUV: 0, XAF: 0, XOF: 0, XPF: 0,
  BHD: 3, IQD: 3, JOD: 3, KWD: 3, LYD: 3, OMR: 3, TND: 3,
  CLF: 4, UYW: 4,
}

/** How many decimal places the smallest unit of a currency has. */
export function minorUnitPlaces(currency: string): number {
  return Object.hasOwn(places, currency) ? (places[currency] ?? DEFAULT_PLACES) : DEFAULT_PLACES
}
