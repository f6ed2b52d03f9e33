/** Labels of text that say nothing: programs that write them put any bytes there. Everything else names an alphabet that is known. */
const SAYS_NOTHING = /^(?:us-?ascii|ascii|ansi|x-unknown|unknown(?:-8bit)?|8bit|default)$/i

const windows1252 = new TextDecoder('windows-1252')
/** The byte of each sign of windows-1252. */
const BYTES: ReadonlyMap<string, number> = new Map(Array.from({ length: 256 }, (_, byte) => [windows1252.decode(Uint8Array.of(byte)), byte]))

/** Whether a charset's name leaves open which alphabet a text is in; the parser takes it for windows-1252. */
export function saysNothing(charset: string): boolean {
  return SAYS_NOTHING.test(charset) || !isKnown(charset)
}

function isKnown(charset: string): boolean {
  if (charset === '') return true
  try {
    return new TextDecoder(charset) instanceof TextDecoder
  } catch {
    // That is the answer.
    return false
  }
}

/** Text of UTF-8 bytes that were read as windows-1252 because their label says nothing; any other text as it is. */
export function mendedUtf8(text: string): string {
  if (!/[\u00c2-\u00f4]/.test(text)) return text
  const bytes = Buffer.alloc(text.length)
  for (let at = 0; at < text.length; at += 1) {
    const byte = BYTES.get(text.charAt(at))
    if (byte === undefined) return text
    bytes[at] = byte
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    // It is windows-1252 indeed.
    return text
  }
}

/** Bytes in no named alphabet that are no UTF-8 either, as UTF-8: old programs of the West write them so. */
export function westernAsUtf8(bytes: Uint8Array): Buffer {
  return Buffer.from(windows1252.decode(bytes))
}
