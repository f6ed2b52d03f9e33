import * as z from 'zod'

/** Codes of types: `equipment`. They stand in paths, keys and roles, and never change. */
export const TypeCode = z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, 'Small letters, digits and underscores, a letter first, at most 40.').refine(isNoMethod, 'This word is reserved.')

/** Names of stages, pipelines, options and fields. */
export const PlainName = z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,39}$/, 'Letters, digits and underscores, a letter first, at most 40.').refine(isNoMethod, 'This word is reserved.')

export const LONGEST_TITLE = 100
export const Title = z.string().trim().min(1).max(LONGEST_TITLE)

/** A word that every object knows, such as `constructor`, would find more than what was stored under it. */
function isNoMethod(name: string): boolean {
  return !(name in Object.prototype)
}

/** A free name made of a title: "In work" becomes `IN_WORK`, and `IN_WORK_2` where that is taken. Titles without Latin letters fall back on a word. */
export function nameFromTitle(title: string, taken: ReadonlySet<string>, fallback: string): string {
  const plain = title.normalize('NFKD').replaceAll(/\p{M}/gu, '').replaceAll(/[^A-Za-z0-9]+/g, '_').replaceAll(/^[_\d]+|_+$/g, '').slice(0, 30).toUpperCase()
  const stem = plain === '' ? fallback : plain
  for (let count = 1; ; count += 1) {
    const name = count === 1 ? stem : `${stem}_${count}`
    if (!taken.has(name)) return name
  }
}
