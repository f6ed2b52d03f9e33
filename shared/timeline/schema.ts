import * as z from 'zod'
import { FileId, MOST_FILES_AT_ONCE } from '../files/index.ts'
import { pageOf, PageQuery } from '../kernel/page.ts'

/** What can stand in a timeline (ITM-9). */
const ENTRY_KINDS = [
  'item.created', 'item.changed', 'stage.moved', 'observer.added', 'observer.removed', 'mail.received', 'mail.sent', 'mailing.sent', 'chat.created', 'task.created', 'task.closed',
  'process.started', 'process.ended', 'comment.added',
] as const
export type EntryKind = (typeof ENTRY_KINDS)[number]

export interface TimelineEntry {
  /** Sorts as the moments do; the same event always makes the same id, so that writing it twice writes it once. */
  readonly id: string
  readonly at: string
  readonly kind: EntryKind
  readonly actorId: string | null
  readonly via: 'user' | 'mail' | 'process'
  readonly data: Readonly<Record<string, unknown>>
}

export const LONGEST_COMMENT = 10_000

export const CommentInput = z.strictObject({ text: z.string().trim().min(1).max(LONGEST_COMMENT), fileIds: z.array(FileId).max(MOST_FILES_AT_ONCE).default([]) })
export type CommentInput = z.output<typeof CommentInput>

export const TimelineQuery = PageQuery.extend({ kind: z.enum(ENTRY_KINDS).optional() })
export const EntryView = z.object({ id: z.string(), at: z.string(), kind: z.enum(ENTRY_KINDS), actorId: z.string().nullable(), via: z.enum(['user', 'mail', 'process']), data: z.record(z.string(), z.unknown()) })
export const TimelinePage = pageOf(EntryView)
