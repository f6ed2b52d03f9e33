import { Problem } from '../../shared/kernel/problem.ts'

/** The problem that a use case answers with; anything else, also success, fails the test. */
export async function problemOf(work: Promise<unknown>): Promise<Problem> {
  const outcome: unknown = await work.then(() => 'success', (thrown: unknown) => thrown)
  if (!(outcome instanceof Problem)) throw new Error(`Expected a problem, got ${outcome instanceof Error ? outcome.stack : String(outcome)}`, { cause: outcome })
  return outcome
}
