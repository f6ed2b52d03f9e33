import * as z from 'zod'
import { pageOf } from '../kernel/page.ts'

export const NOTE_KINDS = ['observer.added', 'observer.removed', 'responsible.changed', 'mention', 'mail.received'] as const
export type NoteKind = (typeof NOTE_KINDS)[number]

/** Which kinds somebody wants by mail too; those left out they do not. */
export const NotificationSettings = z.strictObject({
  mail: z.strictObject(Object.fromEntries(NOTE_KINDS.map((kind) => [kind, z.boolean().default(false)])) as Record<NoteKind, z.ZodDefault<z.ZodBoolean>>),
})
export type NotificationSettings = z.output<typeof NotificationSettings>

export const MOST_MARKED_AT_ONCE = 100

export const NotificationView = z.object({
  id: z.string(),
  kind: z.enum(NOTE_KINDS),
  at: z.string(),
  readAt: z.string().nullable(),
  actorId: z.string().nullable(),
  item: z.object({ type: z.string(), id: z.number() }),
  /** What it is about besides the item: the chat and number of a message, or a mail. */
  data: z.record(z.string(), z.union([z.string(), z.number()])),
})
export type NotificationView = z.output<typeof NotificationView>

export const NotificationPage = pageOf(NotificationView).extend({ unreadCount: z.number() })

/** Some of them by id, or all there are. */
export const MarkRead = z.union([z.strictObject({ ids: z.array(z.string().min(1).max(64)).min(1).max(MOST_MARKED_AT_ONCE) }), z.strictObject({ all: z.literal(true) })])
export type MarkRead = z.output<typeof MarkRead>
