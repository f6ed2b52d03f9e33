import { MOST_HEADER_BYTES, MOST_LIGHT_BYTES } from './limits.ts'

const [LF, CR] = [0x0a, 0x0d]

/**
 * A mail with line ends, and with the empty line between its headers and its text: some programs write neither as they should, and all of their text would be lost. What is
 * mended is what the reader gets; the kept original stays as it came. The given bytes may be changed.
 */
export function mended(raw: Buffer): Buffer {
  const withLines = endsLinesWithCr(raw) ? withLineFeeds(raw) : raw
  const at = startOfText(withLines)
  if (at === undefined) return withLines
  const lineEnd = withLines[at - 1] === LF && withLines[at - 2] !== CR ? '\n' : '\r\n'
  return Buffer.concat([withLines.subarray(0, at), Buffer.from(lineEnd), withLines.subarray(at)])
}

/** Programs of old Macs end lines so. A CR within lines that end otherwise means nothing: a server would not read it as the end of a line, and neither must we. */
function endsLinesWithCr(raw: Buffer): boolean {
  const first = raw.indexOf(CR)
  if (first < 0 || raw[first + 1] === LF) return false
  const feed = raw.indexOf(LF)
  // The server that took it may have ended its last line.
  if (feed < 0 || feed === raw.length - 1) return true
  const empty = raw.indexOf('\r\r', 0, 'latin1')
  return empty >= 0 && empty < feed
}

function withLineFeeds(raw: Buffer): Buffer {
  for (let at = 0; at < raw.length; at += 1) {
    if (raw[at] === CR && raw[at + 1] !== LF) raw[at] = LF
  }
  return raw
}

const HEADER = /^[!-9;-~]+[ \t]*:/
/** The line that a mailbox file puts above a mail. */
const MAILBOX_LINE = /^>?From /
/**
 * Headers that stand in a mail's head and hardly in its first lines of text: all that a mail is read by, those that call it automatic above all (SNS-7), and what only programs
 * write. Words such as `Priority:` are not among them: in forms they are text, and as headers nobody asks for them.
 */
const CERTAIN_HEADER = new RegExp(
  `^(?:${[
    'from|to|cc|bcc|sender|reply-to|subject|date|message-id|in-reply-to|references|received|return-path|mime-version|content-[a-z-]+',
    'auto-[a-z-]+|precedence|list-[a-z-]+|x-[a-z0-9-]+',
    'dkim-[a-z-]+|arc-[a-z-]+|authentication-results|delivered-to|errors-to|resent-[a-z-]+|feedback-id|user-agent|thread-[a-z-]+|return-receipt-to|disposition-notification-to',
  ].join('|')})[ \\t]*:`,
  'i',
)
const LONGEST_HEADER_NAME = 100

/**
 * Where the text begins that follows the headers without an empty line: at the first line that is no header, unless headers go on behind it: then it
 * is a broken one of them. Undefined where the empty line is there. Larger mails are left as they are, since mending one takes its size in memory.
 */
function startOfText(raw: Buffer): number | undefined {
  if (raw.length > MOST_LIGHT_BYTES) return undefined
  let start: number | undefined
  const last = Math.min(raw.length, MOST_HEADER_BYTES)
  for (let at = 0; at < last; at = nextLine(raw, at)) {
    if (raw[at] === LF || (raw[at] === CR && raw[at + 1] === LF)) return start
    const line = raw.toString('latin1', at, Math.min(at + LONGEST_HEADER_NAME, last))
    // The parser begins a part there by itself.
    if (start === undefined && line.startsWith('--')) return undefined
    // What came before it was no text: it counts wherever it stands above the first empty line.
    if (start !== undefined && CERTAIN_HEADER.test(line)) start = undefined
    if (start === undefined && !/^[ \t]/.test(line) && !HEADER.test(line) && !(at === 0 && MAILBOX_LINE.test(line))) start = at
  }
  return start
}

function nextLine(raw: Buffer, from: number): number {
  const newline = raw.indexOf(LF, from)
  return newline < 0 ? raw.length : newline + 1
}
