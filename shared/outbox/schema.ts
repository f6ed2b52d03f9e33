import * as z from 'zod'
import { SCHEMA_VERSION } from './rules.ts'

/* What the events on the company's bus hold (API-6). `source` is `leadline`; the kind is the `detail-type`, with the item's type before it where it says `<type>`. */

const Item = z.object({ type: z.string(), id: z.int() })
const Actor = z.object({ userId: z.string().nullable(), via: z.enum(['user', 'mail', 'process']) })
const common = { schemaVersion: z.literal(SCHEMA_VERSION), eventId: z.string().describe('The same for every delivery of the same event.'), actor: Actor }

const ItemChange = z.object({
  ...common,
  item: Item,
  version: z.int().describe('Counts the changes of the item: the order of events is not promised, this is.'),
  changes: z.record(z.string(), z.object({ old: z.unknown(), new: z.unknown() })).describe('By field; fields of the company as fields.<code>.'),
  omitted: z.array(z.string()).optional().describe('Fields that changed but are too long to be told.'),
  causeId: z.string().optional().describe('The event or message that caused the change, when no person did.'),
})

const Comment = z.object({
  ...common,
  item: Item,
  version: z.int(),
  comment: z.object({ id: z.string(), text: z.string().optional(), fileIds: z.array(z.string()) }),
  omitted: z.array(z.literal('text')).optional(),
})

const Mail = z.object({ ...common, messageId: z.string(), direction: z.enum(['in', 'out']), items: z.array(Item).min(1).describe('Items to which it was added just now.') })

const Mention = z.object({ ...common, item: Item, chatId: z.string(), number: z.int(), userIds: z.array(z.string()).min(1) })

const schemas = {
  '<type>.created': ItemChange,
  '<type>.updated': ItemChange,
  '<type>.deleted': ItemChange,
  '<type>.restored': ItemChange,
  '<type>.commented': Comment,
  'mail.received': Mail,
  'mail.sent': Mail,
  'chat.mentioned': Mention,
} as const satisfies Readonly<Record<string, z.ZodType>>

type EventKind = keyof typeof schemas

/** Every kind of event, as its `detail-type` reads. */
export const EVENT_KINDS = Object.keys(schemas) as readonly EventKind[]

/** The schema of the `detail` of an event, by its `detail-type` (`deal.updated`). Undefined for a kind that there is not. */
export function detailSchemaOf(detailType: string): z.ZodType | undefined {
  const byType = detailType.replace(/^[^.]+/, '<type>')
  return EVENT_KINDS.filter((kind) => kind === detailType || kind === byType).map((kind) => schemas[kind])[0]
}

/** The same as JSON Schema (2020-12), for listeners in other languages. */
export function jsonSchemaOfEvents(): Readonly<Record<string, unknown>> {
  return Object.fromEntries(EVENT_KINDS.map((kind) => [kind, z.toJSONSchema(schemas[kind])]))
}
