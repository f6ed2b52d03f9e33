import { setTimeout as wait } from 'node:timers/promises'

/** Lets so many begin in each second and no more, evenly. */
export interface Pace {
  set(perSecond: number): void
  /** Resolves when it is one's turn. */
  turn(): Promise<void>
}

export function createPace(): Pace {
  let between = 1000
  let next = 0
  return {
    set(perSecond) {
      between = 1000 / Math.max(perSecond, 0.1)
    },
    async turn() {
      const at = Math.max(performance.now(), next)
      next = at + between
      await wait(Math.max(0, at - performance.now()))
    },
  }
}
