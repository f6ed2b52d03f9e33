/** Thrown when an event pattern is not valid; the message names the place in the pattern. */
export class PatternError extends Error {
  constructor(place: string, problem: string) {
    super(`Event pattern is not valid at ${place === '' ? 'its root' : place}: ${problem}`)
    this.name = 'PatternError'
  }
}
