import { refKey, type ItemRef } from '../items/index.ts'
import type { Addresses, Candidates } from './candidates.ts'
import { MOST_AWAITED, MOST_BINDINGS, MOST_ITEMS_OF_AN_ADDRESS } from './limits.ts'
import type { Standing } from './standing.ts'
import { distinctItems, type Match, type Refusal, type Refused, type Rule, type TraceEntry } from './trace.ts'

/** What was looked up for the candidates of a mail. */
export interface Facts {
  /** Which leads, contacts and companies hold an address. */
  readonly holders: ReadonlyMap<string, readonly ItemRef[]>
  /** Items named by keys, by `refKey`: for an employee those that they may read, for a customer those that exist. */
  readonly keyed: ReadonlyMap<string, KeyedItem>
  /** Stored mails by Message-ID, the earliest first. */
  readonly threads: ReadonlyMap<string, readonly EarlierMail[]>
}

export interface KeyedItem {
  /** Addresses that the item itself holds. */
  readonly addresses: readonly string[]
  /** Contacts and companies linked to it. */
  readonly linked: readonly ItemRef[]
}

export interface EarlierMail {
  readonly bindings: readonly ItemRef[]
  /** Addresses of everybody who sent or received it. */
  readonly people: ReadonlySet<string>
  /** It waits for no earlier mail itself, so where it belongs will not change by one. */
  readonly settled: boolean
}

export interface Routing {
  readonly status: 'routed' | 'unsorted'
  readonly bindings: readonly ItemRef[]
  readonly trace: readonly TraceEntry[]
  /** Message-IDs of mails that would bind this one otherwise if they came, or were bound otherwise, later (SNS-6). */
  readonly awaits: readonly string[]
}

/**
 * Where a mail belongs: keys and reply threads, else the first line, else the recipients, else (from a customer) the sender's address.
 * The rules and nothing else; every rule that was tried leaves its trace (SNS-1 to SNS-4, SNS-8, SNS-9).
 */
export function route(candidates: Candidates, standing: Exclude<Standing, { as: 'quarantined' }>, facts: Facts): Routing {
  const key = standing.as === 'employee' ? keysOfEmployee(candidates, facts) : keysOfCustomer(candidates, facts)
  const { entry: thread, awaits } = followThread(candidates, standing, facts)
  const answer = answersTo(candidates, facts)
  const trace = [key, { rule: thread.rule, matched: [...answer.matched, ...thread.matched], refused: [...answer.refused, ...thread.refused] }]
  if (!matchedAny(trace)) {
    // A key that leads nowhere was a clear wish: what the employee meant is for somebody to sort out, not for the next rule to guess (SNS-9).
    if (standing.as === 'employee' && key.refused.length + answer.refused.length === 0) trace.push(...byRecipients(candidates, facts))
    if (standing.as === 'customer') trace.push(byAddresses('sender', candidates.senders, facts))
  }
  const found = distinctItems(trace.flatMap((entry) => entry.matched))
  const bindings = found.slice(0, MOST_BINDINGS)
  return { status: bindings.length > 0 ? 'routed' : 'unsorted', bindings, trace: found.length > bindings.length ? trace.map((entry) => within(entry, bindings)) : trace, awaits }
}

function keysOfEmployee({ keys }: Candidates, { keyed }: Facts): TraceEntry {
  return entryOf('key', keys.map(({ written, item }) => (keyed.has(refKey(item)) ? { by: written, ...item } : { by: written, reason: 'unknown_or_unreadable' })))
}

/** A customer's key counts where the item, or a contact or company linked to it, holds the customer's address. */
function keysOfCustomer({ keys, senders }: Candidates, { keyed, holders }: Facts): TraceEntry {
  const heldByThem = new Set(senders.theirs.flatMap((address) => holders.get(address) ?? []).map(refKey))
  const refusalOf = (item: ItemRef): Refusal | undefined => {
    if (senders.theirs.length === 0) return 'sender_not_proven'
    const known = keyed.get(refKey(item))
    const isHeld = known?.addresses.some((address) => senders.theirs.includes(address)) || known?.linked.some((ref) => heldByThem.has(refKey(ref)))
    return isHeld ? undefined : 'unknown_or_not_held'
  }
  return entryOf('key', keys.map(({ written, item }) => {
    const reason = refusalOf(item)
    return reason === undefined ? { by: written, ...item } : { by: written, reason }
  }))
}

/** Signed reply addresses: who has one was written to from that item, whatever their own address is (SNS-9). For an employee the item is one that they may read. */
function answersTo({ answered, isOurOwn }: Candidates, { keyed }: Facts): TraceEntry {
  return entryOf('thread', answered.map(({ written, item }) => (isOurOwn ? { by: written, reason: 'ours' } : keyed.has(refKey(item)) ? { by: written, ...item } : { by: written, reason: 'unknown_or_unreadable' })))
}

/** The nearest earlier mail that belongs somewhere decides. A customer joins a thread only as one of the people of that mail. */
function followThread({ references, senders }: Candidates, standing: Standing, { threads }: Facts): { entry: TraceEntry; awaits: string[] } {
  const refused: Refused[] = []
  const awaits: string[] = []
  for (const by of references) {
    const earlier = threads.get(by) ?? []
    const bound = earlier.filter(({ bindings }) => bindings.length > 0)
    const open = standing.as === 'employee' ? bound[0] : bound.find(({ people }) => senders.theirs.some((address) => people.has(address)))
    const isOpenEnded = open ? !open.settled : bound.length === 0
    if (isOpenEnded && awaits.length < MOST_AWAITED) awaits.push(by)
    if (open) return { entry: { rule: 'thread', matched: open.bindings.map(({ type, id }) => ({ by, type, id })), refused }, awaits }
    refused.push({ by, reason: earlier.length === 0 ? 'unknown' : bound.length === 0 ? 'unbound' : senders.theirs.length === 0 ? 'sender_not_proven' : 'not_among_people' })
  }
  return { entry: { rule: 'thread', matched: [], refused }, awaits }
}

/** The first line, where To and Cc name nobody but us (SNS-3); else the recipients (SNS-2). */
function byRecipients({ firstLine, recipients }: Candidates, facts: Facts): TraceEntry[] {
  if (recipients.theirs.length > 0) {
    const entry = byAddresses('recipients', recipients, facts)
    const unused = firstLine.theirs.map((by): Refused => ({ by, reason: 'other_recipients' }))
    return entry.matched.length > 0 || unused.length === 0 ? [entry] : [{ rule: 'firstLine', matched: [], refused: unused }, entry]
  }
  const entry = byAddresses('firstLine', firstLine, facts)
  return entry.matched.length > 0 ? [entry] : [entry, byAddresses('recipients', recipients, facts)]
}

function byAddresses(rule: Rule, addresses: Addresses, { holders }: Facts): TraceEntry {
  return entryOf(rule, [
    ...addresses.theirs.flatMap((by): (Match | Refused)[] => {
      const held = holders.get(by) ?? []
      if (held.length === 0) return [{ by, reason: 'no_holder' }]
      const matched = held.slice(0, MOST_ITEMS_OF_AN_ADDRESS).map(({ type, id }) => ({ by, type, id }))
      return held.length > matched.length ? [...matched, { by, reason: 'too_many' }] : matched
    }),
    ...addresses.employees.map((by): Refused => ({ by, reason: 'ours' })),
  ])
}

function entryOf(rule: Rule, results: readonly (Match | Refused)[]): TraceEntry {
  return { rule, matched: results.filter((one) => 'type' in one), refused: results.filter((one) => 'reason' in one) }
}

function matchedAny(trace: readonly TraceEntry[]): boolean {
  return trace.some(({ matched }) => matched.length > 0)
}

/** The entry without the matches for which there was no more room, which are named as such. */
function within(entry: TraceEntry, bindings: readonly ItemRef[]): TraceEntry {
  const bound = new Set(bindings.map(refKey))
  const over = entry.matched.filter((match) => !bound.has(refKey(match)))
  return { ...entry, matched: entry.matched.filter((match) => bound.has(refKey(match))), refused: [...entry.refused, ...[...new Set(over.map(({ by }) => by))].map((by): Refused => ({ by, reason: 'too_many' }))] }
}
