import type { IncomingHttpHeaders } from 'node:http'
import type { CorsSettings } from './definition.ts'

/** Header names are lower case. */
export type AnswerHeaders = Readonly<Record<string, string | string[]>>

/** Whether the browser asks first. API Gateway answers such a request itself when no route takes `OPTIONS`. */
export function isPreflight(method: string, headers: IncomingHttpHeaders): boolean {
  return method === 'OPTIONS' && headers.origin !== undefined && headers['access-control-request-method'] !== undefined
}

/** What API Gateway adds to every answer to a page of an allowed origin; a preflight's answer also says what is allowed. */
export function corsHeaders(cors: CorsSettings | undefined, method: string, headers: IncomingHttpHeaders): Record<string, string> {
  const origin = headers.origin
  if (cors === undefined || origin === undefined) return {}
  const allowed = allowedOrigin(cors.allowOrigins, origin)
  if (allowed === undefined) return {}
  const answer: Record<string, string> = { 'access-control-allow-origin': allowed }
  if (cors.allowCredentials) answer['access-control-allow-credentials'] = 'true'
  if (isPreflight(method, headers)) {
    if (cors.allowMethods.length > 0) answer['access-control-allow-methods'] = cors.allowMethods.join(',')
    if (cors.allowHeaders.length > 0) answer['access-control-allow-headers'] = cors.allowHeaders.map((name) => name.toLowerCase()).join(',')
    if (cors.maxAgeSeconds !== undefined) answer['access-control-max-age'] = String(cors.maxAgeSeconds)
  } else if (cors.exposeHeaders.length > 0) {
    answer['access-control-expose-headers'] = cors.exposeHeaders.map((name) => name.toLowerCase()).join(',')
  }
  return answer
}

/** With CORS configured, API Gateway drops the CORS headers that a function answers with. */
export function withoutCorsHeaders(headers: AnswerHeaders): AnswerHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith('access-control-')))
}

function allowedOrigin(allowed: readonly string[], origin: string): string | undefined {
  if (allowed.includes('*')) return '*'
  const scheme = origin.split('://', 1)[0]
  return allowed.some((one) => one.toLowerCase() === origin.toLowerCase() || one === `${scheme}://*`) ? origin : undefined
}
