import type { InvocationOutcome } from './contract.ts'

/** Which events of a batch a function did not do: all of them, or those it named. */
export type Failures = 'all' | ReadonlySet<string>

const none: ReadonlySet<string> = new Set()

/**
 * Reads `{ batchItemFailures: [{ itemIdentifier }] }` as AWS does: nothing or an empty list is success; a malformed answer or an
 * identifier that was not in the batch fails the whole batch.
 */
export function failuresOf(outcome: InvocationOutcome, reportsItemFailures: boolean, identifiers: readonly string[]): Failures {
  if (!outcome.ok) return 'all'
  if (!reportsItemFailures || outcome.payload === null || outcome.payload === undefined) return none
  if (typeof outcome.payload !== 'object') return 'all'
  const reported = (outcome.payload as { batchItemFailures?: unknown }).batchItemFailures
  if (reported === undefined || reported === null) return none
  if (!Array.isArray(reported)) return 'all'
  const failed = new Set<string>()
  for (const entry of reported) {
    const identifier = (entry as { itemIdentifier?: unknown } | null)?.itemIdentifier
    if (typeof identifier !== 'string' || !identifiers.includes(identifier)) return 'all'
    failed.add(identifier)
  }
  return failed
}
