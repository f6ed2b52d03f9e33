import { readableItems, refKey } from '../items/index.ts'
import type { Ctx } from '../workspace/index.ts'
import { loadLetter, loadTrace } from './contents.ts'
import type { MailPorts } from './decide.ts'
import { fateOf } from './outgoing.ts'
import type { MessageView } from './schema.ts'
import { distinctItems } from './trace.ts'
import { messageView } from './views.ts'
import { loadVisible, type VisibleMessage } from './visible-message.ts'

/** A mail with its text, HTML and attachments; with the flag `settings` also how it was routed (SNS-5, SNS-8, ACC-8). */
export async function readMessage(ctx: Ctx & MailPorts, { id }: { id: string }): Promise<MessageView> {
  return viewFor(ctx, await loadVisible(ctx, id))
}

export async function viewFor(ctx: Ctx & MailPorts, { message, isReadable, withSettings }: VisibleMessage): Promise<MessageView> {
  const [letter, trace, fate] = await Promise.all([loadLetter(ctx.blobs, message.id), withSettings ? loadTrace(ctx.blobs, message) : undefined, message.composed ? fateOf(ctx.table, message) : undefined])
  if (!trace || !message.traceCut) return messageView(message, letter, isReadable, trace, fate)
  const readable = new Set((await readableItems(ctx, distinctItems(trace.flatMap(({ matched }) => matched)))).map(refKey))
  return messageView(message, letter, (item) => isReadable(item) || readable.has(refKey(item)), trace)
}
