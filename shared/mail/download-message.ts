import { notFound } from '../kernel/problem.ts'
import type { Ctx } from '../workspace/index.ts'
import { loadLetter } from './contents.ts'
import type { MailPorts } from './decide.ts'
import { attachmentObject, rawObject } from './keys.ts'
import { loadVisible } from './visible-message.ts'

/** For how long an address that is given out leads to a file. */
const SECONDS = 60

/** Where the raw original can be fetched, byte for byte as it came, or as the CRM handed it to SES (SNS-5). Who may read the mail may have it. */
export async function downloadRaw(ctx: Ctx & MailPorts, { id }: { id: string }): Promise<{ location: string }> {
  const { message } = await loadVisible(ctx, id)
  return { location: await ctx.blobs.downloadAddress(rawObject(id, message.delivery.sesMessageId), { name: `${id}.eml`, contentType: 'message/rfc822', seconds: SECONDS }) }
}

/** Where one attachment can be fetched, by its place in the message's list. */
export async function downloadAttachment(ctx: Ctx & MailPorts, { id, n }: { id: string; n: number }): Promise<{ location: string }> {
  await loadVisible(ctx, id)
  const attachment = (await loadLetter(ctx.blobs, id)).attachments[n]
  if (!attachment) throw notFound('attachment')
  return { location: await ctx.blobs.downloadAddress(attachmentObject(id, n), { name: attachment.name, contentType: attachment.contentType, seconds: SECONDS }) }
}
