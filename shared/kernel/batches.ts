/** What became of one part of a batch. */
export type Outcome<T> = PromiseSettledResult<T>

/** Takes one input under a key, and gives what became of it. */
export type Batches<I, O> = (key: string, input: I) => Promise<O>

/**
 * Lets work under the same key run one batch after the other: what comes while a batch runs waits, and goes together in the next, in the order in which it came and
 * `most` at a time. `run` gives the outcomes in the order of its inputs; if it throws, all of them have failed. Work under other keys is not held up.
 */
export function createBatches<I, O>(most: number, run: (key: string, inputs: readonly I[]) => Promise<readonly Outcome<O>[]>): Batches<I, O> {
  interface Waiting {
    readonly input: I
    resolve(output: O): void
    reject(problem: unknown): void
  }
  const queues = new Map<string, Waiting[]>()

  const work = async (key: string, queue: Waiting[]): Promise<void> => {
    while (queue.length > 0) {
      const batch = queue.splice(0, most)
      try {
        const outcomes = await run(key, batch.map(({ input }) => input))
        batch.forEach(({ resolve, reject }, place) => {
          const outcome = outcomes[place]
          if (outcome?.status === 'fulfilled') resolve(outcome.value)
          else reject(outcome?.reason)
        })
      } catch (problem) {
        for (const { reject } of batch) reject(problem)
      }
    }
    queues.delete(key)
  }

  return (key, input) =>
    new Promise<O>((resolve, reject) => {
      const running = queues.get(key)
      if (running) return void running.push({ input, resolve, reject })
      const queue = [{ input, resolve, reject }]
      queues.set(key, queue)
      void work(key, queue)
    })
}
