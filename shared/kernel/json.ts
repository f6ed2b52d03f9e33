/** Two values that would read the same as JSON, whatever the order of their keys. A missing key equals `undefined`. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((one, index) => sameValue(one, b[index]))
  if (!isRecord(a) || !isRecord(b)) return false
  const keys = new Set([...Object.keys(a), ...Object.keys(b)])
  return [...keys].every((key) => sameValue(a[key], b[key]))
}

/** Whether it is what JSON calls an object: no list, no null. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * JSON of a client, with text that can be stored: no halves of characters, which JSON can spell but UTF-8 cannot. A key `__proto__` would vanish on its way through
 * objects, so it is refused with `noSuchField`. Throws a `SyntaxError` for what else is wrong with it.
 */
export function parseStorable(text: string, noSuchField: () => Error): unknown {
  return JSON.parse(text, (key, value: unknown) => {
    if (key === '__proto__') throw noSuchField()
    if (!key.isWellFormed() || (typeof value === 'string' && !value.isWellFormed())) throw new SyntaxError('It holds half a character.')
    return value
  })
}

/** The record without the keys whose value is undefined. */
export function withoutUndefined<T extends object>(record: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: Exclude<T[K], undefined> }
}
