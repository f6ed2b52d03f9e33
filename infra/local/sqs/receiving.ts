import { AwsError } from '../contract.ts'
import type { QueueMessage, Store } from '../contract.ts'
import { invalid } from './message-rules.ts'
import type { MessageAttributes } from './message-rules.ts'
import type { Queue } from './queues.ts'
import { handleOf, newSecret, receiptOf } from './receipts.ts'
import { messageColumns, sequenceNumberOf } from './rows.ts'
import type { MessageRow } from './rows.ts'

export interface Taken {
  readonly messages: readonly QueueMessage[]
  /** Whether messages went to the dead-letter queue instead. */
  readonly hasRedriven: boolean
}

const standardCandidates = `select ${messageColumns} from sqs_messages where queue = ?1 and visible_at <= ?2 and sent_at >= ?4 order by visible_at, seq limit ?3`

// `+visible_at` keeps SQLite on the index by arrival, where it can stop at the limit without sorting a backlog.
const fifoCandidates = `select ${messageColumns} from sqs_messages m where queue = ?1 and +visible_at <= ?2 and sent_at >= ?4 and not exists (
    select 1 from sqs_messages b where b.queue = ?1 and b.ordered_group = m.ordered_group and b.visible_at > ?2 and (b.receipt is not null or b.seq < m.seq)
  ) order by seq limit ?3`

/**
 * Takes up to `most` visible messages and hides them. A message that was received as often as the queue's redrive policy
 * allows goes to the dead-letter queue instead. On a FIFO queue a group with a message in flight gives nothing, and the
 * messages of a group come in order.
 */
export function takeMessages(store: Store, queue: Queue, most: number, visibilitySeconds: number, now: number): Taken {
  return store.transaction(() => {
    const messages: QueueMessage[] = []
    let hasRedriven = false
    for (;;) {
      const rows = store.all<MessageRow>(
        queue.isFifo ? fifoCandidates : standardCandidates, queue.arn, now, most - messages.length, now - queue.retentionSeconds * 1_000,
      )
      const { redrive } = queue
      const spent = redrive === undefined ? [] : rows.filter((row) => row.receiveCount >= redrive.maxReceiveCount)
      if (redrive !== undefined) for (const row of spent) redriveMessage(store, queue, redrive.arn, row, now)
      for (const row of rows) if (!spent.includes(row)) messages.push(takeMessage(store, queue, row, visibilitySeconds, now))
      if (spent.length === 0) return { messages, hasRedriven }
      hasRedriven = true
      if (messages.length === most) return { messages, hasRedriven }
    }
  })
}

function takeMessage(store: Store, queue: Queue, row: MessageRow, visibilitySeconds: number, now: number): QueueMessage {
  const secret = newSecret()
  store.run(
    'update sqs_messages set receipt = ?, visible_at = ?, receive_count = receive_count + 1, first_received_at = coalesce(first_received_at, ?) where seq = ?',
    secret, now + visibilitySeconds * 1_000, now, row.seq,
  )
  return {
    messageId: row.messageId,
    receiptHandle: handleOf(queue.name, { seq: row.seq, secret }),
    body: row.body,
    md5OfBody: row.md5,
    messageAttributes: JSON.parse(row.attributes) as MessageAttributes,
    attributes: {
      ...(JSON.parse(row.system) as Record<string, string>),
      ...(row.orderedGroup === null ? {} : { SequenceNumber: sequenceNumberOf(row.seq) }),
      SentTimestamp: String(row.sentAt),
      ApproximateReceiveCount: String(row.receiveCount + 1),
      ApproximateFirstReceiveTimestamp: String(row.firstReceivedAt ?? now),
    },
  }
}

/** On a standard queue the age of a message goes on counting in the dead-letter queue; on a FIFO queue it begins anew. Both as on AWS. */
function redriveMessage(store: Store, from: Queue, toArn: string, row: MessageRow, now: number): void {
  const system = { ...(JSON.parse(row.system) as Record<string, string>), DeadLetterQueueSourceArn: from.arn }
  store.run(
    `insert into sqs_messages (queue, message_id, body, md5, attributes, system, ordered_group, sent_at, visible_at, receive_count, first_received_at)
      values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    toArn, row.messageId, row.body, row.md5, row.attributes, JSON.stringify(system), row.orderedGroup,
    from.isFifo ? now : row.sentAt, now, row.receiveCount, row.firstReceivedAt,
  )
  store.run('delete from sqs_messages where seq = ?', row.seq)
}

/**
 * Deletes a received message. A message that is gone already is no error. With the handle of an older receive a standard queue
 * answers well and keeps the message; a FIFO queue refuses it, and one whose visibility timeout is over too.
 *
 * @throws AwsError `ReceiptHandleIsInvalid`, `InvalidParameterValueException`
 */
export function removeMessage(store: Store, queue: Queue, handle: string, now: number): void {
  const { seq, secret } = receiptOf(queue.name, handle)
  if (!queue.isFifo) {
    store.run('delete from sqs_messages where seq = ? and queue = ? and receipt = ?', seq, queue.arn, secret)
    return
  }
  const { changes } = store.run('delete from sqs_messages where seq = ? and queue = ? and receipt = ? and visible_at > ?', seq, queue.arn, secret, now)
  if (changes === 0 && store.all('select 1 from sqs_messages where seq = ? and queue = ?', seq, queue.arn).length > 0) {
    throw invalid(`Value ${handle} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.`)
  }
}

/**
 * Lets a message in flight stay hidden for `seconds` from now; 0 gives it back at once.
 *
 * @throws AwsError `ReceiptHandleIsInvalid`; `MessageNotInflight` if its timeout is over; `InvalidParameterValueException` if it is gone
 */
export function hideMessage(store: Store, queue: Queue, handle: string, seconds: number, now: number): void {
  const { seq, secret } = receiptOf(queue.name, handle)
  const { changes } = store.run(
    'update sqs_messages set visible_at = ? where seq = ? and queue = ? and receipt = ? and visible_at > ?', now + seconds * 1_000, seq, queue.arn, secret, now,
  )
  if (changes > 0) return
  if (store.all('select 1 from sqs_messages where seq = ? and queue = ?', seq, queue.arn).length > 0) {
    throw new AwsError('MessageNotInflight', 'The specified message is not in flight.')
  }
  throw invalid(`Value ${handle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`)
}
