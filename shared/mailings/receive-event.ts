import { loadOutgoing, moveWrite, tellFate, type Fate, type Intake, type Outgoing } from '../mail/index.ts'
import { ConditionFailed, type Table } from '../platform/table.ts'
import type { Mailing } from './mailing.ts'
import { findMailing, mailingWrite } from './repository.ts'
import { SesEvent } from './ses-event.ts'
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
  const value: unknown = parsed(body)
  if (isGreeting(value)) return 'greeting'
  const event = SesEvent.parse(value)
  const id = event.mail.tags['message']?.[0]
  if (event.eventType === 'Bounce' && event.bounce.bounceType === 'Permanent') await suppressAll(ports, event.bounce.bouncedRecipients, 'bounced')
  if (event.eventType === 'Complaint') await suppressAll(ports, event.complaint.complainedRecipients, 'complained')
  const row = id === undefined ? undefined : (await loadOutgoing(ports.table, [id])).get(id)
  // A test mail, or one that was sent from elsewhere with the same configuration set.
  if (!row) return 'not ours'
  const threadId = `${event.mail.messageId}@${ports.idDomain}`
  await settle(ports, row, event, threadId)
  const fate = fateIn(event)
  return fate && (await tellFate(ports, threadId, row.id, fate)) ? fate.status : 'known'
}

function fateIn(event: SesEvent): Fate | undefined {
  switch (event.eventType) {
    case 'Delivery':
      return { status: 'delivered', at: event.delivery.timestamp }
    case 'Bounce':
      return { status: 'bounced', at: event.bounce.timestamp, ...detailOf(event.bounce.bouncedRecipients[0]?.diagnosticCode ?? event.bounce.bounceType) }
    case 'Complaint':
      return { status: 'complained', at: event.complaint.timestamp, ...detailOf(event.complaint.complaintFeedbackType ?? undefined) }
    case 'Send':
    case 'Reject':
      return undefined
  }
}

const LONGEST_DETAIL = 200

function detailOf(detail: string | undefined): { detail?: string } {
  return detail === undefined ? {} : { detail: detail.slice(0, LONGEST_DETAIL) }
}

async function suppressAll({ table, now }: EventPorts, people: readonly { emailAddress: string }[], reason: 'bounced' | 'complained'): Promise<void> {
  for (const { emailAddress } of people) await suppress(table, emailAddress, reason, now())
}

const MOST_TRIES = 20

/** SES has taken the mail, so it is sent, whatever became of who sent it; or SES has refused it in the end. */
async function settle({ table }: EventPorts, row: Outgoing, event: SesEvent, threadId: string): Promise<void> {
  const to = event.eventType === 'Reject' ? ({ state: 'failed', reason: event.reject.reason.slice(0, LONGEST_DETAIL) } as const) : ({ state: 'sent', threadId } as const)
  let state = row.state
  for (let attempt = 0; attempt < MOST_TRIES && (state === 'sending' || state === 'unknown'); attempt += 1) {
    const mailing = state === 'unknown' && row.composed.mailingId !== undefined ? await findMailing(table, row.composed.mailingId) : undefined
    try {
      // A claim is counted by who walks over it next; what was counted as unknown is counted again here.
      await table.write(moveWrite(row.id, state, to), ...(mailing ? [mailingWrite(mailing, recounted(mailing, row, to.state)).write] : []))
      return
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error
      state = (await loadOutgoing(table, [row.id])).get(row.id)?.state ?? 'sent'
    }
  }
}

function recounted(mailing: Mailing, { composed }: Outgoing, state: 'sent' | 'failed'): Partial<Mailing> {
  const part = (composed.page ?? 0) < mailing.page ? 'done' : 'current'
  const tally = mailing[part]
  // The page under way may not have been counted since; then its turn counts it.
  if (tally.unknown === 0) return {}
  return { [part]: { ...tally, unknown: tally.unknown - 1, [state]: tally[state] + 1 } }
}

/** SES tries a topic with this when it is first connected. */
function isGreeting(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'notificationType' in value && value.notificationType === 'AmazonSnsSubscriptionSucceeded'
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // SES's greeting to a configuration set's topic is a sentence.
    return text.startsWith('Successfully validated SNS topic') ? { notificationType: 'AmazonSnsSubscriptionSucceeded' } : undefined
  }
}
