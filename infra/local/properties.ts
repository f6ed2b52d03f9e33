/** Reads the loosely typed properties of a template's resource; a property of the wrong type counts as absent. */
export const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

export const texts = (value: unknown): readonly string[] => (Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [])

/** CloudFormation takes numbers as text too. */
export function number(value: unknown): number | undefined {
  const given = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof given === 'number' && Number.isFinite(given) ? given : undefined
}

export const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}

/** CloudFormation takes `"true"` for `true`. */
export const flag = (value: unknown): boolean => value === true || value === 'true'
