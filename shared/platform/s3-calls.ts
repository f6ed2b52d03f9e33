import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { waitBeforeTry } from './retry.ts'
import type { S3Access } from './s3-access.ts'
import { createSigner, sha256 } from './signature.ts'

export interface S3Call {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE'
  /** Empty: the call is about the bucket itself. */
  readonly key: string
  readonly query?: string
  /** By lower-case name. */
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array | string
}

/** S3's answer to a call that went well. */
export interface S3Answer {
  readonly headers: IncomingMessage['headers']
  /** Whole, unless it is large. */
  readonly body: Buffer
  /** What is too large to be held: read it or destroy it. `body` is then empty. */
  readonly stream?: IncomingMessage
}

/** S3 said no, in its own words: `NoSuchKey`, `AccessDenied`. Without words (an answer to HEAD has none) the code is `NotFound` or the status. */
export class S3Refusal extends Error {
  readonly code: string
  readonly status: number

  constructor(code: string, status: number, message: string) {
    super(`S3 answered ${code}${message === '' ? '' : `: ${message}`}`)
    this.name = 'S3Refusal'
    this.code = code
    this.status = status
  }
}

const CONNECTIONS = 50
/** Without a byte to or from S3; a large upload may take longer. */
const PATIENCE_MILLISECONDS = 10_000
const MOST_TRIES = 5
/** Larger answers are handed on as they come. */
const MOST_BYTES_HELD = 256 * 1024
const TRY_AGAIN = new Set(['InternalError', 'SlowDown', 'ServiceUnavailable', 'RequestTimeout', 'Throttling', 'ThrottlingException', 'RequestTimeTooSkewed', 'OperationAborted', 'ConditionalRequestConflict'])

const agents = { http: new HttpAgent({ keepAlive: true, maxSockets: CONNECTIONS }), https: new HttpsAgent({ keepAlive: true, maxSockets: CONNECTIONS }) }

/**
 * Calls on one bucket, signed by hand on connections that are kept: the SDK takes six times as long for each. Every call is one that may be made twice, so lost
 * answers and S3's own troubles are met by trying again. Throws `S3Refusal`.
 */
export function openBucket(bucket: string, access: S3Access): (call: S3Call) => Promise<S3Answer> {
  const { protocol, hostname, port, host, pathname } = addressOf(bucket, access)
  const secure = protocol === 'https:'
  const request = secure ? httpsRequest : httpRequest
  const agent = secure ? agents.https : agents.http
  const sign = createSigner(access.credentials, { region: access.region, service: 's3' })

  const send = ({ method, key, query = '', headers = {}, body = '' }: S3Call, bodyHash: string): Promise<S3Answer> => {
    const { promise, resolve, reject } = Promise.withResolvers<S3Answer>()
    const path = `${pathname === '/' ? '' : pathname}/${encodedKey(key)}`
    const signed = sign({ method, host, path, query, bodyHash, headers: { ...headers, 'x-amz-content-sha256': bodyHash } }, new Date())
    const hasBody = method === 'PUT' || method === 'POST'
    const sent = request(
      { agent, hostname, port, method, path: query === '' ? path : `${path}?${query}`, headers: hasBody ? { ...signed, 'content-length': String(Buffer.byteLength(body)) } : signed, timeout: PATIENCE_MILLISECONDS },
      (response) => {
        // From here on the reader sets the pace.
        sent.setTimeout(0)
        readAnswer(response, method).then(resolve, reject)
      },
    )
    sent.once('timeout', () => sent.destroy(new Error('S3 did not answer in time.')))
    sent.once('error', reject)
    sent.end(hasBody ? body : undefined)
    return promise
  }

  return async (call) => {
    const bodyHash = sha256(call.body ?? '')
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await send(call, bodyHash)
      } catch (error) {
        const mayPass = !(error instanceof S3Refusal) || error.status >= 500 || error.status === 429 || TRY_AGAIN.has(error.code)
        if (!mayPass || attempt === MOST_TRIES) throw error
        await waitBeforeTry(attempt + 1)
      }
    }
  }
}

function addressOf(bucket: string, { region, endpoint }: S3Access): URL {
  if (endpoint !== undefined) return new URL(`${endpoint.replace(/\/$/, '')}/${bucket}`)
  return new URL(`https://${bucket}.s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`)
}

/** Undefined where there is no such object. */
export function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  return unlessRefusedAs(['NoSuchKey', 'NotFound'], answer)
}

/** Undefined where a call that wants no such object found one. After a lost answer that may be the one of the first try. */
export function unlessPresent<T>(answer: Promise<T>): Promise<T | undefined> {
  return unlessRefusedAs(['PreconditionFailed'], answer)
}

async function unlessRefusedAs<T>(codes: readonly string[], answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof S3Refusal && codes.includes(error.code)) return undefined
    throw error
  }
}

/** As S3 wants it, and as its signature counts it: everything encoded but letters, digits and `-._~/`. */
export function encodedKey(key: string): string {
  return key.split('/').map((part) => encodeURIComponent(part).replaceAll(/['()*!]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)).join('/')
}

async function readAnswer(response: IncomingMessage, method: S3Call['method']): Promise<S3Answer> {
  const { headers, statusCode: status = 0 } = response
  const isGood = status >= 200 && status < 300
  if (isGood && method === 'GET' && Number(headers['content-length'] ?? 0) > MOST_BYTES_HELD) {
    // It may wait for its reader, who then learns of what happened meanwhile; unheard, an error would end the function.
    response.on('error', () => undefined)
    return { headers, body: Buffer.alloc(0), stream: response }
  }
  const body = await bytesOf(response)
  // A copy may fail after S3 has begun to answer 200.
  const isRefused = !isGood || (method === 'PUT' && /^\s*(?:<\?xml[^>]*>\s*)?<Error>/.test(body.toString()))
  if (isRefused) throw refusalIn(status, body.toString())
  return { headers, body }
}

function bytesOf(response: IncomingMessage): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  const chunks: Buffer[] = []
  response.on('data', (chunk: Buffer) => chunks.push(chunk))
  response.once('end', () => (response.complete ? resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)) : reject(new Error('The answer of S3 was cut off.'))))
  response.once('error', reject)
  return promise
}

function refusalIn(status: number, body: string): S3Refusal {
  const part = (name: string): string | undefined => new RegExp(`<${name}>([^<]*)</${name}>`).exec(body)?.[1]
  return new S3Refusal(part('Code') ?? (status === 404 ? 'NotFound' : String(status)), status, part('Message') ?? '')
}
