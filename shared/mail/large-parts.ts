import { isUtf8 } from 'node:buffer'
import { MOST_HEADER_BYTES } from './limits.ts'
import { westernAsUtf8 } from './mislabelled.ts'
import { decoded, type TransferEncoding } from './transfer-encoding.ts'

/** The content of a part that holds no others, as it lies in the raw mail. */
export interface Leaf {
  readonly from: number
  readonly to: number
  readonly encoding: TransferEncoding
  /** Of parts that are shown as the mail's text; all others are attachments. */
  readonly text: 'plain' | 'html' | undefined
  readonly charset: string
}

/** Smaller parts are left to the parser whole. */
const LARGE_BYTES = 16 * 1024
/** What is kept of a text is less than this, however it is encoded. */
const MOST_TEXT_IN_TRANSFER = 800 * 1024
const MOST_TEXT_LINES = 30_000
const MOST_BOUNDARIES = 100
/** Each costs the parser as much as hundreds of lines. */
const MOST_PARTS = 2000

/** A mail without the weight of its attachments: the parser takes time and memory for each line, which nobody has to spend on lines that are mere bytes. */
export interface Lightened {
  readonly light: Buffer
  /** What stands in the light mail in the place of each large attachment. */
  readonly markers: ReadonlyMap<string, Leaf>
  /** A text was longer than is ever kept. */
  readonly cut: boolean
}

export function lightened(raw: Buffer, leaves: readonly Leaf[]): Lightened {
  const pieces: Buffer[] = []
  const markers = new Map<string, Leaf>()
  let at = 0
  let cut = false
  for (const leaf of leaves) {
    const end = leaf.text === undefined ? undefined : endOfText(raw, leaf)
    if (end === leaf.to && isUnlabelled(raw, leaf)) {
      pieces.push(raw.subarray(at, leaf.from), westernAsUtf8(raw.subarray(leaf.from, leaf.to)))
      at = leaf.to
      continue
    }
    if (end === leaf.to || (end === undefined && leaf.to - leaf.from <= LARGE_BYTES)) continue
    pieces.push(raw.subarray(at, leaf.from))
    at = leaf.to
    if (end === undefined) {
      // Not a word that a sender could have written there: it would have to name its own place.
      const marker = `leadline-part-${markers.size}-${leaf.from}-${leaf.to}`
      markers.set(marker, leaf)
      pieces.push(Buffer.from(leaf.encoding === 'base64' ? Buffer.from(marker).toString('base64') : marker))
    } else {
      cut = true
      pieces.push(raw.subarray(leaf.from, end))
    }
  }
  return pieces.length === 0 ? { light: raw, markers, cut } : { light: Buffer.concat([...pieces, raw.subarray(at)]), markers, cut }
}

/** The parser takes text that names no alphabet for UTF-8. */
function isUnlabelled(raw: Buffer, { from, to, charset, encoding }: Leaf): boolean {
  return charset === '' && encoding === 'none' && !isUtf8(raw.subarray(from, to))
}

/** Where a text is cut: after so many lines, or before the line that is too much, if there are lines at all. */
function endOfText(raw: Buffer, { from, to }: Leaf): number {
  let end = from
  for (let lines = 0; end < to && lines < MOST_TEXT_LINES; lines += 1) {
    const next = Math.min(nextLine(raw, end), to)
    if (next - from > MOST_TEXT_IN_TRANSFER) return end === from ? from + MOST_TEXT_IN_TRANSFER : end
    end = next
  }
  return end
}

/** The bytes of a large attachment. */
export function bytesOfLeaf(raw: Buffer, { from, to, encoding }: Leaf): Uint8Array<ArrayBuffer> {
  return decoded(raw.subarray(from, to), encoding)
}

/** The parts of a mail that hold no others, found by its boundaries alone: no line is looked at but those that may be one. Throws when there are too many. */
export function leavesOf(raw: Buffer): Leaf[] {
  const leaves: Leaf[] = []
  const open: Buffer[] = []
  let part = readPart(raw, 0)
  let inPart = true
  let from = part.from
  if (part.boundary && open.length < MOST_BOUNDARIES) open.push(part.boundary)
  for (let at = nextDashes(raw, from); ; at = nextDashes(raw, at + 1)) {
    const line = at < 0 ? undefined : boundaryLine(raw, at, open)
    if (at >= 0 && !line) continue
    if (inPart && !part.boundary) leaves.push({ from, to: Math.max(from, at < 0 ? raw.length : endBefore(raw, at)), ...part.leaf })
    if (!line) return leaves
    if (leaves.length > MOST_PARTS) throw new Error('It has too many parts to be read.')
    open.length = line.isEnd ? line.depth : line.depth + 1
    inPart = !line.isEnd
    if (inPart) {
      part = readPart(raw, line.next)
      from = part.from
      if (part.boundary && open.length < MOST_BOUNDARIES) open.push(part.boundary)
    } else {
      from = line.next
    }
    at = line.next - 2
  }
}

/** Where the next line begins that starts with two dashes. */
function nextDashes(raw: Buffer, from: number): number {
  if (from <= 0 && raw.subarray(0, 2).toString('latin1') === '--') return 0
  const found = raw.indexOf('\n--', Math.max(0, from - 1), 'latin1')
  return found < 0 ? -1 : found + 1
}

function boundaryLine(raw: Buffer, at: number, open: readonly Buffer[]): { depth: number; isEnd: boolean; next: number } | undefined {
  for (let depth = open.length - 1; depth >= 0; depth -= 1) {
    const boundary = open[depth]
    // Two bytes tell most lines apart: a hostile mail has a million of them, and a hundred open boundaries.
    if (!boundary || raw[at + 1 + boundary.length] !== boundary.at(-1) || !endsBoundary(raw[at + 2 + boundary.length]) || raw.compare(boundary, 0, boundary.length, at + 2, at + 2 + boundary.length) !== 0) continue
    const next = nextLine(raw, at)
    const rest = raw.toString('latin1', at + 2 + boundary.length, Math.min(next, at + 300 + boundary.length))
    if (/^(?:--)?[ \t\r\n]*$/.test(rest)) return { depth, isEnd: rest.startsWith('--'), next }
  }
  return undefined
}

/** What may stand right behind a boundary: nothing, white space, or the dashes that close it. */
function endsBoundary(byte: number | undefined): boolean {
  return byte === undefined || byte === LF || byte === CR || byte === DASH || byte === 0x20 || byte === 0x09
}

interface Part {
  /** Where its content begins. */
  readonly from: number
  readonly boundary: Buffer | undefined
  readonly leaf: Pick<Leaf, 'encoding' | 'text' | 'charset'>
}

function readPart(raw: Buffer, at: number): Part {
  const end = endOfHead(raw, at)
  const head = raw.toString('latin1', at, end.head).replaceAll(/\r?\n[ \t]+/g, ' ')
  const header = (name: string): string => new RegExp(`^${name}[ \\t]*:(.{0,2000})`, 'im').exec(head)?.[1]?.trim() ?? ''
  const type = header('content-type')
  const [kind = ''] = type.toLowerCase().split(/[;\s]/, 1)
  const boundary = kind.startsWith('multipart/') ? /;\s*boundary\s*=\s*(?:"([^"]*)"|([^\s;"]+))/i.exec(type) : null
  const value = boundary?.[1] ?? boundary?.[2] ?? ''
  const isAttached = /^attachment\b/i.test(header('content-disposition'))
  return {
    from: end.content,
    boundary: value === '' ? undefined : Buffer.from(value, 'latin1'),
    leaf: {
      encoding: encodingOf(header('content-transfer-encoding')),
      text: isAttached ? undefined : kind === 'text/html' ? 'html' : kind === 'text/plain' || kind === '' || kind.startsWith('multipart/') ? 'plain' : undefined,
      charset: /;\s*charset\s*=\s*"?([\w.:-]+)/i.exec(type)?.[1]?.toLowerCase() ?? '',
    },
  }
}

/** A part's headers end at its first empty line, which may be its very first, or where the next part begins. */
function endOfHead(raw: Buffer, at: number): { head: number; content: number } {
  const last = Math.min(raw.length, at + MOST_HEADER_BYTES)
  for (let line = at; line < last; line = nextLine(raw, line)) {
    if (raw[line] === LF) return { head: line, content: line + 1 }
    if (raw[line] === CR && raw[line + 1] === LF) return { head: line, content: line + 2 }
    if (line > at && raw[line] === DASH && raw[line + 1] === DASH) return { head: line, content: line }
  }
  return { head: last, content: last }
}

const [LF, CR, DASH] = [0x0a, 0x0d, 0x2d]

function nextLine(raw: Buffer, from: number): number {
  const newline = raw.indexOf(LF, from)
  return newline < 0 ? raw.length : newline + 1
}

/** The line end before a boundary belongs to the boundary. */
function endBefore(raw: Buffer, at: number): number {
  return raw[at - 1] === LF ? (raw[at - 2] === CR ? at - 2 : at - 1) : at
}

function encodingOf(header: string): TransferEncoding {
  const name = header.toLowerCase().split(/[\s;]/, 1)[0]
  return name === 'base64' || name === 'quoted-printable' ? name : 'none'
}
