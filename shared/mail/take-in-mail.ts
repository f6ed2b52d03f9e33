import { once } from '../kernel/once.ts'
import type { OpenBlob } from '../platform/blobs.ts'
import { peopleOf, type Ctx } from '../workspace/index.ts'
import { loadLetter, storeContents, storeUnread } from './contents.ts'
import type { MailPorts } from './decide.ts'
import { keepOriginal, loadAttempts, loadOutcome, noteNotice, saveAttempts, type Attempts } from './deliveries.ts'
import { asRouter, type Intake } from './intake.ts'
import { inboxObject, rawObject } from './keys.ts'
import { MOST_RAW_BYTES } from './limits.ts'
import type { Message } from './message.ts'
import { deliveryOf, type Delivery, type Notice } from './notice.ts'
import { beginningOf, identifyUnread, readRaw, wholeOf, type RawMail } from './raw-mail.ts'
import { routeAgain, routeWaiting } from './route-again.ts'
import { loadMessage } from './repository.ts'
import { standingOf } from './standing.ts'
import { storeMessage, type Mail } from './store-message.ts'
import { traceBlockOf, type TraceBlock } from './trace-block.ts'

/** One delivery of a mail by SES. */
export interface Arrival {
  readonly sesMessageId: string
  /** Undefined when the sweep has found the mail and nobody its notice. */
  readonly notice: Notice | undefined
  /** It was begun before and did not come to its end. */
  readonly again: boolean
}

/** After so many further readings that did not come to their end either, a mail is kept without being read: before the queue gives it up, together with those beside it. */
const MOST_READINGS = 2

/**
 * Takes a mail from the inbox into the CRM (SNS-5, SNS-6). It can end at any point and be run again: contents and raw original first, then the message in one
 * transaction, and only then does the mail leave the inbox. Gives what became of it, for the log.
 */
export async function takeInMail(intake: Intake, arrival: Arrival): Promise<string> {
  const { blobs } = intake
  const { sesMessageId } = arrival
  const record = arrival.again ? await rememberNotice(intake, arrival) : { readings: 0 }
  const raw = await blobs.open(inboxObject(sesMessageId))
  if (!raw) return finishVanished(intake, arrival)
  const outcome = await intake.memory.within(isReadable(raw, record) ? raw.size : 0, () => takeIn(intake, arrival, raw, record))
  await blobs.remove(inboxObject(sesMessageId))
  return outcome
}

async function takeIn(intake: Intake, arrival: Arrival, raw: OpenBlob, record: Attempts): Promise<string> {
  const { blobs } = intake
  const { sesMessageId } = arrival
  const mail = isReadable(raw, record) ? await read(intake, arrival, raw, record) : await identifyUnread(raw, sesMessageId, record.readings >= MOST_READINGS ? 'It could not be read to its end.' : 'It is too large to be read.')
  const delivery = deliveryOfArrival(arrival, raw.modifiedAt, mail.block)
  // The session may begin its work anew; what is stored beside the table need not be.
  const keep = once(() => keepOriginal(blobs, sesMessageId, { messageId: mail.id, noticed: arrival.notice !== undefined }))
  const storeRead = (): Promise<void> => storeContents(blobs, mail.id, mail.letter, mail.files)
  const storeContent = once(() => (mail.unreadable === undefined ? storeRead() : storeUnread(blobs, mail.id, mail.letter)))
  return asRouter(intake, (ctx) => settle(ctx, { ...mail, delivery }, () => Promise.all([keep(), storeContent()]), storeRead))
}

async function settle(ctx: Ctx & MailPorts, mail: Mail, storeContent: () => Promise<unknown>, storeRead: () => Promise<unknown>): Promise<string> {
  const { message, isNew, isAwaited } = await storeMessage(ctx, mail, storeContent)
  const after = isNew || mail.unreadable !== undefined ? message : await improved(ctx, mail, message, storeRead)
  if (isAwaited && after.threadId !== null) await routeWaiting(ctx, after.threadId)
  return isNew ? message.status : 'known'
}

/** A mail that was stored before, after it came again: better vouched for, or readable at last. As it stood if this delivery adds nothing. */
async function improved(ctx: Ctx & MailPorts, mail: Mail, known: Message, storeRead: () => Promise<unknown>): Promise<Message> {
  const isBetter = isVouchedForMore(ctx, mail, known)
  if (!isBetter && !known.unread) return known
  // A delivery that could not be read was stored just now, perhaps at the same moment as this one's content: of two writes that overlap, S3 keeps either.
  if (known.unread) await storeRead()
  return routeAgain(ctx, mail.id, mail.letter, isBetter ? { delivery: mail.delivery } : {})
}

/** The same mail came before with less to vouch for it: now that there is more, nobody can have suppressed it by sending a copy first. */
function isVouchedForMore({ workspace }: Ctx, { letter, delivery }: Mail, known: Message): boolean {
  const rank = (as: Delivery): number => ['quarantined', 'customer', 'employee'].indexOf(standingOf(letter, as, peopleOf(workspace)).as)
  return rank(delivery) > rank(known.delivery)
}

/** The mail is gone from the inbox: it was settled before. Anything else would be a mail lost, and must not pass in silence. */
async function finishVanished(intake: Intake, { sesMessageId, notice }: Arrival): Promise<string> {
  const outcome = await loadOutcome(intake.blobs, sesMessageId)
  const id = outcome?.messageId ?? ''
  const message = outcome && (await asRouter(intake, ({ table }) => loadMessage(table, id)))
  if (!message) throw new Error(`The mail ${sesMessageId} is neither in the inbox nor settled.`)
  if (notice === undefined || outcome.noticed) return 'known'
  // The sweep was faster than the notice: now that it is here, the mail need not stay in quarantine.
  const raw = await intake.blobs.open(rawObject(id, sesMessageId))
  if (!raw) throw new Error(`The raw original of ${id} is not there.`)
  const block = traceBlockOf(await beginningOf(raw), sesMessageId)
  const letter = await loadLetter(intake.blobs, id)
  await asRouter(intake, async (ctx) => {
    const mail: Mail = { id, letter, delivery: deliveryOfArrival({ sesMessageId, notice, again: true }, raw.modifiedAt, block), ...(message.unread ? { unreadable: message.reason ?? '' } : {}) }
    // The content was stored when the message was.
    const isStored = async (): Promise<void> => undefined
    await settle(ctx, mail, isStored, isStored)
  })
  await noteNotice(intake.blobs, sesMessageId, id)
  return 'known'
}

/** The notice of a mail that was begun before may be handed out no more. */
async function rememberNotice({ blobs }: Intake, { sesMessageId, notice }: Arrival): Promise<Attempts> {
  const known = (await loadAttempts(blobs, sesMessageId)) ?? { readings: 0 }
  if (known.notice || !notice) return known
  const attempts = { ...known, notice }
  await saveAttempts(blobs, sesMessageId, attempts)
  return attempts
}

/** Reads a mail. If it was begun before, it is remembered meanwhile that it is read; nothing but reading is counted, since a mail is not to blame for what ends the function elsewhere. */
async function read({ blobs, counted }: Intake, { sesMessageId, again }: Arrival, raw: OpenBlob, record: Attempts): Promise<RawMail> {
  const whole = await wholeOf(raw)
  if (!again) return readRaw(whole, sesMessageId)
  return counted(async () => {
    await saveAttempts(blobs, sesMessageId, { ...record, readings: record.readings + 1 })
    const mail = await readRaw(whole, sesMessageId)
    await saveAttempts(blobs, sesMessageId, { ...record, readings: 0 })
    return mail
  })
}

function isReadable(raw: OpenBlob, { readings }: Attempts): boolean {
  return raw.size <= MOST_RAW_BYTES && readings < MOST_READINGS
}

function deliveryOfArrival({ sesMessageId, notice }: Arrival, foundAt: Date, block: TraceBlock): Delivery {
  const known = notice ? deliveryOf(notice) : { sesMessageId, receivedAt: foundAt.toISOString(), source: '', recipients: [], verdicts: null }
  return { ...known, sesMessageId, signedBy: block.signedBy, ...(block.fromDomain === undefined ? {} : { fromDomain: block.fromDomain }) }
}
