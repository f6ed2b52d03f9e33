import type { Item } from './item.ts'

/**
 * Who is in charge of an item, who observes it, and who is in its chat: these change together, in one write, so that once a change is answered all agree.
 * `linked` is the setting `chatMembership`: newer products let observers join the chat at once and stay observers when they leave it; by default the chat is only seeded from them.
 */

/** The new responsible person observes no more (OBS-4) and joins the chat; the former one leaves it unless they observe (CHT-5). */
export function withResponsible(item: Item, userId: string): Item {
  if (userId === item.responsibleId) return item
  const observerIds = item.observerIds.filter((id) => id !== userId)
  const members = item.chatMemberIds.filter((id) => id !== item.responsibleId || observerIds.includes(id))
  return { ...item, responsibleId: userId, observerIds, chatMemberIds: item.chatId === undefined ? [] : joined(members, [userId]) }
}

/** An observer who is added after the chat was made is not in it until they join (CHT-4), unless chats are linked. The responsible person is never an observer too. */
export function withObservers(item: Item, userIds: readonly string[], linked = false): Item {
  const added = userIds.filter((id) => id !== item.responsibleId)
  return { ...item, observerIds: joined(item.observerIds, added), chatMemberIds: linked && item.chatId !== undefined ? joined(item.chatMemberIds, added) : item.chatMemberIds }
}

/** Who observes no more leaves the chat too (OBS-5). */
export function withoutObserver(item: Item, userId: string): Item {
  return { ...item, observerIds: item.observerIds.filter((id) => id !== userId), chatMemberIds: item.chatMemberIds.filter((id) => id !== userId || id === item.responsibleId) }
}

/** The item with its chat: the responsible person and all observers are in it from the start (CHT-1). */
export function withChat(item: Item, chatId: string): Item {
  return { ...item, chatId, chatMemberIds: joined([item.responsibleId], item.observerIds) }
}

/** Who is added to the chat and neither responsible nor observer becomes an observer (CHT-2). */
export function withChatMembers(item: Item, userIds: readonly string[]): Item {
  const observing = userIds.filter((id) => id !== item.responsibleId)
  return { ...item, observerIds: joined(item.observerIds, observing), chatMemberIds: joined(item.chatMemberIds, userIds) }
}

/** Who leaves the chat, or is removed from it, observes no more (CHT-3), unless chats are linked; the responsible person stays responsible. */
export function withoutChatMember(item: Item, userId: string, linked = false): Item {
  return { ...item, chatMemberIds: item.chatMemberIds.filter((id) => id !== userId), observerIds: linked ? item.observerIds : item.observerIds.filter((id) => id !== userId) }
}

function joined(ids: readonly string[], added: readonly string[]): string[] {
  return [...new Set([...ids, ...added])]
}
