import * as z from 'zod'

const ItemRef = z.object({ type: z.string(), id: z.number() })
const Actor = z.object({ userId: z.string().nullable(), via: z.string() })
const Change = z.object({ old: z.unknown(), new: z.unknown() })

/** An event of an item: `deal.created`, `deal.updated`, `deal.deleted`, `deal.restored`. */
export const ItemEvent = z.object({ eventId: z.string(), item: ItemRef, version: z.number(), changes: z.record(z.string(), Change), actor: Actor })
export type ItemEvent = z.output<typeof ItemEvent>

/** Somebody was named in a chat message. */
export const MentionEvent = z.object({ eventId: z.string(), item: ItemRef, chatId: z.string(), number: z.number(), userIds: z.array(z.string()), actor: Actor })
export type MentionEvent = z.output<typeof MentionEvent>

/** A mail was added to items. */
export const MailEvent = z.object({ eventId: z.string(), messageId: z.string(), direction: z.enum(['in', 'out']), items: z.array(ItemRef), actor: Actor })
export type MailEvent = z.output<typeof MailEvent>

/** What EventBridge puts around an event. */
export const Envelope = z.object({ 'detail-type': z.string(), time: z.string(), detail: z.unknown() })
