import type { DescribedApi, DescribedOperation } from '../../support/described-api.ts'
import type { BadRequest } from './requests.ts'
import type { Answered } from './send.ts'

/** What API Gateway refuses by itself, in its own words: an address that cannot be decoded, a bad token, too much of something. */
const FROM_GATEWAY = new Set([400, 401, 413, 429, 431, 503])

/** Insides that no client should see. */
const INSIDES = /\n\s+at |node:internal|node_modules|\.m?[jt]s:\d+|file:\/\/\/(?!etc)|arn:aws|DynamoDB|ConditionalCheck|TransactionCanceled|ValidationException|ZodError|is not a function|Cannot read propert/

/** What is wrong with how a malformed request was answered; undefined if it was refused as it should be. */
export function faultOf(api: DescribedApi, answer: Answered, bad: BadRequest): string | undefined {
  if (answer.status < 400) return `was taken with ${answer.status}: ${answer.text.slice(0, 200)}`
  return faultOfRefusal(api, answer, bad)
}

/** What is wrong with the answer to a request that is odd but well-formed: it may be taken, and is then answered as described. */
export function faultOfOddity(api: DescribedApi, answer: Answered, odd: BadRequest, operation: DescribedOperation): string | undefined {
  if (answer.status >= 400) return faultOfRefusal(api, answer, odd)
  const faults = api.faultsOfAnswer(operation, answer.status, answer.contentType, answer.contentType.includes('json') ? jsonOf(answer.text) : answer.text)
  return faults.length === 0 ? undefined : `was answered otherwise than described: ${faults.join('; ').slice(0, 300)}`
}

function faultOfRefusal(api: DescribedApi, { status, contentType, text }: Answered, { target }: BadRequest): string | undefined {
  if (status >= 500) return `answered ${status}: ${text.slice(0, 200)}`
  // What was sent may be named in the answer, so it is left out of the search.
  const said = text.replaceAll(target, '')
  if (INSIDES.test(said)) return `shows insides: ${text.slice(0, 300)}`
  const body = jsonOf(text)
  // Node's own parser ends a connection whose head is too large, before anybody sees the request.
  if (status === 431 && text === '') return undefined
  if (FROM_GATEWAY.has(status) && contentType.startsWith('application/json') && typeof body?.['message'] === 'string') return undefined
  if (!contentType.startsWith('application/problem+json')) return `answered ${status} as ${contentType}: ${text.slice(0, 200)}`
  const faults = api.faults('#/components/schemas/Problem', body)
  if (faults.length > 0) return `is no problem: ${faults.join('; ')}`
  if (body?.['status'] !== status) return `says ${String(body?.['status'])} and means ${status}`
  return /^[a-z][A-Za-z_]*(\.[A-Za-z_]+)+$/.test(String(body['code'])) ? undefined : `has the code ${String(body['code'])}`
}

function jsonOf(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return undefined
  }
}
