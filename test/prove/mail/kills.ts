import { changeSettings, receiveNotice } from '../../../shared/mail/index.ts'
import { loadMessages, loadThreads } from '../../../shared/mail/repository.ts'
import { findHolders, refKey } from '../../../shared/items/index.ts'
import { inLanes } from '../../../shared/kernel/in-lanes.ts'
import { aUser } from '../../support/company.ts'
import { aMailRoom, CRM, type MailRoom } from '../../shared/mail/a-mail-room.ts'
import { aRawMail } from '../../shared/mail/mails.ts'
import type { Findings } from '../access/lanes.ts'
import { dyingIntake, Killed } from './dying-intake.ts'
import { findUnsettled } from './find-unsettled.ts'
import { randomOf } from './random.ts'

const LANES = 6

/** What a mail does on its way in; each takes other steps. */
const KINDS = ['to a contact', 'awaited by a reply', 'with attachments', 'of a new customer', 'of nobody'] as const
type Kind = (typeof KINDS)[number]

interface Mail {
  readonly kind: Kind
  readonly name: string
  readonly raw: string
  readonly source: string
  /** What it must stand on in the end; `made` for a lead of its own. */
  readonly item: string | 'made' | undefined
}

/** Every step of the way in is killed, before and after, `seeds` times for each kind of mail, and the notice is handed out again, or the sweep takes over; none lost, none doubled, nothing left without a record. */
export async function proveKills(seed: number, seeds: number): Promise<Findings> {
  const random = randomOf(seed)
  const room = await aMailRoom()
  const disagreements: string[] = []
  try {
    await room.company.add(aUser({ id: 'usr_sam', emails: ['sam@leadline.example'] }))
    await room.company.bind('manager', { kind: 'user', id: 'usr_sam' })
    await room.as(room.company.administratorId, (ctx) => changeSettings(ctx, { values: { unmatched: 'createLead', responsibleId: 'usr_sam' } }))
    const contact = await room.make('contact', { title: 'Anna', emails: [{ value: 'anna@example.org' }] })
    const steps = new Map<Kind, readonly string[]>()
    for (const kind of KINDS) steps.set(kind, await stepsOf(room, aMail(kind, `steps-${KINDS.indexOf(kind)}`, contact)))
    const plan = KINDS.flatMap((kind) => (steps.get(kind) ?? []).flatMap((_, step) => (['before', 'after'] as const).flatMap((moment) => Array.from({ length: seeds }, (_again, round) => ({ kind, step: step + 1, moment, name: `k${KINDS.indexOf(kind)}-${step}-${moment}-${round}` })))))
    let killed = 0
    await inLanes(random.shuffled(plan), LANES, async (one) => {
      const mail = aMail(one.kind, one.name, contact)
      const { notice, sesMessageId } = await prepare(room, mail)
      const { intake } = dyingIntake(room.intake, room.table.table, one.step, one.moment)
      const outcome = await receiveNotice(intake, { body: notice, receiveCount: 1 }).catch((error: unknown) => error)
      if (outcome instanceof Killed) killed += 1
      else if (outcome instanceof Error) disagreements.push(`${one.name}: ${String(outcome.stack)}`)
      // Killed a second time elsewhere, now and then; then handed out again.
      if (random.chance(0.3)) await receiveNotice(dyingIntake(room.intake, room.table.table, 1 + random.next(20), random.one(['before', 'after'] as const)).intake, { body: notice, receiveCount: 2 }).catch((error: unknown) => error)
      await room.deliver(notice, 3)
      const found = await problemOf(room, mail, sesMessageId)
      if (found !== undefined) disagreements.push(`${one.name} (${one.kind}, step ${one.step} ${one.moment}): ${found}`)
    })
    const { objects, messages, unsettled } = await findUnsettled({ table: room.table.table, blobs: room.intake.blobs })
    disagreements.push(...unsettled.map(({ key, why }) => `${key}: ${why}`))
    return { counts: { mails: plan.length, steps: [...steps.values()].reduce((sum, { length }) => sum + length, 0), killed, messages, objects, unsettled: unsettled.length }, disagreements: disagreements.slice(0, 10) }
  } finally {
    await room.close()
  }
}

function aMail(kind: Kind, name: string, contact: number): Mail {
  const messageId = `${name}@proof.example`
  const stranger = strangerOf(name)
  const contactItem = `contact#${contact}`
  if (kind === 'of a new customer') return { kind, name, source: stranger, item: 'made', raw: aRawMail({ from: `New ${name} <${stranger}>`, to: CRM, cc: '', subject: name, messageId }) }
  if (kind === 'of nobody') return { kind, name, source: CRM, item: undefined, raw: aRawMail({ from: CRM, to: CRM, cc: '', subject: name, messageId }) }
  const files = kind === 'with attachments' ? { headers: ['Content-Type: multipart/mixed; boundary="m"'], body: '--m\n\nHi\n--m\nContent-Disposition: attachment; filename="a.txt"\n\nx\n--m\nContent-Disposition: attachment; filename="b.txt"\n\ny\n--m--' } : {}
  return { kind, name, source: 'sam@leadline.example', item: contactItem, raw: aRawMail({ to: 'anna@example.org', subject: name, messageId, ...files }) }
}

/** Of a domain of their own: what one domain creates in a day is bounded. */
function strangerOf(name: string): string {
  return `new@${name}.example`
}

async function prepare(room: MailRoom, mail: Mail): Promise<{ notice: string; sesMessageId: string }> {
  if (mail.kind === 'awaited by a reply') await room.send(aRawMail({ from: 'anna@example.org', to: 'sam@leadline.example', subject: `${mail.name} reply`, messageId: `reply.${mail.name}@proof.example`, headers: [`In-Reply-To: <${mail.name}@proof.example>`] }), { source: 'anna@example.org' })
  return room.receive(mail.raw, { source: mail.source })
}

async function stepsOf(room: MailRoom, mail: Mail): Promise<readonly string[]> {
  const { notice } = await prepare(room, mail)
  const { intake, calls } = dyingIntake(room.intake, room.table.table, 0, 'before')
  await receiveNotice(intake, { body: notice, receiveCount: 1 })
  return calls
}

async function problemOf(room: MailRoom, { kind, name, item }: Mail, sesMessageId: string): Promise<string | undefined> {
  const { table } = room.table
  const row = (await loadThreads(table, [`${name}@proof.example`])).get(`${name}@proof.example`)
  const mails = [...(await loadMessages(table, row?.messageIds ?? [])).values()]
  const [mail] = mails
  if (!mail) return 'it is lost'
  if (mails.length > 1) return `it is stored ${mails.length} times`
  const bindings = mail.bindings.map(refKey)
  if (item === undefined && bindings.length > 0) return `it stands on ${bindings.join()}`
  if (item !== undefined && item !== 'made' && bindings.join() !== item) return `it stands on ${bindings.join()}`
  if (item === 'made') {
    const holders = ((await findHolders(table, 'email', [strangerOf(name)])).get(strangerOf(name)) ?? []).map(refKey)
    if (holders.length !== 1 || bindings.join() !== holders.join()) return `it stands on ${bindings.join()}, and ${holders.length} leads were made: ${holders.join()}`
  }
  if (kind === 'awaited by a reply') {
    const reply = [...(await loadMessages(table, row?.waiting ?? [])).values()][0]
    if (!reply?.trace.some(({ rule, matched }) => rule === 'thread' && matched.length === 1)) return 'the reply that waited for it was not routed again'
  }
  const objects = await room.objects(`inbox/${sesMessageId}`)
  return objects.length > 0 ? 'it still lies in the inbox' : undefined
}
