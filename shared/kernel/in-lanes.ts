/**
 * Works on each of them, so many at the same time, and begins them in their order. Once one has failed no other is begun; the first failure is thrown when
 * nothing is under way any more.
 */
export async function inLanes<T>(items: readonly T[], atOnce: number, work: (item: T, place: number) => Promise<void>): Promise<void> {
  const left = items.entries()
  const failures: unknown[] = []
  const lane = async (): Promise<void> => {
    for (const [place, item] of left) {
      try {
        await work(item, place)
      } catch (error) {
        failures.push(error)
      }
      if (failures.length > 0) return
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, lane))
  if (failures.length > 0) throw failures[0]
}
