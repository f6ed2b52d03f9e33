import { setTimeout as sleep } from 'node:timers/promises'

/** Looks again every few milliseconds until there is something to see, and gives it. Throws when there was nothing in time. */
export async function until<T>(look: () => T | Promise<T>, { milliseconds = 10_000, pause = 5 }: { milliseconds?: number; pause?: number } = {}): Promise<Exclude<T, undefined | null | false>> {
  const started = performance.now()
  for (;;) {
    const seen = await look()
    if (seen !== undefined && seen !== null && seen !== false) return seen as Exclude<T, undefined | null | false>
    if (performance.now() - started > milliseconds) throw new Error(`It did not come about within ${milliseconds} ms.`)
    await sleep(pause)
  }
}
