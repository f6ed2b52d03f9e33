import * as z from 'zod'
import { MOST_FILES_AT_ONCE } from '../files/index.ts'
import { pageOf, PageQuery } from '../kernel/page.ts'

/** Characters; with its surroundings a message then fits into one frame of a WebSocket connection. */
const LONGEST_MESSAGE = 8000
export const MOST_MENTIONS = 20
const MOST_MEMBERS_AT_ONCE = 30
/** Kinds of reactions that one message can have. */
export const MOST_REACTIONS = 20

const id = z.string().min(1).max(64)
const number = z.int().min(1)
const text = z.string().max(LONGEST_MESSAGE)
const fileIds = z.array(id).max(MOST_FILES_AT_ONCE)

export const ChatParam = z.object({ id: z.string().min(1).max(100) })
export const MemberParam = ChatParam.extend({ userId: id })
export const MessageParam = ChatParam.extend({ number: z.string().regex(/^[1-9]\d{0,11}$/).transform(Number) })
/** A reaction is one or a few signs, such as 👍. JavaScript's own word for an object's origin is none: it cannot be kept as a name. */
export const ReactionParam = MessageParam.extend({ sign: z.string().min(1).max(16).regex(/^(?!__proto__$)[^\s#]+$/u) })

export const MemberIds = z.strictObject({ userIds: z.array(id).min(1).max(MOST_MEMBERS_AT_ONCE) })

export const MessageInput = z
  .strictObject({
    /** Made by the client: the same one again is the same message (CHT-7). */
    clientId: z.string().regex(/^[\x21-\x7e]{1,64}$/, '1 to 64 plain characters without spaces.').optional(),
    text: text.default(''),
    fileIds: fileIds.default([]),
    /** The number of the message that this one answers. */
    replyTo: number.nullish(),
    /** Whom it names besides those written as `@usr_...` in the text (CHT-9). */
    mentionIds: z.array(id).max(MOST_MENTIONS).default([]),
  })
  .refine((given) => given.text.trim() !== '' || given.fileIds.length > 0, { path: ['text'], error: 'A message has a text or a file.' })
export type MessageInput = z.output<typeof MessageInput>

export const MessagePatch = z.strictObject({ text, mentionIds: z.array(id).max(MOST_MENTIONS).optional() })
export type MessagePatch = z.output<typeof MessagePatch>

export const ReadInput = z.strictObject({ number: z.int().min(0) })

const count = z.string().regex(/^\d{1,12}$/, 'A whole number.').transform(Number).optional()
export const MessageQuery = PageQuery.extend({
  /** The number of a message. */
  after: count,
  /** The number of a change: gives the messages that were edited, deleted or reacted to since. */
  changesAfter: count,
}).refine((given) => given.after === undefined || given.changesAfter === undefined, { path: ['changesAfter'], error: 'Not together with after: ask for new messages and for changes one after the other.' })

export const MessageView = z.object({
  chatId: z.string(),
  number: z.number(),
  clientId: z.string().nullable(),
  authorId: z.string(),
  at: z.string(),
  text: z.string(),
  fileIds: z.array(z.string()),
  replyTo: z.number().nullable(),
  mentionIds: z.array(z.string()),
  /** By sign, the people who gave it. */
  reactions: z.record(z.string(), z.array(z.string())),
  editedAt: z.string().nullable(),
  deletedAt: z.string().nullable(),
  /** Which of the chat's changes made it what it is (changes are counted 1, 2, 3 ... in each chat); null for a message that is as it was posted. */
  change: z.number().nullable(),
})
export type MessageView = z.output<typeof MessageView>

export const ChatView = z.object({ id: z.string(), item: z.object({ type: z.string(), id: z.number() }), memberIds: z.array(z.string()), lastNumber: z.number(), lastChange: z.number() })
export const OneChatView = ChatView.extend({ readNumbers: z.record(z.string(), z.number()), onlineIds: z.array(z.string()) })
const OwnChatView = ChatView.extend({ title: z.string(), readNumber: z.number(), unreadCount: z.number() })
/** `lastChange` comes with `changesAfter`: what to name next time. */
export const MessagePage = pageOf(MessageView).extend({ lastChange: z.number().optional() })
export const ChatPage = pageOf(OwnChatView)
