/** Holds work back until there is room for it: large mails are read one after the other, small ones side by side. */
export interface MemoryBudget {
  /** Runs the work when its bytes fit among those of the others at work; in the order of asking. More than the whole budget counts as all of it. */
  within<T>(bytes: number, work: () => Promise<T>): Promise<T>
}

/** A budget of so many bytes, which are handed out in the order of asking. */
export function createMemoryBudget(most: number): MemoryBudget {
  let free = most
  const waiting: { readonly bytes: number; readonly begin: () => void }[] = []
  const admit = (): void => {
    for (let next = waiting[0]; next && next.bytes <= free; next = waiting[0]) {
      waiting.shift()
      free -= next.bytes
      next.begin()
    }
  }
  return {
    async within(wanted, work) {
      const bytes = Math.min(wanted, most)
      await new Promise<void>((begin) => {
        waiting.push({ bytes, begin })
        admit()
      })
      try {
        return await work()
      } finally {
        free += bytes
        admit()
      }
    },
  }
}
