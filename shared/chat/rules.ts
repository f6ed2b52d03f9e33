import { may, rightsOf } from '../access/index.ts'
import { MOST_OBSERVERS, type Item } from '../items/index.ts'
import { invalidField, Problem } from '../kernel/problem.ts'
import type { TypeDefinition } from '../types/index.ts'
import { isActive, peopleOf, type Ctx, type Workspace } from '../workspace/index.ts'
import { MOST_MENTIONS } from './schema.ts'

/** Responsible for the item or observing it: these belong to its chat without asking anybody (CHT-1, CHT-4). */
export function takesPart(item: Item, userId: string): boolean {
  return item.responsibleId === userId || item.observerIds.includes(userId)
}

/** Members may post and hear of everything at once (CHT-2); others who may read the item may read along. */
export function isMember(item: Item, userId: string): boolean {
  return item.chatMemberIds.includes(userId)
}

/** Whoever makes or joins the chat without being responsible or observer becomes an observer by it, and that needs `update` (CHT-2). */
export function mayEnter(ctx: Ctx, item: Item): void {
  if (takesPart(item, ctx.actor.userId) || mayUpdate(ctx, item)) return
  throw new Problem('forbidden', 'chat.not_yours_to_enter', `Only the responsible person, observers, and who may update this ${item.type} can do this.`)
}

/** Adding or removing others needs `update`, unless whom one adds is responsible or observer already (CHT-2). */
export function mayAdd(ctx: Ctx, item: Item, userIds: readonly string[]): void {
  if (userIds.every((userId) => takesPart(item, userId)) || mayUpdate(ctx, item)) return
  throw new Problem('forbidden', 'chat.not_yours_to_change', `Adding people makes them observers, for which your roles must let you update this ${item.type}.`)
}

/** Everybody may leave (CHT-3); to remove others needs `update` (CHT-2). */
export function mayRemove(ctx: Ctx, item: Item, userId: string): void {
  if (userId === ctx.actor.userId || mayUpdate(ctx, item)) return
  throw new Problem('forbidden', 'chat.not_yours_to_change', `Your roles do not let you remove others from the chat of this ${item.type}.`)
}

/** A reader who is no member reads the chat but does not write in it (CHT-6). */
export function mayPost(item: Item, userId: string): void {
  if (!isMember(item, userId)) throw new Problem('forbidden', 'chat.not_a_member', 'You are not in this chat. Join it from the item first.')
}

/** A chat makes people observers, so what has no observers has no chat: quotes, and smart processes without observers (CHT-1). */
export function typeHasChats(type: TypeDefinition): void {
  if (!type.observers) throw new Problem('impossible', `${type.code}.no_chat`, `A ${type.title.toLowerCase()} has no chat.`)
}

/** Who enters a chat becomes an observer, and an item has 30 of them at most. Throws 400 `observer.too_many`. */
export function observersFit(item: Item): void {
  if (item.observerIds.length > MOST_OBSERVERS) throw invalidField('/userIds', 'observer.too_many', `An item has at most ${MOST_OBSERVERS} observers.`)
}

/** Only people who may sign in can be members. Throws 400 `member.unknown`, which names the first who is not there or not active. */
export function areActive(workspace: Workspace, userIds: readonly string[]): void {
  userIds.forEach((userId, place) => {
    if (!isActive(peopleOf(workspace), userId)) throw invalidField(`/userIds/${place}`, 'member.unknown', 'There is no such active user.')
  })
}

/** The people whom the client names, and those a text names as `@usr_...`, 20 at most; only people who may read the item hear of it. */
export function mentionsIn(ctx: Ctx, item: Item, text: string, named: readonly string[]): string[] {
  const written = [...text.matchAll(/@(usr_[0-9a-z]{1,60})/g)].map(([, userId = '']) => userId)
  const people = peopleOf(ctx.workspace)
  const others = [...new Set([...named, ...written])].filter((userId) => userId !== ctx.actor.userId && isActive(people, userId))
  return others.filter((userId) => may(rightsOf(ctx.workspace, userId), 'read', item)).slice(0, MOST_MENTIONS)
}

function mayUpdate(ctx: Ctx, item: Item): boolean {
  return may(rightsOf(ctx.workspace, ctx.actor.userId), 'update', item)
}
