/** Outlook's `winmail.dat` (TNEF): a container in which it hides attachments, and at times the text, from all other programs. */
export interface Winmail {
  readonly text: string
  readonly files: readonly { readonly name: string; readonly content: Uint8Array<ArrayBuffer> }[]
}

const SIGNATURE = 0x223e9f78
const BODY = 0x800c
const ATTACH_BEGIN = 0x9002
const ATTACH_TITLE = 0x8010
const ATTACH_DATA = 0x800f
const ATTACH_PROPERTIES = 0x9005
/** The long name among the properties of an attachment, as 8-bit text and as UTF-16. */
const LONG_NAME = { tag: 0x3707, narrow: 0x001e, wide: 0x001f }
const MOST_ATTRIBUTES = 10_000

/** By its first bytes, whatever the part calls itself. */
export function isWinmail(content: Uint8Array): boolean {
  return content.byteLength >= 6 && viewOf(content).getUint32(0, true) === SIGNATURE
}

/** What is in it as far as it can be read: a broken one gives what stands before the break. */
export function readWinmail(content: Uint8Array): Winmail {
  const view = viewOf(content)
  const files: { name: string; content: Uint8Array<ArrayBuffer> }[] = []
  let text = ''
  let at = 6
  for (let count = 0; count < MOST_ATTRIBUTES && at + 11 <= view.byteLength; count += 1) {
    // A level, the attribute's number and kind, its length, its content, a sum of its bytes.
    const attribute = view.getUint16(at + 1, true)
    const length = view.getUint32(at + 5, true)
    const from = at + 9
    if (from + length > view.byteLength) break
    const value = content.subarray(from, from + length)
    const file = files.at(-1)
    if (attribute === BODY) text = narrow(value)
    if (attribute === ATTACH_BEGIN) files.push({ name: '', content: new Uint8Array() })
    if (attribute === ATTACH_TITLE && file && file.name === '') file.name = narrow(value)
    if (attribute === ATTACH_DATA && file) file.content = new Uint8Array(value)
    if (attribute === ATTACH_PROPERTIES && file) file.name = longName(value) ?? file.name
    at = from + length + 2
  }
  return { text, files: files.filter(({ content: bytes }) => bytes.byteLength > 0) }
}

/** Found by its tag: a count of values, the length of the text, the text. */
function longName(properties: Uint8Array): string | undefined {
  const view = viewOf(properties)
  for (let at = 4; at + 12 <= view.byteLength; at += 4) {
    const kind = view.getUint16(at, true)
    if (view.getUint16(at + 2, true) !== LONG_NAME.tag || (kind !== LONG_NAME.narrow && kind !== LONG_NAME.wide)) continue
    const length = view.getUint32(at + 8, true)
    if (length === 0 || at + 12 + length > view.byteLength) continue
    const bytes = properties.subarray(at + 12, at + 12 + length)
    return kind === LONG_NAME.wide ? new TextDecoder('utf-16le').decode(bytes).replaceAll('\0', '') : narrow(bytes)
  }
  return undefined
}

const windows1252 = new TextDecoder('windows-1252')

function narrow(bytes: Uint8Array): string {
  return windows1252.decode(bytes).replaceAll('\0', '')
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
