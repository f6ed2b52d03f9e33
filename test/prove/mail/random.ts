/** Randomness that a seed gives again. */
export interface Random {
  /** A whole number from 0 up to, but not including, `below`. */
  next(below: number): number
  chance(share: number): boolean
  one<T>(of: readonly T[]): T
  /** Some of them, each at most once, in random order. */
  some<T>(of: readonly T[], most: number): T[]
  shuffled<T>(of: readonly T[]): T[]
}

/** The generator "mulberry32": small, and even enough to choose test cases by. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const next = (below: number): number => Math.floor(fraction() * below)
  const shuffled = <T>(of: readonly T[]): T[] => {
    const rest = [...of]
    return Array.from({ length: rest.length }, () => rest.splice(next(rest.length), 1)).flat()
  }
  return {
    next,
    chance: (share) => fraction() < share,
    one(of) {
      const chosen = of[next(of.length)]
      if (chosen === undefined) throw new Error('There is nothing to choose from.')
      return chosen
    },
    some: (of, most) => shuffled(of).slice(0, next(most + 1)),
    shuffled,
  }
}
