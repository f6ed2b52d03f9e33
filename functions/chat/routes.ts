import * as z from 'zod'
import * as chat from '../../shared/chat/index.ts'
import { route, type Route } from '../../shared/edge/route.ts'
import { action, type Action } from '../../shared/edge/socket.ts'
import { ItemParam } from '../../shared/items/index.ts'
import { PageQuery } from '../../shared/kernel/page.ts'
import * as notifications from '../../shared/notifications/index.ts'
import * as sockets from '../../shared/sockets/index.ts'

const { ChatParam, ChatView, MemberIds, MemberParam, MessageInput, MessagePage, MessageParam, MessagePatch, MessageQuery, MessageView, OneChatView, ReactionParam, ReadInput } = chat

/** What clients ask for over HTTP. */
export const routes = [
  route({ method: 'POST', path: '/v1/items/{type}/{id}/chat', summary: 'Make the chat of an item, or get the one it has.', params: ItemParam, returns: ChatView, status: 201, run: chat.createChat }),
  route({ method: 'GET', path: '/v1/items/{type}/{id}/chat', summary: 'The chat of an item.', params: ItemParam, returns: OneChatView, run: chat.readItemChat }),
  route({ method: 'POST', path: '/v1/items/{type}/{id}/chat/join', summary: 'Join the chat of an item.', params: ItemParam, returns: ChatView, run: chat.joinChat }),

  route({ method: 'GET', path: '/v1/chats', summary: 'The chats you are in, with what you have not read.', query: PageQuery, returns: chat.ChatPage, run: chat.listChats }),
  route({ method: 'GET', path: '/v1/chats/{id}', summary: 'One chat: its members, how far each has read, and who is connected.', params: ChatParam, returns: OneChatView, run: chat.readChat }),
  route({ method: 'POST', path: '/v1/chats/{id}/members', summary: 'Add people to a chat; they observe the item from then on.', params: ChatParam, body: MemberIds, returns: ChatView, run: chat.addMembers }),
  route({ method: 'DELETE', path: '/v1/chats/{id}/members/{userId}', summary: 'Remove somebody from a chat, or leave it.', params: MemberParam, status: 204, run: chat.removeMember }),
  route({ method: 'POST', path: '/v1/chats/{id}/read', summary: 'Say up to which message you have read.', params: ChatParam, body: ReadInput, returns: z.object({ readNumber: z.number() }), run: chat.markRead }),

  route({ method: 'GET', path: '/v1/chats/{id}/messages', summary: 'The messages of a chat, oldest first.', params: ChatParam, query: MessageQuery, returns: MessagePage, run: chat.listMessages }),
  // A message has an idempotency of its own, the client id, which is stored with it; the key of the header is stored apart.
  route({ method: 'POST', path: '/v1/chats/{id}/messages', summary: 'Post a message.', params: ChatParam, body: MessageInput, returns: MessageView, status: 201, manyTransactions: true, run: chat.sendMessage }),
  route({ method: 'PATCH', path: '/v1/chats/{id}/messages/{number}', summary: 'Change a message of your own.', params: MessageParam, body: MessagePatch, returns: MessageView, run: chat.editMessage }),
  route({ method: 'DELETE', path: '/v1/chats/{id}/messages/{number}', summary: 'Take a message of your own back.', params: MessageParam, status: 204, run: chat.deleteMessage }),
  route({ method: 'PUT', path: '/v1/chats/{id}/messages/{number}/reactions/{sign}', summary: 'Put a sign such as 👍 under a message.', params: ReactionParam, returns: MessageView, run: chat.addReaction }),
  route({ method: 'DELETE', path: '/v1/chats/{id}/messages/{number}/reactions/{sign}', summary: 'Take your sign away.', params: ReactionParam, returns: MessageView, run: chat.removeReaction }),

  route({ method: 'GET', path: '/v1/notifications', summary: 'What happened that concerns you, newest first.', query: PageQuery, returns: notifications.NotificationPage, run: notifications.listNotifications }),
  route({ method: 'POST', path: '/v1/notifications/read', summary: 'Mark notifications as read.', body: notifications.MarkRead, returns: z.object({ unreadCount: z.number() }), manyTransactions: true, run: notifications.markRead }),
  route({ method: 'GET', path: '/v1/me/notification-settings', summary: 'Which kinds of notifications you get by mail too.', returns: notifications.NotificationSettings, run: notifications.readSettings }),
  route({ method: 'PUT', path: '/v1/me/notification-settings', summary: 'Say which kinds of notifications you want by mail too.', body: notifications.NotificationSettings, returns: notifications.NotificationSettings, run: notifications.changeSettings }),

  route({ method: 'POST', path: '/v1/socket-tickets', summary: 'A word with which a browser opens one WebSocket connection within a minute.', returns: z.object({ ticket: z.string(), expiresAt: z.string() }), status: 201, run: sockets.issueTicket }),
] as const satisfies readonly Route<sockets.SocketPorts & notifications.MailKnown>[]

const chatId = ChatParam.shape.id

/** What clients ask for over the WebSocket API: `{ "action": .., "id": .., ...fields }`. */
export const actions = [
  action({ action: 'ping', summary: 'Keeps the connection open.', body: z.strictObject({}), run: async () => ({}) }),
  action({ action: 'chat.send', summary: 'Post a message.', body: MessageInput.safeExtend({ chatId }), run: async (ctx, { values: { chatId: id, ...values } }) => ({ message: await chat.sendMessage(ctx, { id, values }) }) }),
  action({ action: 'chat.read', summary: 'Say up to which message you have read.', body: ReadInput.extend({ chatId }), run: (ctx, { values: { chatId: id, ...values } }) => chat.markRead(ctx, { id, values }) }),
  action({ action: 'chat.typing', summary: 'Tell the others that you are writing.', body: z.strictObject({ chatId }), run: (ctx, { values }) => chat.showTyping(ctx, { id: values.chatId }) }),
  action({ action: 'chat.presence', summary: 'Ask who of the members is connected.', body: z.strictObject({ chatId }), run: (ctx, { values }) => chat.readPresence(ctx, { id: values.chatId }) }),
  action({ action: 'chat.sync', summary: 'Get the messages after a number, and those changed after a change, 100 of each at most.', body: chat.SyncRequest, run: chat.syncChat }),
  action({ action: 'items.show', summary: 'Say which items of a type you show, to hear of their changes.', body: sockets.ItemsOnScreen, run: sockets.showItems }),
] as const satisfies readonly Action[]

/** The actions as the typed client knows them: `openLive<ApiAction, ApiEvents>(...)`. */
export type ApiAction = (typeof actions)[number]

const Item = z.object({ type: z.string(), id: z.number() })

/** What the server tells clients unasked, by the name in `event`. Fields may be added. */
export const events = {
  /** A new message, or one that was edited, deleted or reacted to. */
  'chat.message': z.object({ message: MessageView }),
  /** Who is in a chat now; the higher `version` is the newer. */
  'chat.members': z.object({ chatId: z.string(), memberIds: z.array(z.string()), version: z.number() }),
  'chat.read': z.object({ chatId: z.string(), userId: z.string(), number: z.number() }),
  'chat.typing': z.object({ chatId: z.string(), userId: z.string() }),
  notification: z.object({ notification: notifications.NotificationView }),
  /** An item on screen was changed; `fields` are those that are not what they were. */
  'item.changed': z.object({ item: Item, version: z.number(), fields: z.array(z.string()) }),
} as const satisfies Readonly<Record<string, z.ZodType>>
export type ApiEvents = typeof events
