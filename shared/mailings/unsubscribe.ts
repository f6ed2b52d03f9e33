import type { Ctx } from '../workspace/index.ts'
import { unsubscribedPage } from './show-unsubscribing.ts'
import { suppress } from './suppression.ts'
import { addressOfToken } from './unsubscribe-link.ts'

/** Takes the address of a link out of all mailings, with one click and without signing in (BLK-5, RFC 8058). Doing it again changes nothing. */
export async function unsubscribe(ctx: Ctx, { token }: { token: string }): Promise<string> {
  const address = addressOfToken(ctx.workspace, token)
  await suppress(ctx.table, address, 'unsubscribed', ctx.now())
  return unsubscribedPage(address)
}
