import PostalMime, { type Attachment as Part, type Email } from 'postal-mime'
import { cleanHtml, textOfCleanHtml } from './clean-html.ts'
import { cleanLine, cleanText, cutToBytes } from '../kernel/clean-text.ts'
import { endOfHeaders, withReadableHeaders } from './header-bytes.ts'
import { EMPTY_LETTER, type Attachment, type Letter } from './letter.ts'
import { readHeaders } from './letter-headers.ts'
import { DEEPEST_NESTING, MOST_ATTACHMENTS, MOST_HEADER_BYTES, MOST_LINES, MOST_SHORT_LINES, MOST_TEXT_BYTES } from './limits.ts'
import { ownWordsOf } from './quoted-history.ts'
import { safeContentType, safeFileName } from '../kernel/safe-file.ts'

/** A mail as far as it can be read. */
export interface Reading {
  readonly letter: Letter
  /** The content of each of the letter's attachments, in the same order. */
  readonly files: readonly Uint8Array[]
  /** Why the mail could not be read; then the letter has what its headers say, if anything. */
  readonly unreadable?: string
}

/** Reads a raw mail, from the sender's own first byte on. Whatever a sender can write gives a reading; nothing throws. */
export async function readLetter(raw: Buffer): Promise<Reading> {
  if (hasTooManyLines(raw)) return readHeadersAlone(raw, 'It has too many lines to be read.')
  try {
    return readingOf(await parsed(withReadableHeaders(raw, MOST_HEADER_BYTES)))
  } catch (error) {
    return readHeadersAlone(raw, error instanceof Error ? error.message : String(error))
  }
}

/** For a mail that must not be read whole: too large, or one that broke the reader before. */
export async function readHeadersAlone(raw: Buffer, unreadable: string): Promise<Reading> {
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

export const HEADERS_OF_THE_UNREADABLE = 64 * 1024

/** Shorter than the lines of an encoded attachment. */
const SHORT_LINE_BYTES = 57

function hasTooManyLines(raw: Buffer): boolean {
  let [lines, shortLines, from] = [0, 0, 0]
  for (let at = raw.indexOf(0x0a); at >= 0; at = raw.indexOf(0x0a, from)) {
    lines += 1
    if (at - from < SHORT_LINE_BYTES) shortLines += 1
    from = at + 1
    if (lines > MOST_LINES || shortLines > MOST_SHORT_LINES) return true
  }
  return false
}

/** Attached mails stay files: their text is not the sender's, and they may hold mails in turn without end. */
function parsed(raw: Buffer): Promise<Email> {
  return PostalMime.parse(raw, { forceRfc822Attachments: true, maxNestingDepth: DEEPEST_NESTING, maxHeadersSize: MOST_HEADER_BYTES })
}

function readingOf(email: Email): Reading {
  const html = email.html === undefined ? { html: null, cut: false } : cleanHtml(email.html)
  const plain = email.text !== undefined && email.text.trim() !== '' ? cleanText(email.text) : html.html === null ? '' : textOfCleanHtml(html.html)
  const { text, cut } = cutToBytes(plain.trim(), MOST_TEXT_BYTES)
  const parts = email.attachments.slice(0, MOST_ATTACHMENTS)
  return {
    letter: {
      ...readHeaders(email.headers),
      text,
      ownWords: ownWordsOf(text),
      html: html.html,
      cut: cut || html.cut,
      attachments: parts.map(attachmentOf),
      omittedAttachments: email.attachments.length - parts.length,
    },
    files: parts.map(bytesOfPart),
  }
}

function attachmentOf(part: Part, index: number): Attachment {
  const contentType = safeContentType(part.mimeType)
  const contentId = cleanLine(part.contentId ?? '', 250).replaceAll(/^<|>$/g, '')
  return { name: safeFileName(part.filename, index + 1, contentType), contentType, size: bytesOfPart(part).byteLength, ...(contentId === '' ? {} : { contentId }) }
}

function bytesOfPart({ content }: Part): Uint8Array {
  if (typeof content === 'string') return Buffer.from(content)
  return content instanceof Uint8Array ? content : new Uint8Array(content)
}
