import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { AwsError } from '../contract.ts'
import type { AwsCall } from '../contract.ts'

const algorithm = 'AWS4-HMAC-SHA256'
const longestExpirySeconds = 7 * 24 * 60 * 60

/** `<access key>/<date>/<region>/<service>/aws4_request` */
interface Credential {
  readonly accessKeyId: string
  readonly scope: string
  readonly parts: readonly string[]
}

export function isPresigned(call: Pick<AwsCall, 'query'>): boolean {
  return call.query.has('X-Amz-Signature') || call.query.has('X-Amz-Credential')
}

/**
 * Checks a presigned address: its parameters, its signature over method, path, query and the signed headers, and its expiry.
 *
 * @throws AwsError 400 `AuthorizationQueryParametersError`, 403 `SignatureDoesNotMatch`, 403 `AccessDenied` ("Request has expired")
 */
export function checkPresigned(call: AwsCall, secretOf: (accessKeyId: string) => string | undefined, now: Date): void {
  const parameter = (name: string): string => {
    const value = call.query.get(name)
    if (value === null || value === '') throw new AwsError('AuthorizationQueryParametersError', 'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.')
    return value
  }
  if (parameter('X-Amz-Algorithm') !== algorithm) throw new AwsError('AuthorizationQueryParametersError', `X-Amz-Algorithm only supports "${algorithm}"`)
  const credential = credentialOf(parameter('X-Amz-Credential'))
  const date = parameter('X-Amz-Date')
  const expiresSeconds = Number(parameter('X-Amz-Expires'))
  if (!Number.isInteger(expiresSeconds) || expiresSeconds < 0 || expiresSeconds > longestExpirySeconds) {
    throw new AwsError('AuthorizationQueryParametersError', 'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds')
  }
  const canonicalRequest = [
    call.method,
    call.path,
    canonicalQuery(call.query),
    ...parameter('X-Amz-SignedHeaders').split(';').map((name) => `${name}:${(call.headers[name] ?? '').trim().replaceAll(/\s+/g, ' ')}`),
    '',
    parameter('X-Amz-SignedHeaders'),
    call.query.get('X-Amz-Content-Sha256') ?? call.headers['x-amz-content-sha256'] ?? 'UNSIGNED-PAYLOAD',
  ].join('\n')
  const toSign = [algorithm, date, credential.scope, createHash('sha256').update(canonicalRequest).digest('hex')].join('\n')
  checkSignature(toSign, parameter('X-Amz-Signature'), credential, secretOf)
  if (now.getTime() > timeOf(date) + expiresSeconds * 1_000) throw new AwsError('AccessDenied', 'Request has expired', 403)
}

/**
 * Checks a signature over a text, such as the policy of a browser's form.
 *
 * @returns the access key that signed
 * @throws AwsError 403 `InvalidAccessKeyId`, `SignatureDoesNotMatch`
 */
export function checkSignedText(text: string, signature: string, credentialText: string, secretOf: (accessKeyId: string) => string | undefined): string {
  const credential = credentialOf(credentialText)
  checkSignature(text, signature, credential, secretOf)
  return credential.accessKeyId
}

function credentialOf(text: string): Credential {
  const [accessKeyId = '', ...parts] = text.split('/')
  if (parts.length !== 4) throw new AwsError('AuthorizationQueryParametersError', 'Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".')
  return { accessKeyId, scope: parts.join('/'), parts }
}

function checkSignature(text: string, signature: string, credential: Credential, secretOf: (accessKeyId: string) => string | undefined): void {
  const secret = secretOf(credential.accessKeyId)
  if (secret === undefined) throw new AwsError('InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.', 403)
  let key = Buffer.from(`AWS4${secret}`)
  for (const part of credential.parts) key = createHmac('sha256', key).update(part).digest()
  const expected = createHmac('sha256', key).update(text).digest()
  const given = Buffer.from(signature, 'hex')
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new AwsError('SignatureDoesNotMatch', 'The request signature we calculated does not match the signature you provided. Check your key and signing method.', 403)
  }
}

function canonicalQuery(query: URLSearchParams): string {
  const pairs = [...query].filter(([name]) => name !== 'X-Amz-Signature').map(([name, value]) => [encode(name), encode(value)] as const)
  return pairs.toSorted(([a, x], [b, y]) => (a === b ? compare(x, y) : compare(a, b))).map((pair) => pair.join('=')).join('&')
}

function compare(left: string, right: string): number {
  return left < right ? -1 : Number(left > right)
}

/** Percent-encoding of RFC 3986: more than `encodeURIComponent` does. */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** `20261121T204200Z` in milliseconds. */
function timeOf(date: string): number {
  const time = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
  if (Number.isNaN(time)) throw new AwsError('AuthorizationQueryParametersError', 'X-Amz-Date must be in the ISO8601 Long Format "yyyyMMdd\'T\'HHmmss\'Z\'"')
  return time
}
