import type { Row } from '../platform/table.ts'
import { mailingKey, RUNNING } from './keys.ts'
import type { MAILING_STATUSES, SkipReason } from './schema.ts'

/** What became of the items of some pages. */
export interface Tally {
  readonly sent: number
  readonly failed: number
  readonly unknown: number
  readonly skipped: Readonly<Partial<Record<SkipReason, number>>>
}

export const NOTHING: Tally = { sent: 0, failed: 0, unknown: 0, skipped: {} }

export interface Mailing {
  readonly id: string
  readonly version: number
  readonly status: (typeof MAILING_STATUSES)[number]
  readonly senderId: string
  readonly templateId: string
  readonly templateVersion: number
  /** As it stands in the template, with its placeholders. */
  readonly subject: string
  readonly type: string
  /** Null where the items were chosen by number. */
  readonly filter: string | null
  readonly createdAt: string
  readonly endedAt: string | null
  readonly note: string | null
  /** How many items have been read from the selection so far, on how many pages, and whether those are all. */
  readonly total: number
  readonly pages: number
  readonly expanded: boolean
  /** Where the reading of the selection goes on. */
  readonly cursor: string | null
  /** The page that mails are sent from; those before it are done. */
  readonly page: number
  readonly done: Tally
  /** Of the page under way. */
  readonly current: Tally
  /** Whose turn it is, and until when (milliseconds). */
  readonly turn: string | null
  readonly turnUntil: number
  /** Turns that failed in a row, without one step forward in between. */
  readonly failures: number
  /** It has ended, and all that was under way has been counted. */
  readonly settled: boolean
  /** When somebody should look whether it is still worked on (seconds since 1970). */
  readonly dueAt: number
}

export function rowOfMailing({ settled, dueAt, ...mailing }: Mailing): Row {
  const present = Object.fromEntries(Object.entries(mailing).filter(([, value]) => value !== null))
  return { ...mailingKey(mailing.id), kind: 'mailing', ...present, settled, ...(settled ? {} : { dueKey: RUNNING, dueAt }) }
}

/** A mailing as its row has it. */
export function mailingOfRow(row: Row): Mailing {
  const text = (name: string): string | null => (typeof row[name] === 'string' ? (row[name] as string) : null)
  return {
    id: row.sk,
    version: Number(row['version']),
    status: row['status'] as Mailing['status'],
    senderId: String(row['senderId']),
    templateId: String(row['templateId']),
    templateVersion: Number(row['templateVersion']),
    subject: String(row['subject']),
    type: String(row['type']),
    filter: text('filter'),
    createdAt: String(row['createdAt']),
    endedAt: text('endedAt'),
    note: text('note'),
    total: Number(row['total']),
    pages: Number(row['pages']),
    expanded: row['expanded'] === true,
    cursor: text('cursor'),
    page: Number(row['page']),
    done: row['done'] as Tally,
    current: row['current'] as Tally,
    turn: text('turn'),
    turnUntil: Number(row['turnUntil']),
    failures: Number(row['failures'] ?? 0),
    settled: row['settled'] === true,
    dueAt: Number(row['dueAt'] ?? 0),
  }
}

/** Two tallies as one: each fate and each reason counted together. */
export function sum(a: Tally, b: Tally): Tally {
  const reasons = new Set([...Object.keys(a.skipped), ...Object.keys(b.skipped)] as SkipReason[])
  return {
    sent: a.sent + b.sent,
    failed: a.failed + b.failed,
    unknown: a.unknown + b.unknown,
    skipped: Object.fromEntries([...reasons].map((reason) => [reason, (a.skipped[reason] ?? 0) + (b.skipped[reason] ?? 0)])),
  }
}

/** How many were skipped, for whatever reason. */
export function skippedOf({ skipped }: Tally): number {
  return Object.values(skipped).reduce((all, one) => all + one, 0)
}
