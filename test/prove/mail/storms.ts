import { inLanes } from '../../../shared/kernel/in-lanes.ts'
import { changeSettings } from '../../../shared/mail/index.ts'
import { findHolders } from '../../../shared/items/index.ts'
import { aUser } from '../../support/company.ts'
import { aMailRoom, CRM } from '../../shared/mail/a-mail-room.ts'
import { aRawMail, type RawParts } from '../../shared/mail/mails.ts'
import type { Findings } from '../access/lanes.ts'
import { randomOf } from './random.ts'

const LANES = 6
const VERDICTS = ['dmarc=FAIL', 'dmarc=GRAY,spf=FAIL,dkim=FAIL', 'dmarc=GRAY,spf=GRAY,dkim=GRAY', 'dmarc=PROCESSING_FAILED', 'dmarc=FAIL,spf=PASS,dkim=PASS', 'spam=FAIL', 'virus=FAIL']

/** Forged senders, wrong verdicts, mail of our own that comes back, and auto-replies, while the settings say that unknown mail makes a lead: nothing counts as an employee's, nothing is made, nothing is sent round. */
export async function proveStorms(seed: number, ofEach: number): Promise<Findings> {
  const random = randomOf(seed)
  const room = await aMailRoom()
  try {
    await room.company.add(aUser({ id: 'usr_sam', emails: ['sam@leadline.example'] }))
    await room.company.bind('manager', { kind: 'user', id: 'usr_sam' })
    await room.as(room.company.administratorId, (ctx) => changeSettings(ctx, { values: { unmatched: 'createLead', responsibleId: 'usr_sam' } }))
    await room.make('contact', { title: 'Anna', emails: [{ value: 'anna@example.org' }] })
    const deal = await room.make('deal', { responsibleId: 'usr_sam' })
    const kinds: Readonly<Record<string, (n: number) => RawParts & { source: string }>> = {
      // To a customer whom we know, and with a key: it would stand on both if it were Sam's.
      spoofed: () => ({ from: 'Sam <sam@leadline.example>', to: 'anna@example.org', subject: `DID#${deal}`, headers: [`X-Local-Verdict: ${random.one(VERDICTS)}`], source: random.one(['sam@leadline.example', 'mallory@example.net']) }),
      twoSenders: () => ({ from: 'sam@leadline.example, mallory@example.net', to: 'anna@example.org', source: 'sam@leadline.example' }),
      ownLoop: () => ({ from: CRM, to: CRM, cc: '', headers: random.one([[], ['Auto-Submitted: auto-generated']]), source: CRM }),
      autoReply: (n) => ({ from: `away${n}@example.net`, to: CRM, cc: '', subject: 'Out of office', headers: [random.one(['Auto-Submitted: auto-replied', 'Precedence: auto_reply', 'X-Autoreply: yes', 'X-Autorespond: away', 'Precedence: bulk'])], source: random.one(['', `away${n}@example.net`]) }),
      bounce: (n) => ({ from: `MAILER-DAEMON@host${n}.example.net`, to: CRM, cc: '', subject: 'Undelivered', source: '' }),
      manyHops: (n) => ({ from: `hop${n}@example.net`, to: CRM, cc: '', headers: Array.from({ length: 80 }, (_, hop) => `Received: from h${hop}.example by h${hop + 1}.example; Sun, 01 Mar 2026 09:00:00 +0000`), source: `hop${n}@example.net` }),
    }
    const plan = Object.entries(kinds).flatMap(([kind, parts]) => Array.from({ length: ofEach }, (_, n) => ({ name: `${kind}${n}`, ...parts(n) })))
    await inLanes(random.shuffled(plan), LANES, async (mail) => void (await room.send(aRawMail({ ...mail, subject: `${mail.name} ${mail.subject ?? ''}` }), { source: mail.source })))
    const stored = await room.messages()
    const disagreements = stored.flatMap((message) =>
      message.direction === 'out' || message.senderUserId !== null || message.bindings.length > 0 || message.created ? [`${message.subject}: ${message.direction}, sent by ${String(message.senderUserId)}, on ${JSON.stringify(message.bindings)}`] : [],
    )
    const leads = (await room.table.table.get({ pk: 'COUNTER#lead', sk: 'COUNTER' }))?.['last'] ?? 0
    if (Number(leads) > 0) disagreements.push(`${String(leads)} leads were made`)
    if (stored.length !== plan.length) disagreements.push(`${plan.length} mails came, ${stored.length} are stored`)
    const held = await findHolders(room.table.table, 'email', ['away0@example.net', 'hop0@example.net', CRM])
    if ([...held.values()].some(({ length }) => length > 0)) disagreements.push('an address of a machine is held by an item')
    return { counts: { mails: plan.length, stored: stored.length, leads: Number(leads) }, disagreements: disagreements.slice(0, 10) }
  } finally {
    await room.close()
  }
}
