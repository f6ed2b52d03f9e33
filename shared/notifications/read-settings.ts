import type { Ctx } from '../workspace/index.ts'
import { readInbox } from './inbox.ts'
import { NOTE_KINDS, type NotificationSettings } from './schema.ts'

/** Which kinds of notifications the caller wants by mail too; at first none (NTF-1). */
export async function readSettings(ctx: Ctx): Promise<NotificationSettings> {
  const { mailKinds } = await readInbox(ctx.table, ctx.actor.userId)
  return { mail: Object.fromEntries(NOTE_KINDS.map((kind) => [kind, mailKinds.includes(kind)])) as NotificationSettings['mail'] }
}
