import { createBatches } from '../kernel/batches.ts'
import type { SocketPorts } from '../sockets/index.ts'
import type { Ctx } from '../workspace/index.ts'
import { MOST_TOGETHER, postTogether } from './post-together.ts'
import type { MessageInput, MessageView } from './schema.ts'

/**
 * Posts a message: it takes the next number of its chat in one transaction, so that the log has no gaps (CHT-6), and is then pushed to the members.
 * The same client id again gives the message that it made (CHT-7). Throws 404 for who may not read the item, 403 `chat.not_a_member` for readers who are no members.
 */
export async function sendMessage(ctx: Ctx & SocketPorts, { id, values }: { id: string; values: MessageInput }): Promise<MessageView> {
  return inTurn(id, { ctx, values })
}

/** Messages that one container takes in at the same time for the same chat would only race each other for the next number: those that wait go together. */
const inTurn = createBatches(MOST_TOGETHER, postTogether)
