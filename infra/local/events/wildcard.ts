import { PatternError } from './pattern-error.ts'

/**
 * The test of `{ "wildcard": "a*b" }`: `*` stands for any characters or none; `\*` and `\\` are the characters themselves.
 *
 * @throws PatternError for two wildcards in a row or a backslash before anything else
 */
export function wildcardTest(wildcard: string, path: string): (value: string) => boolean {
  const [first = '', ...rest] = literalsOf(wildcard, path)
  const last = rest.pop()
  if (last === undefined) return (value) => value === first
  return (value) => {
    if (value.length < first.length + last.length || !value.startsWith(first) || !value.endsWith(last)) return false
    // The earliest place for each piece leaves the most room for the next ones, so no attempt has to be taken back.
    let from = first.length
    for (const piece of rest) {
      const at = value.indexOf(piece, from)
      if (at < 0) return false
      from = at + piece.length
    }
    return from <= value.length - last.length
  }
}

/** The literal pieces between the wildcards. */
function literalsOf(wildcard: string, path: string): string[] {
  const pieces = ['']
  let wasStar = false
  const extend = (text: string): void => void pieces.push((pieces.pop() ?? '') + text)
  for (let at = 0; at < wildcard.length; at++) {
    const character = wildcard.charAt(at)
    if (character === '*') {
      if (wasStar) throw new PatternError(path, 'consecutive wildcard characters')
      pieces.push('')
    } else if (character === '\\') {
      at += 1
      const escaped = wildcard.charAt(at)
      if (escaped !== '*' && escaped !== '\\') throw new PatternError(path, 'a backslash in a wildcard may stand before * or \\ only')
      extend(escaped)
    } else {
      extend(character)
    }
    wasStar = character === '*'
  }
  return pieces
}
