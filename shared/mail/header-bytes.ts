/**
 * Old programs write headers in bytes of their own alphabet, without saying which. What is UTF-8 is taken as that, line by line; anything else as the alphabet
 * that the mail's text names, else as Windows-1252, the commonest by far, so that a name loses its accents to the wrong letters at worst and never to nothing.
 */
export function withReadableHeaders(raw: Buffer, mostHeaderBytes: number): Buffer {
  const end = endOfHeaders(raw, mostHeaderBytes)
  const headers = raw.subarray(0, end)
  if (isUtf8(headers)) return raw
  const fallback = decoderOfText(raw)
  const lines = splitLines(headers).map((line) => (isUtf8(line) ? line : Buffer.from(fallback.decode(line))))
  return Buffer.concat([...lines, raw.subarray(end)])
}

/** Where the first empty line is: the header block is before it. */
export function endOfHeaders(raw: Buffer, mostHeaderBytes: number): number {
  const head = raw.subarray(0, mostHeaderBytes)
  const ends = [head.indexOf('\r\n\r\n'), head.indexOf('\n\n')].filter((at) => at >= 0)
  return ends.length === 0 ? head.length : Math.min(...ends)
}

const LOOKED_AT_BYTES = 64 * 1024

/** The first alphabet that is named near the top and that bytes outside of ASCII can be in. */
function decoderOfText(raw: Buffer): InstanceType<typeof TextDecoder> {
  const [, label = ''] = /\bcharset\s*=\s*"?((?:windows|cp|iso-8859|iso8859|koi8|gb|big5|shift|euc)[\w.:-]*)/i.exec(raw.toString('latin1', 0, LOOKED_AT_BYTES)) ?? []
  try {
    return new TextDecoder(label === '' ? 'windows-1252' : label.replace(/^cp(?=125)/i, 'windows-'))
  } catch {
    // A name that nobody knows says nothing.
    return new TextDecoder('windows-1252')
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

function isUtf8(bytes: Buffer): boolean {
  try {
    utf8.decode(bytes)
    return true
  } catch {
    return false
  }
}

function splitLines(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = []
  let from = 0
  while (from < bytes.length) {
    const at = bytes.indexOf(0x0a, from)
    const end = at < 0 ? bytes.length : at + 1
    lines.push(bytes.subarray(from, end))
    from = end
  }
  return lines
}
