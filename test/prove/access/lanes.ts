import * as fc from 'fast-check'
import { Problem } from '../../../shared/kernel/problem.ts'

/** After the first disagreement, so long is spent on finding a smaller one. */
const SHRINKING_MILLISECONDS = 60_000

/** What came of a proof: how much was compared, and where product and model disagree, as small as could be found. */
export interface Findings {
  readonly counts: Readonly<Record<string, number>>
  readonly disagreements: readonly string[]
}

export interface Sampling {
  readonly runs: number
  readonly seed: number
  /** How many run side by side; each has a seed of its own that follows from `seed`. */
  readonly lanes?: number
}

/** Checks a property on random values; a counterexample is shrunk and told with the seed and path that give it again. */
export async function sample<T>(values: fc.Arbitrary<T>, holds: (value: T) => Promise<void>, { runs, seed, lanes = 1 }: Sampling): Promise<string[]> {
  const told = await Promise.all(
    Array.from({ length: lanes }, async (_, lane) => {
      const numRuns = Math.floor((runs + lane) / lanes)
      if (numRuns === 0) return []
      let failedAt: number | undefined
      const property = fc.asyncProperty(values, async (value) => {
        if (failedAt !== undefined && Date.now() - failedAt > SHRINKING_MILLISECONDS) return
        try {
          await holds(value)
        } catch (error) {
          failedAt ??= Date.now()
          throw error
        }
      })
      const result = await fc.check(property, { numRuns, seed: seed + lane })
      return result.failed ? [tell(result)] : []
    }),
  )
  return told.flat()
}

/** Longer ones would hide the message. */
const LONGEST_COUNTEREXAMPLE = 6_000

function tell<T>({ errorInstance, seed, counterexamplePath, numShrinks, counterexample }: fc.RunDetails<[T]>): string {
  const why = errorInstance instanceof Disagreement ? errorInstance.message : errorInstance instanceof Error ? String(errorInstance.stack) : String(errorInstance)
  return `${why}\n  seed ${seed}, path ${String(counterexamplePath)}, made smaller ${numShrinks} times: ${JSON.stringify(counterexample?.[0]).slice(0, LONGEST_COUNTEREXAMPLE)}`
}

/** Product and model say different things. */
export class Disagreement extends Error {
  constructor(what: string) {
    super(what)
    this.name = 'Disagreement'
  }
}

/** `200` for what is done, else the status of the refusal. */
export async function outcomeOf(work: Promise<unknown>): Promise<number> {
  try {
    await work
    return 200
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return error.status
  }
}
