import { AwsError } from '../contract.ts'
import type { AwsAnswer, AwsCall, Resource } from '../contract.ts'

interface CorsRule {
  readonly AllowedMethods?: readonly string[]
  readonly AllowedOrigins?: readonly string[]
  readonly AllowedHeaders?: readonly string[]
  readonly ExposedHeaders?: readonly string[]
  readonly MaxAge?: number
}

/** The answer to a browser that asks whether it may. @throws AwsError 403 `AccessForbidden` */
export function preflight(bucket: Resource, call: AwsCall): AwsAnswer {
  const method = call.headers['access-control-request-method'] ?? ''
  const asked = (call.headers['access-control-request-headers'] ?? '').split(',').map((name) => name.trim().toLowerCase()).filter((name) => name !== '')
  const rule = ruleFor(bucket, call.headers['origin'], method)
  const isAllowed = rule !== undefined && asked.every((name) => (rule.AllowedHeaders ?? []).some((pattern) => matches(pattern.toLowerCase(), name)))
  if (!isAllowed) throw new AwsError('AccessForbidden', 'CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource\'s CORS spec.', 403)
  return {
    status: 200,
    headers: {
      ...headersOf(rule, call.headers['origin'] ?? ''),
      ...(asked.length > 0 && { 'access-control-allow-headers': asked.join(', ') }),
      ...(rule.MaxAge !== undefined && { 'access-control-max-age': String(rule.MaxAge) }),
    },
  }
}

/** The headers that let a page of that origin see the answer; none for other origins. */
export function corsHeaders(bucket: Resource | undefined, call: AwsCall): Record<string, string> {
  const origin = call.headers['origin']
  const rule = bucket === undefined ? undefined : ruleFor(bucket, origin, call.method)
  return rule === undefined || origin === undefined ? {} : headersOf(rule, origin)
}

function ruleFor(bucket: Resource, origin: string | undefined, method: string): CorsRule | undefined {
  const configuration = bucket.properties['CorsConfiguration'] as { readonly CorsRules?: readonly CorsRule[] } | undefined
  if (origin === undefined) return undefined
  return configuration?.CorsRules?.find(
    (rule) => (rule.AllowedMethods ?? []).includes(method) && (rule.AllowedOrigins ?? []).some((pattern) => matches(pattern, origin)),
  )
}

function headersOf(rule: CorsRule, origin: string): Record<string, string> {
  const isForAll = rule.AllowedOrigins?.includes('*') === true
  return {
    'access-control-allow-origin': isForAll ? '*' : origin,
    ...(!isForAll && { 'access-control-allow-credentials': 'true' }),
    'access-control-allow-methods': (rule.AllowedMethods ?? []).join(', '),
    ...(rule.ExposedHeaders !== undefined && rule.ExposedHeaders.length > 0 && { 'access-control-expose-headers': rule.ExposedHeaders.join(', ') }),
    vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
  }
}

/** A pattern has at most one `*`. */
function matches(pattern: string, text: string): boolean {
  const [before = '', after] = pattern.split('*', 2)
  if (after === undefined) return pattern === text
  return text.length >= before.length + after.length && text.startsWith(before) && text.endsWith(after)
}
