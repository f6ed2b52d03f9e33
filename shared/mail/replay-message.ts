import { demandFlag } from '../access/index.ts'
import { Problem } from '../kernel/problem.ts'
import type { Ctx } from '../workspace/index.ts'
import { loadLetter, storeContents } from './contents.ts'
import type { MailPorts } from './decide.ts'
import { rawObject } from './keys.ts'
import type { Letter } from './letter.ts'
import { MOST_RAW_BYTES } from './limits.ts'
import type { Message } from './message.ts'
import { readRaw, wholeOf } from './raw-mail.ts'
import { viewFor } from './read-message.ts'
import { routeAgain, routeWaiting } from './route-again.ts'
import { notStale } from './rules.ts'
import type { MessageView } from './schema.ts'
import { loadVisible } from './visible-message.ts'

/**
 * Routes a mail again after the data or the settings were mended (SNS-6). What was assigned by hand stays; quarantine is left only by being assigned.
 * A mail that could not be read is read anew, also when it was assigned meanwhile. Needs `settings`.
 */
export async function replayMessage(ctx: Ctx & MailPorts, { id, ifMatch }: { id: string; ifMatch?: number }): Promise<MessageView> {
  demandFlag(ctx, 'settings')
  const { message } = await loadVisible(ctx, id)
  notStale(message, ifMatch)
  const letter = message.unread ? await readAnew(ctx, message) : await loadLetter(ctx.blobs, id)
  const after = await routeAgain(ctx, id, letter, { changedBy: ctx.actor.userId })
  if (after.threadId !== null) await routeWaiting(ctx, after.threadId)
  return viewFor(ctx, await loadVisible(ctx, id))
}

async function readAnew({ blobs }: MailPorts, { id, delivery }: Message): Promise<Letter> {
  const raw = await blobs.open(rawObject(id, delivery.sesMessageId))
  if (!raw) throw new Error(`The raw original of ${id} is not there.`)
  if (raw.size > MOST_RAW_BYTES) {
    raw.close()
    throw unreadable('It is too large to be read.')
  }
  const mail = await readRaw(await wholeOf(raw), delivery.sesMessageId)
  if (mail.unreadable !== undefined) throw unreadable(mail.unreadable)
  await storeContents(blobs, id, mail.letter, mail.files)
  return mail.letter
}

function unreadable(why: string): Problem {
  return new Problem('impossible', 'message.unreadable', `It still cannot be read: ${why} Assign it by hand.`)
}
