import { isUtf8 } from 'node:buffer'
import PostalMime, { type Attachment as Part, type Email } from 'postal-mime'
import { cleanHtml, textOfCleanHtml } from './clean-html.ts'
import { cleanLine, cleanText, cutToBytes } from '../kernel/clean-text.ts'
import { endOfHeaders, withReadableHeaders } from './header-bytes.ts'
import { EMPTY_LETTER, type Attachment, type Letter } from './letter.ts'
import { readHeaders } from './letter-headers.ts'
import { bytesOfLeaf, leavesOf, lightened, type Leaf } from './large-parts.ts'
import { DEEPEST_NESTING, MOST_ATTACHMENTS, MOST_HEADER_BYTES, MOST_LIGHT_BYTES, MOST_LINES, MOST_TEXT_BYTES } from './limits.ts'
import { mended } from './mended-lines.ts'
import { mendedUtf8, saysNothing, westernAsUtf8 } from './mislabelled.ts'
import { ownWordsOf } from './quoted-history.ts'
import { safeContentType, safeFileName } from '../kernel/safe-file.ts'
import { isUtf7, ofUtf7 } from './utf-7.ts'
import { isWinmail, readWinmail } from './winmail.ts'

/** A mail as far as it can be read. */
export interface Reading {
  readonly letter: Letter
  /** The content of each of the letter's attachments, in the same order. */
  readonly files: readonly Uint8Array<ArrayBuffer>[]
  /** Why the mail could not be read; then the letter has what its headers say, if anything. */
  readonly unreadable?: string
}

/** Reads a raw mail, from the sender's own first byte on. Whatever a sender can write gives a reading; nothing throws. The bytes are given away. */
export async function readLetter(bytes: Buffer): Promise<Reading> {
  const raw = mended(bytes)
  try {
    const leaves = leavesOf(raw)
    const { light, markers, cut } = lightened(raw, leaves)
    if (hasTooManyLines(light)) return await readHeadersAlone(raw, 'It has too many lines to be read.')
    if (light.length > MOST_LIGHT_BYTES) return await readHeadersAlone(raw, 'It has too many parts to be read.')
    const email = await parsed(withReadableHeaders(light, MOST_HEADER_BYTES))
    const parts = withWinmail(email.attachments.map((part) => withItsContent(part, raw, markers)))
    // A marker that came out elsewhere than where it was put in: the parts are not what they seem to be.
    if (parts.filter(({ isMarked }) => isMarked).length < markers.size) return await readHeadersAlone(raw, 'Its parts contradict each other.')
    return readingOf(email, parts, leaves, cut, parts.length === 0 ? textWithoutParts(raw, email) : '')
  } catch (error) {
    return readHeadersAlone(raw, error instanceof Error ? error.message : String(error))
  }
}

/** An attachment with its bytes, wherever they were. */
interface File extends Pick<Part, 'filename' | 'mimeType' | 'contentId'> {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly isMarked?: boolean
}

const LONGEST_MARKER = 100

function withItsContent(part: Part, raw: Buffer, markers: ReadonlyMap<string, Leaf>): File {
  const bytes = bytesOfPart(part)
  const leaf = bytes.byteLength > LONGEST_MARKER ? undefined : markers.get(Buffer.from(bytes).toString('latin1').trim())
  return { ...part, bytes: leaf ? bytesOfLeaf(raw, leaf) : bytes, isMarked: leaf !== undefined }
}

/** What Outlook has packed into a `winmail.dat` stands beside it, as files of their own. */
function withWinmail(files: readonly File[]): File[] {
  return files.flatMap((file) => [
    file,
    ...(isWinmail(file.bytes) ? readWinmail(file.bytes).files.map(({ name, content }): File => ({ filename: name === '' ? null : name, mimeType: 'application/octet-stream', bytes: content })) : []),
  ])
}

/** For a mail that must not be read whole: too large, or one that broke the reader before. */
export async function readHeadersAlone(bytes: Buffer, unreadable: string): Promise<Reading> {
  const raw = mended(bytes)
  const reason = cleanLine(unreadable, 200)
  try {
    const head = raw.subarray(0, endOfHeaders(raw, HEADERS_OF_THE_UNREADABLE))
    const { headers } = await parsed(withReadableHeaders(Buffer.concat([head, Buffer.from('\r\n\r\n')]), MOST_HEADER_BYTES))
    return { letter: { ...EMPTY_LETTER, ...readHeaders(headers) }, files: [], unreadable: reason }
  } catch {
    // Not even its headers can be read: it is kept and listed all the same.
    return { letter: EMPTY_LETTER, files: [], unreadable: reason }
  }
}

const HEADERS_OF_THE_UNREADABLE = 64 * 1024

function hasTooManyLines(raw: Buffer): boolean {
  let lines = 0
  for (let at = raw.indexOf(0x0a); at >= 0; at = raw.indexOf(0x0a, at + 1)) {
    lines += 1
    if (lines > MOST_LINES) return true
  }
  return false
}

/** Attached mails stay files: their text is not the sender's, and they may hold mails in turn without end. */
function parsed(raw: Buffer): Promise<Email> {
  return PostalMime.parse(raw, { forceRfc822Attachments: true, maxNestingDepth: DEEPEST_NESTING, maxHeadersSize: MOST_HEADER_BYTES })
}

function readingOf(email: Email, all: readonly File[], leaves: readonly Leaf[], wasCut: boolean, instead: string): Reading {
  const ofKind = (kind: 'plain' | 'html', text: string): string => {
    const charsets = leaves.filter((leaf) => leaf.text === kind).map(({ charset }) => charset)
    if (charsets.some(isUtf7)) return ofUtf7(text)
    return charsets.length > 0 && charsets.every(saysNothing) ? mendedUtf8(text) : text
  }
  const html = email.html === undefined ? { html: null, cut: false } : cleanHtml(ofKind('html', email.html))
  const plain = [ofKind('plain', email.text ?? ''), ...all.map(({ bytes }) => (isWinmail(bytes) ? readWinmail(bytes).text : '')), html.html === null ? instead : ''].map(cleanText).find((text) => text.trim() !== '')
  const { text, cut } = cutToBytes((plain ?? (html.html === null ? '' : textOfCleanHtml(html.html))).trim(), MOST_TEXT_BYTES)
  const files = all.slice(0, MOST_ATTACHMENTS)
  return {
    letter: {
      ...readHeaders(email.headers),
      text,
      ownWords: ownWordsOf(text),
      html: html.html,
      cut: wasCut || cut || html.cut,
      attachments: files.map(attachmentOf),
      omittedAttachments: all.length - files.length,
    },
    files: files.map(({ bytes }) => bytes),
  }
}

/** What stands below the headers of a mail that should have parts and has none, since its boundary is missing or another: better as it is than lost. */
function textWithoutParts(raw: Buffer, { headers, text, html }: Email): string {
  const isMultipart = headers.some(({ key, value }) => key === 'content-type' && /^\s*multipart\//i.test(value))
  if (!isMultipart || (text ?? '').trim() !== '' || html !== undefined) return ''
  const from = endOfHeaders(raw, MOST_HEADER_BYTES)
  const bytes = raw.subarray(from, from + MOST_TEXT_BYTES)
  return isUtf8(bytes) ? bytes.toString() : westernAsUtf8(bytes).toString()
}

function attachmentOf({ filename, mimeType, contentId: id, bytes }: File, index: number): Attachment {
  const contentType = safeContentType(mimeType)
  const contentId = cleanLine(id ?? '', 250).replaceAll(/^<|>$/g, '')
  return { name: safeFileName(filename, index + 1, contentType), contentType, size: bytes.byteLength, ...(contentId === '' ? {} : { contentId }) }
}

function bytesOfPart({ content }: Part): Uint8Array<ArrayBuffer> {
  if (typeof content === 'string') return new Uint8Array(Buffer.from(content))
  return content instanceof Uint8Array ? new Uint8Array(content) : new Uint8Array(content)
}
