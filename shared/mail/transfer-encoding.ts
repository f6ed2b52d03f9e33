export type TransferEncoding = 'base64' | 'quoted-printable' | 'none'

/** The bytes that were encoded, in no more memory than they take themselves; what is no code is passed over. */
export function decoded(bytes: Buffer, encoding: TransferEncoding): Uint8Array<ArrayBuffer> {
  if (encoding === 'base64') return ofBase64(bytes)
  return encoding === 'quoted-printable' ? ofQuotedPrintable(bytes) : new Uint8Array(bytes)
}

const NO_CODE = 64
const VALUES = new Uint8Array(256).fill(NO_CODE)
for (const [value, sign] of [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'].entries()) VALUES[sign.charCodeAt(0)] = value

function ofBase64(bytes: Buffer): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(Math.ceil((bytes.length * 3) / 4))
  let length = 0
  let bits = 0
  let count = 0
  for (let at = 0; at < bytes.length; at += 1) {
    const value = VALUES[bytes[at] ?? 0] ?? NO_CODE
    if (value === NO_CODE) continue
    bits = (bits << 6) | value
    count += 1
    if (count < 4) continue
    result[length] = bits >> 16
    result[length + 1] = bits >> 8
    result[length + 2] = bits
    length += 3
    bits = count = 0
  }
  // Two signs left over are one byte more, three are two.
  if (count > 1) result[length++] = bits >> (count === 3 ? 10 : 4)
  if (count > 2) result[length++] = bits >> 2
  return result.subarray(0, length)
}

const EQUALS = 0x3d

function ofQuotedPrintable(bytes: Buffer): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(bytes.length)
  let length = 0
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0
    if (byte !== EQUALS) {
      result[length++] = byte
      continue
    }
    const code = bytes.toString('latin1', at + 1, at + 3)
    if (/^[0-9a-f]{2}$/i.test(code)) {
      result[length++] = Number.parseInt(code, 16)
      at += 2
    } else if (code.startsWith('\n')) {
      at += 1
    } else if (code === '\r\n') {
      at += 2
    } else {
      result[length++] = byte
    }
  }
  return result.subarray(0, length)
}
