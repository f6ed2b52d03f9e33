import { createHash, randomBytes } from 'node:crypto'
import { Problem } from '../kernel/problem.ts'
import type { Ctx } from '../workspace/index.ts'
import { ticketKey } from './keys.ts'

const TICKET_SECONDS = 60
const TICKET_BYTES = 32

/** A word by which a browser opens one connection within a minute: it cannot send a token in a header. */
export async function issueTicket(ctx: Ctx): Promise<{ ticket: string; expiresAt: string }> {
  const until = ctx.actor.tokenUntil
  if (until === undefined) throw new Problem('unauthenticated', 'token.without_end', 'The token does not say when it ends.')
  const ticket = randomBytes(TICKET_BYTES).toString('base64url')
  const expiresAt = Math.floor(ctx.now().getTime() / 1000) + TICKET_SECONDS
  await ctx.table.write({ put: { ...ticketKey(ticketHash(ticket)), kind: 'ticket', userId: ctx.actor.userId, until, expiresAt }, if: { absent: true } })
  return { ticket, expiresAt: new Date(expiresAt * 1000).toISOString() }
}

/** Only this of a ticket is stored: who reads the table cannot connect by it. */
export function ticketHash(ticket: string): string {
  return createHash('sha256').update(ticket).digest('base64url')
}
