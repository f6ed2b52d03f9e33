/** Whether a charset's name means UTF-7, which some old programs still write and nothing else can read. */
export function isUtf7(charset: string): boolean {
  return /^(?:unicode-\d-\d-|x-)?utf-?7$/i.test(charset)
}

/** Text of UTF-7 bytes that were read as if they were ASCII. What is no code stays as it is. */
export function ofUtf7(text: string): string {
  return text.replaceAll(/\+([A-Za-z0-9+/]*)-?/g, (written, code: string) => {
    if (code === '') return written === '+-' ? '+' : written
    const bytes = Buffer.from(code, 'base64')
    const units = bytes.subarray(0, bytes.length - (bytes.length % 2))
    // A decoder for each of a hundred thousand codes would take more memory than the mail.
    return units.length === 0 ? written : units.swap16().toString('utf16le').toWellFormed()
  })
}

/** A header with its UTF-7 words written in UTF-8 instead (RFC 2047). */
export function withoutUtf7Words(header: string): string {
  return header.replaceAll(/=\?([\w-]{4,30})\?([QB])\?([^?\s]{0,2000})\?=/gi, (written, charset: string, way: string, code: string) => {
    if (!isUtf7(charset)) return written
    const ascii = way.toUpperCase() === 'B' ? Buffer.from(code, 'base64').toString('latin1') : code.replaceAll('_', ' ').replaceAll(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    return `=?utf-8?B?${Buffer.from(ofUtf7(ascii)).toString('base64')}?=`
  })
}
