import type { ItemRef } from '../items/index.ts'
import { MOST_KEYS } from './limits.ts'

/** A key as the sender wrote it, and the item it names. */
export interface FoundKey {
  readonly written: string
  readonly item: ItemRef
}

/** More digits than any item's number has. */
const MOST_DIGITS = 15

/**
 * The item keys in a text, such as `DID#88`, in square brackets or not, in any letter case (SNS-1, SNS-4). No letter or digit stands
 * before a key: `VALID#48` is none. Each item is named once, by its first key.
 */
export function keysIn(text: string, prefixes: ReadonlyMap<string, string>): FoundKey[] {
  const types = new Map([...prefixes].map(([type, prefix]) => [prefix.toLowerCase(), type]))
  if (types.size === 0) return []
  // The longest prefix first: where one ends with another, the whole of it counts.
  const alternatives = [...types.keys()].toSorted((a, b) => b.length - a.length).map(escaped)
  const expression = new RegExp(`(?<![\\p{L}\\p{N}\\p{M}])(${alternatives.join('|')})(\\d+)`, 'giu')
  const found = new Map<string, FoundKey>()
  for (const [written, prefix = '', digits = ''] of text.matchAll(expression)) {
    const type = types.get(prefix.toLowerCase())
    if (type === undefined || digits.length > MOST_DIGITS || Number(digits) === 0) continue
    const item = { type, id: Number(digits) }
    if (!found.has(`${type}#${item.id}`)) found.set(`${type}#${item.id}`, { written, item })
    if (found.size === MOST_KEYS) break
  }
  return [...found.values()]
}

function escaped(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}]/gu, (sign) => `\\u{${(sign.codePointAt(0) ?? 0).toString(16)}}`)
}
