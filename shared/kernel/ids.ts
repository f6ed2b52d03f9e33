import { randomBytes } from 'node:crypto'

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'

/** Crockford's base 32 in lower case: no letters that people mistake for each other, and text order equals number order. */
function base32(value: number, length: number): string {
  let rest = value
  let text = ''
  for (let place = 0; place < length; place += 1) {
    text = (ALPHABET[rest % 32] ?? '') + text
    rest = Math.floor(rest / 32)
  }
  return text
}

/** The same alphabet for bytes: each byte gives one character (5 of its bits), so the text is as random as needed for its length. */
export function base32OfBytes(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => ALPHABET[byte % 32] ?? '').join('')
}

/** 80 random bits behind a prefix that says what it is: `usr_8k3n...`. */
export function randomId(prefix: string): string {
  return `${prefix}_${base32OfBytes(randomBytes(16))}`
}

/** Nine characters that sort as the moments do (milliseconds, good until the year 3084). */
export function sortableTime(at: Date): string {
  return base32(at.getTime(), 9)
}
