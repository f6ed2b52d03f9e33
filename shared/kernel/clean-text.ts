/* Characters that have no place in a text people read, and how much of a text is kept. */

// oxlint-disable-next-line no-control-regex -- it is them that go
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufeff]/g
const LINE_ENDS = /\r\n?|\u2028|\u2029/g
/** They turn the direction of what follows, so that `gpj.exe` reads as `exe.jpg`. */
const DIRECTIONS = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/** Text as it can be stored and shown: no control characters, no halves of characters, lines that end in `\n`. */
export function cleanText(text: string): string {
  return text.replaceAll(LINE_ENDS, '\n').replaceAll(CONTROLS, '').toWellFormed()
}

/** The same on one line, such as a subject or a name. */
export function cleanLine(text: string, longest: number): string {
  return cleanText(text.slice(0, 4 * longest)).replaceAll(DIRECTIONS, '').replaceAll(/\s+/g, ' ').trim().slice(0, longest).toWellFormed()
}

/** The beginning of a text, in at most so many UTF-16 units, as schemas count; never half a character. */
export function cutToLength(text: string, longest: number): string {
  const cut = text.slice(0, longest)
  return text.length > longest && !cut.isWellFormed() && text.isWellFormed() ? cut.slice(0, -1) : cut
}

/** The beginning of a text, in at most so many bytes of UTF-8. */
export function cutToBytes(text: string, most: number): { text: string; cut: boolean } {
  if (text.length * 3 <= most || Buffer.byteLength(text) <= most) return { text, cut: false }
  const bytes = Buffer.from(text.slice(0, most))
  let end = Math.min(most, bytes.length)
  // Not within a character: its further bytes begin with the bits 10.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1
  return { text: bytes.toString('utf8', 0, end), cut: true }
}
