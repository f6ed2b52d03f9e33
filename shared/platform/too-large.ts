import { Problem } from '../kernel/problem.ts'

interface Refusal {
  readonly name?: unknown
  readonly message?: unknown
  readonly CancellationReasons?: readonly { readonly Code?: string; readonly Message?: string }[]
}

/**
 * DynamoDB's refusal of a row of more than 400 KB, or of a transaction of more than 4 MB, as what it is: too much for one request (413, API-5). It comes as an error
 * of its own or as a reason among those of a cancelled transaction, and is known by its words alone. Undefined for every other error.
 */
export function tooLarge(error: unknown): Problem | undefined {
  if (!(error instanceof Error)) return undefined
  const { name, message, CancellationReasons = [] } = error as Refusal
  const reasons = name === 'ValidationException' ? [String(message)] : CancellationReasons.flatMap(({ Code, Message = '' }) => (Code === 'ValidationError' ? [Message] : []))
  return reasons.some((reason) => SIZE.test(reason)) ? new Problem('too_large', 'table.too_large', 'It holds more than can be stored in one piece. Send less of it, or in several requests.') : undefined
}

const SIZE = /Item size .*exceeded|4 ?MB limit|aggregate size/i
