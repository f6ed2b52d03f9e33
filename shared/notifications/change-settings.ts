import { Problem } from '../kernel/problem.ts'
import type { Ctx } from '../workspace/index.ts'
import { unreadKey } from './keys.ts'
import { NOTE_KINDS, type NotificationSettings } from './schema.ts'

/** What the use case knows of the deployment. */
export interface MailKnown {
  /** The CRM's own address; empty in a deployment without a mail domain. */
  readonly mailAddress: string
}

/**
 * Says which kinds the caller wants by mail too, in place of what they said before (NTF-1). It counts for what happens from now on, and for what waits to be mailed.
 * Throws 422 `mail.not_set_up` where the deployment cannot send mail.
 */
export async function changeSettings(ctx: Ctx & MailKnown, { values }: { values: NotificationSettings }): Promise<NotificationSettings> {
  const mailKinds = NOTE_KINDS.filter((kind) => values.mail[kind])
  if (mailKinds.length > 0 && ctx.mailAddress === '') throw new Problem('impossible', 'mail.not_set_up', 'This deployment has no mail domain, so it cannot send mail.')
  await ctx.table.write({ update: unreadKey(ctx.actor.userId), set: { kind: 'unread', mailKinds } })
  return values
}
