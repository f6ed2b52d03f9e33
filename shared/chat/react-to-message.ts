import { Problem } from '../kernel/problem.ts'
import type { SocketPorts } from '../sockets/index.ts'
import type { Ctx } from '../workspace/index.ts'
import { announce } from './announce.ts'
import { messageView } from './message.ts'
import { changeMessage } from './repository.ts'
import { mayPost } from './rules.ts'
import { MOST_REACTIONS, type MessageView } from './schema.ts'

interface Reaction {
  readonly id: string
  readonly number: number
  readonly sign: string
}

/** Puts the caller's sign under a message. Doing it again changes nothing. */
export async function addReaction(ctx: Ctx & SocketPorts, reaction: Reaction): Promise<MessageView> {
  return change(ctx, reaction, (userIds) => (userIds.includes(ctx.actor.userId) ? userIds : [...userIds, ctx.actor.userId]))
}

/** Takes it away again. */
export async function removeReaction(ctx: Ctx & SocketPorts, reaction: Reaction): Promise<MessageView> {
  return change(ctx, reaction, (userIds) => userIds.filter((userId) => userId !== ctx.actor.userId))
}

async function change(ctx: Ctx & SocketPorts, { id, number, sign }: Reaction, to: (userIds: string[]) => string[]): Promise<MessageView> {
  const { item, message, changed } = await changeMessage(ctx, id, number, (before, current) => {
    mayPost(current, ctx.actor.userId)
    if (before.deletedAt !== null) throw new Problem('conflict', 'message.deleted', 'The message was deleted.')
    const old = Object.hasOwn(before.reactions, sign) ? (before.reactions[sign] ?? []) : []
    const now = to(old)
    if (now.length === old.length) return undefined
    const reactions = Object.fromEntries([...Object.entries(before.reactions).filter(([one]) => one !== sign), ...(now.length > 0 ? [[sign, now] as const] : [])])
    if (Object.keys(reactions).length > MOST_REACTIONS) throw new Problem('impossible', 'message.too_many_reactions', `A message has at most ${MOST_REACTIONS} kinds of reactions.`)
    return { ...before, reactions }
  })
  if (changed) announce(ctx, item, [{ event: 'chat.message', message: messageView(message) }])
  return messageView(message)
}
