import type { AnswerHeaders } from './cors.ts'

export interface GatewayAnswer {
  readonly status: number
  readonly headers: AnswerHeaders
  readonly body: Buffer | string
}

/** An answer of API Gateway itself: `{"message": ...}`. */
export function gatewayMessage(status: number, message: string, headers: AnswerHeaders = {}): GatewayAnswer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify({ message }) }
}

/** The gateway sets these itself. */
const gatewayHeaders = new Set(['connection', 'content-length', 'date', 'keep-alive', 'transfer-encoding', 'upgrade'])

/**
 * Turns what a function returned into an answer: payload format 2.0, or without `statusCode` the inferred form (200, JSON).
 * Undefined is a malformed answer, for which API Gateway gives 500.
 */
export function functionAnswer(payload: unknown): GatewayAnswer | undefined {
  if (typeof payload !== 'object' || payload === null || !('statusCode' in payload)) {
    const body = typeof payload === 'string' ? payload : JSON.stringify(payload ?? null)
    return { status: 200, headers: { 'content-type': 'application/json' }, body }
  }
  const { statusCode, headers: given, cookies, body, isBase64Encoded } = payload as Record<string, unknown>
  if (typeof statusCode !== 'number' || !Number.isInteger(statusCode) || statusCode < 200 || statusCode > 599) return undefined
  const headers = answerHeaders(given, cookies)
  if (headers === undefined || !(body === undefined || body === null || typeof body === 'string')) return undefined
  return { status: statusCode, headers, body: isBase64Encoded === true ? Buffer.from(body ?? '', 'base64') : (body ?? '') }
}

function answerHeaders(given: unknown, cookies: unknown): AnswerHeaders | undefined {
  const headers: Record<string, string | string[]> = {}
  if (typeof (given ?? {}) !== 'object') return undefined
  for (const [name, value] of Object.entries(given ?? {})) {
    if (!['string', 'number', 'boolean'].includes(typeof value)) return undefined
    if (!gatewayHeaders.has(name.toLowerCase())) headers[name.toLowerCase()] = String(value)
  }
  headers['content-type'] ??= 'text/plain;charset=UTF-8'
  if (cookies === undefined || cookies === null) return headers
  if (!Array.isArray(cookies) || !cookies.every((cookie) => typeof cookie === 'string')) return undefined
  if (cookies.length > 0) headers['set-cookie'] = cookies
  return headers
}
