import { loadOutgoing, moveWrite, tellFate, type Fate, type Intake, type Outgoing } from '../mail/index.ts'
import { tryUntilStored } from '../platform/retry.ts'
import { mailEventIn, type MailEvent } from '../platform/ses-events.ts'
import type { Table } from '../platform/table.ts'
import type { Mailing } from './mailing.ts'
import { findMailing, mailingWrite } from './repository.ts'
import { suppress } from './suppression.ts'

export interface EventPorts {
  readonly table: Table
  /** For the replies that came before what SES tells. */
  readonly intake: Intake
  /** Of the Message-IDs that SES writes: `eu-west-1.amazonses.com`. */
  readonly idDomain: string
  now(): Date
}

/**
 * Takes what SES tells of a mail (BLK-3, BLK-5): its fate is noted, a mail in doubt is settled, replies that came earlier find it, and an address that bounces for good or complains gets no more mailings.
 * Events come twice and in any order. Throws for what is no such event: it goes to the dead letters, where somebody sees it.
 */
export async function receiveEvent(ports: EventPorts, { body }: { body: string }): Promise<string> {
  const event = mailEventIn(body)
  if (!event) return 'greeting'
  const id = event.tags['message']?.[0]
  if ((event.kind === 'bounced' && event.forGood) || event.kind === 'complained') await suppressAll(ports, event.addresses, event.kind)
  const row = id === undefined ? undefined : (await loadOutgoing(ports.table, [id])).get(id)
  // A test mail, or one that was sent from elsewhere with the same configuration set.
  if (!row) return 'not ours'
  const threadId = `${event.sesMessageId}@${ports.idDomain}`
  await settle(ports, row, event, threadId)
  const fate = fateIn(event)
  return fate && (await tellFate(ports, threadId, row.id, fate)) ? fate.status : 'known'
}

function fateIn(event: MailEvent): Fate | undefined {
  if (event.kind === 'sent' || event.kind === 'refused') return undefined
  return { status: event.kind, at: event.at, ...(event.kind === 'delivered' ? {} : detailOf(event.detail)) }
}

const LONGEST_DETAIL = 200

function detailOf(detail: string | undefined): { detail?: string } {
  return detail === undefined ? {} : { detail: detail.slice(0, LONGEST_DETAIL) }
}

async function suppressAll({ table, now }: EventPorts, addresses: readonly string[], reason: 'bounced' | 'complained'): Promise<void> {
  for (const address of addresses) await suppress(table, address, reason, now())
}

const MOST_TRIES = 20

/** SES has taken the mail, so it is sent, whatever became of who sent it; or SES has refused it in the end. What cannot be stored comes back from the queue. */
async function settle({ table }: EventPorts, row: Outgoing, event: MailEvent, threadId: string): Promise<void> {
  const to = event.kind === 'refused' ? ({ state: 'failed', reason: event.reason.slice(0, LONGEST_DETAIL) } as const) : ({ state: 'sent', threadId } as const)
  await tryUntilStored({ tries: MOST_TRIES, busy: () => new Error(`The mail ${row.id} changed again and again.`) }, async (attempt) => {
    const state = attempt === 0 ? row.state : (await loadOutgoing(table, [row.id])).get(row.id)?.state
    if (state !== 'sending' && state !== 'unknown') return
    const mailing = state === 'unknown' && row.composed.mailingId !== undefined ? await findMailing(table, row.composed.mailingId) : undefined
    // A claim is counted by who walks over it next; what was counted as unknown is counted again here.
    await table.write(moveWrite(row.id, state, to), ...(mailing ? [mailingWrite(mailing, recounted(mailing, row, to.state)).write] : []))
  })
}

function recounted(mailing: Mailing, { composed }: Outgoing, state: 'sent' | 'failed'): Partial<Mailing> {
  const part = (composed.page ?? 0) < mailing.page ? 'done' : 'current'
  const tally = mailing[part]
  // The page under way may not have been counted since; then its turn counts it.
  if (tally.unknown === 0) return {}
  return { [part]: { ...tally, unknown: tally.unknown - 1, [state]: tally[state] + 1 } }
}
