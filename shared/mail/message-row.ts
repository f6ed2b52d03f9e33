import type { ItemRef } from '../items/index.ts'
import type { Row } from '../platform/table.ts'
import { messageKey } from './keys.ts'
import type { Person } from './letter.ts'
import { MOST_STORED_RECIPIENTS } from './limits.ts'
import type { Composed, Message } from './message.ts'
import type { Delivery, Verdict, Verdicts } from './notice.ts'
import type { Status } from './schema.ts'
import type { Refusal, Rule, TraceEntry } from './trace.ts'

/**
 * The row of a message. It is written in a transaction, where each kilobyte counts twice, so it holds no empty parts, and people, trace
 * and verdicts lie in it as short texts: an ordinary mail stays below one kilobyte.
 */
export function rowOfMessage(message: Message): Row {
  const { from, to, cc, trace, traceCut, traceVersion, delivery, recipientCount, unread, sharesMessageId, changedBy, ...plain } = message
  return {
    ...messageKey(message.id),
    kind: 'mail',
    ...Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== null && !(Array.isArray(value) && value.length === 0))),
    from: personText(from),
    ...(to.length > 0 ? { to: to.map(personText) } : {}),
    ...(cc.length > 0 ? { cc: cc.map(personText) } : {}),
    ...(recipientCount > to.length + cc.length ? { recipientCount } : {}),
    ...(unread ? { unread } : {}),
    ...(traceCut ? { traceCut, traceVersion } : { trace: trace.map(traceText) }),
    ...(sharesMessageId ? { sharesMessageId } : {}),
    delivery: deliveryText(delivery, from.address),
    ...(changedBy === null ? { changedVia: 'mail' } : { changedVia: 'user', changedBy }),
  }
}

/** A message as its row has it; what it says lies in the bucket. */
export function messageOfRow(row: Row): Message {
  const text = (name: string): string | null => (typeof row[name] === 'string' ? (row[name] as string) : null)
  const list = <T>(name: string): readonly T[] => (Array.isArray(row[name]) ? (row[name] as T[]) : [])
  const receivedAt = text('receivedAt') ?? ''
  return {
    id: text('id') ?? '',
    version: Number(row['version']),
    direction: row['direction'] === 'out' ? 'out' : 'in',
    from: personOf(text('from') ?? ''),
    to: list<string>('to').map(personOf),
    cc: list<string>('cc').map(personOf),
    // Rows once told only that people were cut off: one more than they name has their stored content asked (SNS-9).
    recipientCount: Number(row['recipientCount'] ?? list('to').length + list('cc').length + (row['peopleCut'] === true ? 1 : 0)),
    subject: text('subject') ?? '',
    date: text('date') ?? receivedAt,
    receivedAt,
    senderUserId: text('senderUserId'),
    status: (text('status') ?? 'unsorted') as Status,
    reason: text('reason'),
    // Rows that were stored before this was noted tell it by their status alone.
    unread: row['unread'] === true || row['status'] === 'unparsed',
    bindings: list<ItemRef>('bindings'),
    assigned: list<ItemRef>('assigned'),
    created: (row['created'] as ItemRef | undefined) ?? null,
    trace: list<string[]>('trace').map(traceOf),
    traceCut: row['traceCut'] === true,
    traceVersion: Number(row['traceVersion'] ?? row['version']),
    threadId: text('threadId'),
    awaits: list<string>('awaits'),
    sharesMessageId: row['sharesMessageId'] === true,
    delivery: deliveryOfText(row['delivery'] as StoredDelivery, receivedAt, personOf(text('from') ?? '').address),
    changedBy: text('changedBy'),
    composed: (row['composed'] as Composed | undefined) ?? null,
  }
}

// Names and addresses have no line ends of their own; see cleanLine.
function personText({ name, address }: Person): string {
  return name === '' ? address : `${name}\n${address}`
}

function personOf(text: string): Person {
  const cut = text.lastIndexOf('\n')
  return { name: text.slice(0, Math.max(0, cut)), address: text.slice(cut + 1) }
}

/** `[rule, ...lines]`: a line is an item with what led to it, or a reason with what it refused. */
function traceText({ rule, matched, refused }: TraceEntry): string[] {
  return [rule, ...matched.map(({ by, type, id }) => `${type}#${id} ${by}`), ...refused.map(({ by, reason }) => `${reason} ${by}`)]
}

function traceOf([rule = '', ...lines]: string[]): TraceEntry {
  const parts = lines.map((line) => ({ what: line.slice(0, line.indexOf(' ')), by: line.slice(line.indexOf(' ') + 1) }))
  return {
    rule: rule as Rule,
    matched: parts.filter(({ what }) => what.includes('#')).map(({ what, by }) => ({ by, type: what.split('#')[0] ?? '', id: Number(what.split('#')[1]) })),
    refused: parts.filter(({ what }) => !what.includes('#')).map(({ what, by }) => ({ by, reason: what as Refusal })),
  }
}

const CHECKS = ['spam', 'virus', 'spf', 'dkim', 'dmarc'] as const

interface StoredDelivery {
  readonly id: string
  readonly source?: string
  readonly recipients?: string[]
  readonly verdicts?: string
  readonly signedBy?: string[]
  readonly fromDomain?: string
}

function deliveryText({ sesMessageId, source, recipients, verdicts, signedBy, fromDomain }: Delivery, from: string): StoredDelivery {
  return {
    id: sesMessageId,
    // Nearly always the mail's own From, which is there already.
    ...(source === from ? {} : { source }),
    ...(recipients.length > 0 ? { recipients: recipients.slice(0, MOST_STORED_RECIPIENTS) } : {}),
    ...(verdicts ? { verdicts: CHECKS.map((check) => verdicts[check]).join(' ') } : {}),
    ...(signedBy.length > 0 ? { signedBy: [...signedBy] } : {}),
    ...(fromDomain === undefined || from.toLowerCase().endsWith(`@${fromDomain}`) ? {} : { fromDomain }),
  }
}

function deliveryOfText(stored: StoredDelivery, receivedAt: string, from: string): Delivery {
  const statuses = stored.verdicts?.split(' ') as Verdict[] | undefined
  const verdicts = statuses && (Object.fromEntries(CHECKS.map((check, place) => [check, statuses[place]])) as unknown as Verdicts)
  return {
    sesMessageId: stored.id,
    receivedAt,
    source: stored.source ?? from,
    recipients: stored.recipients ?? [],
    verdicts: verdicts ?? null,
    signedBy: stored.signedBy ?? [],
    ...(stored.fromDomain === undefined ? {} : { fromDomain: stored.fromDomain }),
  }
}
