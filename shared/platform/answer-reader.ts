/** How a call over HTTP/1.1 was answered. */
export interface HttpAnswer {
  readonly status: number
  /** Whether the connection may carry another call. */
  readonly keep: boolean
}

/** Reads the answers of one connection as they come in, and drops their bodies: who calls wants to know the status alone. */
export interface AnswerReader {
  /** Gives the answers that are whole by now. Throws for what is no HTTP/1.x, and for an answer beyond 64 KB. */
  read(chunk: Buffer): HttpAnswer[]
  /** The other side has ended the connection: gives the answer if its body was to last until then. */
  end(): HttpAnswer | undefined
}

const LONGEST_ANSWER_CHARACTERS = 64 * 1024

/** Reads one connection from its beginning; another connection needs a reader of its own. */
export function createAnswerReader(): AnswerReader {
  let text = ''
  return {
    read(chunk) {
      text += chunk.toString('latin1')
      const answers: HttpAnswer[] = []
      for (;;) {
        text = withoutInterim(text)
        const head = headOf(text)
        const end = head && endOfBody(text, head)
        if (head === undefined || end === undefined) break
        answers.push({ status: head.status, keep: head.keep })
        text = text.slice(end)
      }
      if (text.length > LONGEST_ANSWER_CHARACTERS) throw new Error('The answer is longer than any that was expected.')
      return answers
    },
    end() {
      const head = headOf(text)
      return head?.body === 'until the end' ? { status: head.status, keep: false } : undefined
    },
  }
}

interface Head {
  readonly status: number
  readonly keep: boolean
  readonly characters: number
  /** Its length, or how its end is told (RFC 9112, 6.3). */
  readonly body: number | 'chunked' | 'until the end'
}

/** Undefined while it is not whole. */
function headOf(text: string): Head | undefined {
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const head = text.slice(0, end)
  const [, minor, code] = /^HTTP\/1\.([01]) (\d{3})(?: |\r|$)/.exec(head) ?? []
  if (code === undefined) throw new Error('The answer is no HTTP/1.x.')
  const status = Number(code)
  const body = bodyOf(head, status)
  return { status, keep: minor === '1' && body !== 'until the end' && !/\r\nconnection:[^\r]*\bclose\b/i.test(head), characters: end + 4, body }
}

function bodyOf(head: string, status: number): Head['body'] {
  if (status === 204 || status === 304) return 0
  if (/\r\ntransfer-encoding:[^\r]*\bchunked[ \t]*(?:\r|$)/i.test(head)) return 'chunked'
  const length = /\r\ncontent-length:[ \t]*(\d+)[ \t]*(?:\r|$)/i.exec(head)?.[1]
  return length === undefined ? 'until the end' : Number(length)
}

/** `100 Continue` and the like come before the answer. */
function withoutInterim(text: string): string {
  const isInterim = /^HTTP\/1\.[01] 1\d\d/.test(text)
  const end = isInterim ? text.indexOf('\r\n\r\n') : -1
  return end < 0 ? text : withoutInterim(text.slice(end + 4))
}

/** Where the body ends; undefined while it is not whole. */
function endOfBody(text: string, { characters, body }: Head): number | undefined {
  if (body === 'until the end') return undefined
  if (body === 'chunked') return endOfChunks(text, characters)
  return text.length >= characters + body ? characters + body : undefined
}

function endOfChunks(text: string, from: number): number | undefined {
  for (let at = from; ; ) {
    const line = text.indexOf('\r\n', at)
    if (line < 0) return undefined
    const [, size] = /^([\da-f]+)[ \t]*(?:;.*)?$/i.exec(text.slice(at, line)) ?? []
    if (size === undefined) throw new Error('The answer has a chunk without a size.')
    const length = Number.parseInt(size, 16)
    if (length === 0) {
      // Trailers, each a line, then an empty one.
      const end = text.indexOf('\r\n\r\n', line)
      return end < 0 ? undefined : end + 4
    }
    at = line + 2 + length + 2
    if (at > text.length) return undefined
  }
}
