import type { Ctx } from '../workspace/index.ts'
import { addressOfToken } from './unsubscribe-link.ts'

/** The page behind the link in a mailing (BLK-5). It only asks: mail programs and virus scanners open links by themselves. */
export async function showUnsubscribing(ctx: Ctx, { token }: { token: string }): Promise<string> {
  const address = escaped(addressOfToken(ctx.workspace, token))
  return page(`<p>No more mailings to <strong>${address}</strong>?</p><form method="post"><button type="submit">Unsubscribe</button></form>`)
}

/** What the recipient sees then. */
export function unsubscribedPage(address: string): string {
  return page(`<p><strong>${escaped(address)}</strong> gets no more mailings.</p>`)
}

function page(content: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex"><title>Unsubscribe</title>
<style>body{font:1rem/1.5 system-ui,sans-serif;max-width:30rem;margin:4rem auto;padding:0 1rem}button{font:inherit;padding:.5rem 1rem}</style></head><body>${content}</body></html>`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
