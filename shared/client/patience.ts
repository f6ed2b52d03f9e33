/** How a client tries again. */
export interface Patience {
  /** Tries of one call, the first included. Default 5. */
  readonly tries?: number
  /** Longest pause before the second try, in milliseconds; it doubles with each further one. Default 250. */
  readonly firstPauseMilliseconds?: number
  /** No pause is longer, in milliseconds, unless the API asks for it. Default 10,000. */
  readonly longestPauseMilliseconds?: number
}

/** What is over in a moment: too many requests, or the service out of reach. Whether a 503 was done is not known, which is why every POST carries a key. */
export function passes(status: number): boolean {
  return status === 429 || status === 503
}

/** Milliseconds to wait before the next try: what `Retry-After` asks for, else a random part of a time that doubles, so that many clients do not come back together. */
export function pauseBefore(attempt: number, { firstPauseMilliseconds = 250, longestPauseMilliseconds = 10_000 }: Patience, retryAfter?: string | null): number {
  const asked = Number(retryAfter)
  if (retryAfter && asked >= 0) return asked * 1000
  return Math.random() * Math.min(longestPauseMilliseconds, firstPauseMilliseconds * 2 ** (attempt - 1))
}

/** Waits; ends at once with the signal's reason when it is aborted. */
export async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted()
  await new Promise<void>((resolve, reject) => {
    const ended = (): void => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', ended)
      resolve()
    }, milliseconds)
    signal?.addEventListener('abort', ended, { once: true })
  })
}
