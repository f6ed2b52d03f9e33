/** Tells receivers when messages may have become visible. */
export interface Waiting {
  /** Calls `wake` whenever a message may have become visible on the queue. Returns how to stop. */
  onMessage(queueArn: string, wake: () => void): () => void
  /** A message became visible at once, or a FIFO group was set free. */
  announce(queueArn: string): void
  /** A message will become visible at this time (milliseconds since 1970). */
  announceAt(queueArn: string, at: number): void
  /** Resolves true when a message may have become visible, false after `ms` or when `signal` aborts. */
  untilMessage(queueArn: string, ms: number, signal: AbortSignal): Promise<boolean>
  stop(): void
}

/**
 * One timer per queue, for the next message that becomes visible by itself.
 *
 * @param nextVisibleAt when the next hidden message of a queue becomes visible, asked after each time the timer rang
 */
export function createWaiting(nextVisibleAt: (queueArn: string) => number | undefined, now: () => number): Waiting {
  const listeners = new Map<string, Set<() => void>>()
  const timers = new Map<string, { at: number; timer: NodeJS.Timeout }>()
  const stopped = new AbortController()

  const announce = (queueArn: string): void => {
    // A microtask runs after the present transaction: a listener sees what was sent in it, and cannot run inside it.
    queueMicrotask(() => {
      if (!stopped.signal.aborted) for (const wake of listeners.get(queueArn) ?? []) wake()
    })
  }
  const announceAt = (queueArn: string, at: number): void => {
    const armed = timers.get(queueArn)
    if (stopped.signal.aborted || (armed !== undefined && armed.at <= at)) return
    clearTimeout(armed?.timer)
    const timer = setTimeout(() => {
      timers.delete(queueArn)
      announce(queueArn)
      const next = nextVisibleAt(queueArn)
      if (next !== undefined) announceAt(queueArn, next)
    }, Math.max(0, at - now()))
    timer.unref()
    timers.set(queueArn, { at, timer })
  }
  const onMessage = (queueArn: string, wake: () => void): (() => void) => {
    const all = listeners.get(queueArn) ?? new Set()
    listeners.set(queueArn, all.add(wake))
    return () => void all.delete(wake)
  }

  return {
    onMessage,
    announce,
    announceAt,
    async untilMessage(queueArn, ms, signal) {
      const either = AbortSignal.any([signal, stopped.signal])
      if (either.aborted) return false
      const { promise, resolve } = Promise.withResolvers<boolean>()
      const giveUp = (): void => resolve(false)
      const timer = setTimeout(giveUp, ms)
      const forget = onMessage(queueArn, () => resolve(true))
      either.addEventListener('abort', giveUp)
      try {
        return await promise
      } finally {
        clearTimeout(timer)
        forget()
        either.removeEventListener('abort', giveUp)
      }
    },
    stop() {
      stopped.abort()
      for (const { timer } of timers.values()) clearTimeout(timer)
      timers.clear()
    },
  }
}
