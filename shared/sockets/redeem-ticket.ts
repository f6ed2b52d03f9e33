import { ConditionFailed, type Table } from '../platform/table.ts'
import { ticketHash } from './issue-ticket.ts'
import { ticketKey } from './keys.ts'

/** Whose ticket it is, and when the token ends that it was given for. A ticket is good once: of two at the same time one gets through. Undefined for any other word. */
export async function redeemTicket(table: Table, ticket: string, now: Date): Promise<{ userId: string; until: number } | undefined> {
  const key = ticketKey(ticketHash(ticket))
  const row = await table.get(key, { consistent: true })
  if (!row) return undefined
  try {
    await table.write({ delete: key, if: { exists: true } })
  } catch (error) {
    if (error instanceof ConditionFailed) return undefined
    throw error
  }
  // The table forgets expired rows late, so the time is looked at too.
  return Number(row['expiresAt']) * 1000 > now.getTime() ? { userId: String(row['userId']), until: Number(row['until']) } : undefined
}
