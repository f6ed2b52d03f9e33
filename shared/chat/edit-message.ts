import { invalidField, Problem } from '../kernel/problem.ts'
import type { SocketPorts } from '../sockets/index.ts'
import type { Ctx } from '../workspace/index.ts'
import { announce } from './announce.ts'
import { messageView, type Message } from './message.ts'
import { changeMessage } from './repository.ts'
import { mayPost, mentionsIn } from './rules.ts'
import type { MessagePatch, MessageView } from './schema.ts'

interface Which {
  readonly id: string
  readonly number: number
}

/** Changes the text of one's own message; `editedAt` says so. Throws 403 for the message of somebody else, 409 for one that was deleted. */
export async function editMessage(ctx: Ctx & SocketPorts, { id, number, values }: Which & { values: MessagePatch }): Promise<MessageView> {
  const { item, message, changed } = await changeMessage(ctx, id, number, (before, current) => {
    mayPost(current, ctx.actor.userId)
    isOwn(ctx, before)
    if (before.deletedAt !== null) throw new Problem('conflict', 'message.deleted', 'The message was deleted.')
    if (values.text.trim() === '' && before.fileIds.length === 0) throw invalidField('/text', 'message.empty', 'A message has a text or a file.')
    if (values.text === before.text && values.mentionIds === undefined) return undefined
    return { ...before, text: values.text, mentionIds: mentionsIn(ctx, current, values.text, values.mentionIds ?? []), editedAt: ctx.now().toISOString() }
  })
  if (changed) announce(ctx, item, [{ event: 'chat.message', message: messageView(message) }])
  return messageView(message)
}

/** Takes back one's own message: its number and `deletedAt` stay, what it said goes. Deleting it again changes nothing. */
export async function deleteMessage(ctx: Ctx & SocketPorts, { id, number }: Which): Promise<void> {
  const { item, message, changed } = await changeMessage(ctx, id, number, (before, current) => {
    mayPost(current, ctx.actor.userId)
    isOwn(ctx, before)
    if (before.deletedAt !== null) return undefined
    return { ...before, text: '', fileIds: [], mentionIds: [], reactions: {}, deletedAt: ctx.now().toISOString() }
  })
  if (changed) announce(ctx, item, [{ event: 'chat.message', message: messageView(message) }])
}

function isOwn(ctx: Ctx, { authorId }: Message): void {
  if (authorId !== ctx.actor.userId) throw new Problem('forbidden', 'message.not_yours', 'Only who wrote a message changes or deletes it.')
}
