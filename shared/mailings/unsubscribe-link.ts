import { openCursor, sealCursor } from '../kernel/cursor.ts'
import { notFound } from '../kernel/problem.ts'
import { signingKeyOf, signingKeysOf, type Workspace } from '../workspace/index.ts'

const PURPOSE = 'unsubscribe'

/** The address at which a recipient can have no more mailings, without signing in (BLK-5). `apiAddress` is where the API answers, without a slash at its end. */
export function unsubscribeLink(workspace: Workspace, apiAddress: string, address: string): string {
  return `${apiAddress}/v1/unsubscribe/${sealCursor(signingKeyOf(workspace), PURPOSE, address)}`
}

/** The address in a link's token; a token that was made up or changed leads nowhere. Links sealed with an older key stay good: mails lie in mailboxes for years. */
export function addressOfToken(workspace: Workspace, token: string): string {
  for (const key of signingKeysOf(workspace)) {
    try {
      return openCursor(key, PURPOSE, token)
    } catch {
      // Another key, then.
    }
  }
  throw notFound('link')
}
