import { createHash, randomUUID } from 'node:crypto'
import type { Store } from '../contract.ts'
import { md5OfBody } from './md5.ts'
import type { Draft } from './message-rules.ts'
import type { Queue } from './queues.ts'
import { sequenceNumberOf } from './rows.ts'

export interface Sent {
  readonly messageId: string
  readonly md5OfBody: string
  /** FIFO queues only. */
  readonly sequenceNumber?: string
  /** When the message can be received first. */
  readonly visibleAt: number
}

/** A deduplication id is remembered for five minutes, whatever becomes of the message. */
const deduplicationMs = 300_000

/**
 * Stores a checked message. On a FIFO queue a message whose deduplication id was seen in the last five minutes is accepted and
 * not stored: the answer is the first one's.
 *
 * @param system further system attributes, such as `SenderId`
 */
export function addMessage(store: Store, queue: Queue, draft: Draft, system: Readonly<Record<string, string>>, now: number): Sent {
  const md5 = md5OfBody(draft.body)
  const visibleAt = now + (draft.delaySeconds ?? queue.delaySeconds) * 1_000
  const group = draft.groupId === undefined ? {} : { MessageGroupId: draft.groupId }
  if (!queue.isFifo) {
    const messageId = randomUUID()
    insert(store, { queue: queue.arn, messageId, draft, md5, system: { ...system, ...group }, orderedGroup: null, now, visibleAt })
    return { messageId, md5OfBody: md5, visibleAt }
  }
  const deduplicationId = draft.deduplicationId ?? createHash('sha256').update(draft.body).digest('hex')
  const scopedId = queue.deduplicationPerGroup ? `${draft.groupId ?? ''} ${deduplicationId}` : deduplicationId
  return store.transaction(() => {
    const [first] = store.all<{ messageId: string; seq: number }>(
      'select message_id as messageId, seq from sqs_deduplication where queue = ? and id = ? and expires_at > ?', queue.arn, scopedId, now,
    )
    if (first !== undefined) return { messageId: first.messageId, md5OfBody: md5, sequenceNumber: sequenceNumberOf(first.seq), visibleAt }
    const messageId = randomUUID()
    const seq = insert(store, {
      queue: queue.arn, messageId, draft, md5, system: { ...system, ...group, MessageDeduplicationId: deduplicationId }, orderedGroup: draft.groupId ?? '', now, visibleAt,
    })
    store.run(
      'insert or replace into sqs_deduplication (queue, id, message_id, seq, expires_at) values (?, ?, ?, ?, ?)',
      queue.arn, scopedId, messageId, seq, now + deduplicationMs,
    )
    return { messageId, md5OfBody: md5, sequenceNumber: sequenceNumberOf(seq), visibleAt }
  })
}

interface NewRow {
  readonly queue: string
  readonly messageId: string
  readonly draft: Draft
  readonly md5: string
  readonly system: Readonly<Record<string, string>>
  readonly orderedGroup: string | null
  readonly now: number
  readonly visibleAt: number
}

function insert(store: Store, { queue, messageId, draft, md5, system, orderedGroup, now, visibleAt }: NewRow): number {
  return store.run(
    `insert into sqs_messages (queue, message_id, body, md5, attributes, system, ordered_group, sent_at, visible_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    queue, messageId, draft.body, md5, JSON.stringify(draft.attributes ?? {}), JSON.stringify(system), orderedGroup, now, visibleAt,
  ).lastInsertRowid
}
