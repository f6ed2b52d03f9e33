import { AwsError } from '../contract.ts'
import type { AwsAnswer, AwsCall } from '../contract.ts'
import type { ObjectHead } from './objects.ts'

/** The headers that tell of an object. */
function headersOf(head: ObjectHead): Record<string, string> {
  return {
    etag: `"${head.etag}"`,
    'last-modified': head.modified.toUTCString(),
    'accept-ranges': 'bytes',
    'content-type': 'binary/octet-stream',
    ...head.headers,
    ...Object.fromEntries(Object.entries(head.metadata).map(([name, value]) => [`x-amz-meta-${name}`, value])),
    'content-length': String(head.sizeBytes),
  }
}

/** Headers of the answer that the asker sets itself, such as a file name for a download. */
const overridden = ['content-type', 'content-language', 'expires', 'cache-control', 'content-disposition', 'content-encoding']

/**
 * The answer to a GET or HEAD: whole or the range asked for, or that nothing changed.
 *
 * @throws AwsError 412 `PreconditionFailed`, 416 `InvalidRange`
 */
export function readAnswer(call: Pick<AwsCall, 'headers' | 'query'>, head: ObjectHead, body: Buffer | undefined): AwsAnswer {
  const headers = headersOf(head)
  for (const name of overridden) {
    const value = call.query.get(`response-${name}`)
    if (value !== null) headers[name] = value
  }
  const tags = (text: string) => text.split(',').map((tag) => tag.trim().replaceAll('"', ''))
  const { 'if-match': ifMatch, 'if-none-match': ifNone } = call.headers
  if (ifMatch !== undefined && !tags(ifMatch).some((tag) => tag === '*' || tag === head.etag)) {
    throw new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412)
  }
  if (ifNone !== undefined && tags(ifNone).includes(head.etag)) return { status: 304, headers: { etag: `"${head.etag}"` } }

  const range = rangeOf(call.headers['range'], head.sizeBytes)
  if (range === undefined) return { status: 200, headers, ...(body !== undefined && { body }) }
  headers['content-range'] = `bytes ${range.first}-${range.last}/${head.sizeBytes}`
  headers['content-length'] = String(range.last - range.first + 1)
  return { status: 206, headers, ...(body !== undefined && { body: body.subarray(range.first, range.last + 1) }) }
}

/** `bytes=0-99`, `bytes=100-`, `bytes=-100`; anything else is ignored, as S3 does with several ranges. */
function rangeOf(text: string | undefined, size: number): { first: number; last: number } | undefined {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(text ?? '') ?? []
  if (from === '' && to === '') return undefined
  const first = from === '' ? Math.max(size - Number(to), 0) : Number(from)
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1)
  if (first > last || first >= size) throw new AwsError('InvalidRange', 'The requested range is not satisfiable', 416)
  return { first, last }
}
