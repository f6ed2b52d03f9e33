import type { Store } from '../contract.ts'

/** A stored message. Times are milliseconds since 1970. */
export interface MessageRow {
  /** Order of arrival over all queues; a move to a dead-letter queue is a new arrival. */
  readonly seq: number
  readonly messageId: string
  readonly body: string
  readonly md5: string
  /** JSON of the sender's attributes. */
  readonly attributes: string
  /** JSON of those system attributes that do not follow from other columns. */
  readonly system: string
  /** The message group on a FIFO queue; null on a standard queue, whose group ids order nothing. */
  readonly orderedGroup: string | null
  readonly sentAt: number
  readonly receiveCount: number
  readonly firstReceivedAt: number | null
}

/** The columns of a `MessageRow`. */
export const messageColumns = `seq, message_id as messageId, body, md5, attributes, system, ordered_group as orderedGroup, sent_at as sentAt,
  receive_count as receiveCount, first_received_at as firstReceivedAt`

/**
 * `receipt` is the secret of the last receive: with it and a future `visible_at` a message is in flight, without it and a future
 * `visible_at` it is delayed.
 */
export function createTables(store: Store): void {
  store.run(`create table if not exists sqs_messages (
    seq integer primary key autoincrement, queue text not null, message_id text not null, body text not null, md5 text not null,
    attributes text not null, system text not null, ordered_group text, sent_at integer not null, visible_at integer not null,
    receive_count integer not null default 0, first_received_at integer, receipt text)`)
  store.run('create index if not exists sqs_messages_by_visibility on sqs_messages (queue, visible_at, seq)')
  // The index entries of one queue are in the order of `seq`, which SQLite appends: a FIFO queue is read along it.
  store.run('create index if not exists sqs_messages_by_arrival on sqs_messages (queue)')
  store.run('create index if not exists sqs_messages_by_group on sqs_messages (queue, ordered_group, visible_at) where ordered_group is not null')
  store.run(`create table if not exists sqs_deduplication (
    queue text not null, id text not null, message_id text not null, seq integer not null, expires_at integer not null,
    primary key (queue, id)) without rowid`)
  store.run('create index if not exists sqs_deduplication_by_expiry on sqs_deduplication (expires_at)')
}

/** The 20 digits that SQS gives a message of a FIFO queue: larger for later ones, not consecutive. */
export function sequenceNumberOf(seq: number): string {
  return (18_000_000_000_000_000_000n + BigInt(seq) * 256n).toString()
}

/** When the next hidden message of a queue becomes visible; undefined if none is hidden. */
export function nextVisibleAt(store: Store, queue: string, now: number): number | undefined {
  const [row] = store.all<{ at: number | null }>('select min(visible_at) as at from sqs_messages where queue = ? and visible_at > ?', queue, now)
  return row?.at ?? undefined
}

export interface Counts {
  readonly visible: number
  readonly inFlight: number
  readonly delayed: number
}

export function countMessages(store: Store, queue: string, now: number): Counts {
  const [counts] = store.all<Counts>(
    `select count(*) filter (where visible_at <= ?2) as visible, count(*) filter (where visible_at > ?2 and receipt is not null) as inFlight,
      count(*) filter (where visible_at > ?2 and receipt is null) as delayed from sqs_messages where queue = ?1`,
    queue,
    now,
  )
  return counts ?? { visible: 0, inFlight: 0, delayed: 0 }
}

/** Drops messages older than their queue's retention, and deduplication ids whose five minutes are over. */
export function dropExpired(store: Store, retention: readonly { readonly queue: string; readonly seconds: number }[], now: number): void {
  for (const { queue, seconds } of retention) store.run('delete from sqs_messages where queue = ? and sent_at < ?', queue, now - seconds * 1_000)
  store.run('delete from sqs_deduplication where expires_at <= ?', now)
}
