/** What a log needs to know of a message. */
export interface Numbered {
  readonly number: number
  /** Which change of the chat made it what it is; null for one that is as it was posted. */
  readonly change: number | null
}

/** The messages of a chat in order, put together from what comes in any order, twice, or with gaps. */
export interface MessageLog<M> {
  readonly messages: readonly M[]
  /** Up to here nothing is missing. */
  readonly lastNumber: number
  /** Up to here no change is missing; undefined before the first count was told. */
  readonly lastChange: number | undefined
  take(message: M): void
  /** All changes up to this one have come. */
  changesUpTo(change: number): void
  /** Something has come whose predecessor has not. */
  hasGap(): boolean
}

/** `changed` is told of each message that is new or not what it was, in order. */
export function createLog<M extends Numbered>(after: number, changed: (message: M) => void): MessageLog<M> {
  const messages: M[] = []
  const early = new Map<number, M>()
  const earlyChanges = new Set<number>()
  let lastChange: number | undefined

  const countOn = (): void => {
    if (lastChange === undefined) return
    while (earlyChanges.has(lastChange + 1)) lastChange += 1
    for (const change of earlyChanges) if (change <= lastChange) earlyChanges.delete(change)
  }
  const replace = (message: M): void => {
    const place = message.number - after - 1
    const known = messages[place]
    if (known === undefined || !isNewer(known, message)) return
    messages[place] = message
    changed(message)
  }

  return {
    messages,
    get lastNumber() {
      return after + messages.length
    },
    get lastChange() {
      return lastChange
    },
    take(message) {
      if (message.change !== null) {
        earlyChanges.add(message.change)
        countOn()
      }
      if (message.number <= after + messages.length) return replace(message)
      const waiting = early.get(message.number)
      if (waiting === undefined || isNewer(waiting, message)) early.set(message.number, message)
      for (let next = early.get(after + messages.length + 1); next !== undefined; next = early.get(after + messages.length + 1)) {
        early.delete(next.number)
        messages.push(next)
        changed(next)
      }
    },
    changesUpTo(change) {
      lastChange = Math.max(lastChange ?? 0, change)
      countOn()
    },
    hasGap: () => early.size > 0 || (lastChange !== undefined && earlyChanges.size > 0),
  }
}

function isNewer(known: Numbered, come: Numbered): boolean {
  return (come.change ?? 0) > (known.change ?? 0)
}
