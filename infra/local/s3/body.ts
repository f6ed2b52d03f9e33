import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { AwsError } from '../contract.ts'
import type { AwsCall } from '../contract.ts'

/**
 * The bytes of an upload: taken out of the chunks that SDKs send (`aws-chunked`), and checked against the digests that came along.
 *
 * @throws AwsError `IncompleteBody`, `BadDigest`
 */
export function uploadedBody(call: Pick<AwsCall, 'headers' | 'query' | 'body'>): Buffer {
  const isChunked = (call.headers['x-amz-content-sha256'] ?? '').startsWith('STREAMING-')
  const { body, trailers } = isChunked ? unchunk(call.body) : { body: call.body, trailers: {} }
  const announced = call.headers['x-amz-decoded-content-length']
  if (isChunked && announced !== undefined && Number(announced) !== body.length) throw incomplete()
  // In a presigned address the digest is a part of the query.
  const given = (name: string): string | undefined => call.headers[name] ?? trailers[name] ?? call.query.get(name) ?? undefined
  for (const [name, digest] of Object.entries(digests)) {
    const expected = given(name)
    if (expected !== undefined && expected !== digest(body)) throw new AwsError('BadDigest', `The ${name} you specified did not match what we received.`)
  }
  return body
}

/** CRC32C and CRC64NVME are not checked: Node has neither. */
const digests: Readonly<Record<string, (body: Buffer) => string>> = {
  'content-md5': (body) => createHash('md5').update(body).digest('base64'),
  'x-amz-checksum-sha1': (body) => createHash('sha1').update(body).digest('base64'),
  'x-amz-checksum-sha256': (body) => createHash('sha256').update(body).digest('base64'),
  'x-amz-checksum-crc32': (body) => {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32BE(crc32(body))
    return bytes.toString('base64')
  },
}

/** `<length in hex>[;chunk-signature=...]\r\n<bytes>\r\n`, ended by a chunk of length 0 and trailing headers. */
function unchunk(encoded: Buffer): { body: Buffer; trailers: Readonly<Record<string, string>> } {
  const chunks: Buffer[] = []
  let at = 0
  for (;;) {
    const endOfLine = encoded.indexOf('\r\n', at)
    if (endOfLine < 0) throw incomplete()
    const length = /^([0-9a-fA-F]+)(?:;|$)/.exec(encoded.toString('latin1', at, endOfLine))?.[1]
    if (length === undefined) throw incomplete()
    const start = endOfLine + 2
    const end = start + Number.parseInt(length, 16)
    if (end === start) return { body: Buffer.concat(chunks), trailers: trailersOf(encoded.toString('latin1', start)) }
    if (encoded.toString('latin1', end, end + 2) !== '\r\n') throw incomplete()
    chunks.push(encoded.subarray(start, end))
    at = end + 2
  }
}

function trailersOf(text: string): Record<string, string> {
  const lines = text.split('\r\n').filter((line) => line.includes(':'))
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(':')).trim().toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]))
}

function incomplete(): AwsError {
  return new AwsError('IncompleteBody', 'You did not provide the number of bytes specified by the Content-Length HTTP header')
}
