import { createMailing, openCrew, readMailing, workOnMailing, type Crew } from '../../../shared/mailings/index.ts'
import { beginWrite } from '../../../shared/mail/index.ts'
import { recipientId } from '../../../shared/mailings/keys.ts'
import type { MailingInput, MailingView } from '../../../shared/mailings/schema.ts'
import type { Mailer } from '../../../shared/platform/mailer.ts'
import { createTemplate } from '../../../shared/templates/index.ts'
import type { Ctx } from '../../../shared/workspace/index.ts'
import { aMailRoom, CRM, type MailRoom } from '../mail/a-mail-room.ts'

/** A company that sends mailings, with the worker's parts in a test's hand: what SES answers, and what waits in the queue. */
export interface MailingDesk {
  readonly room: MailRoom
  readonly crew: Crew
  /** What SES does with the next mails; then it takes them. */
  readonly answers: (() => Promise<string>)[]
  readonly sent: { to: string; raw: Uint8Array }[]
  /** The mailings whose turns wait in the queue, the first in front. */
  readonly line: string[]
  /** What the worker told whoever runs it. */
  readonly reported: unknown[]
  asAdmin<T>(work: (ctx: Ctx) => Promise<T>): Promise<T>
  aTemplate(text?: string): Promise<string>
  aContact(values?: object): Promise<number>
  begin(values: Omit<MailingInput, 'type'>): Promise<string>
  /** Puts a row where the mail of an item to an address would lie, such as an older version left it. */
  put(row: { readonly kind: string; readonly reason?: string }, mailingId: string, itemId: number, address: string): Promise<void>
  /** One turn at a mailing. */
  turn(id: string): Promise<string>
  /** Works the line off, turn by turn. Gives how each ended. */
  workOff(mostTurns?: number): Promise<string[]>
  look(id: string): Promise<MailingView>
  close(): Promise<void>
}

export async function aMailingDesk(parts: { blobs?: (blobs: Crew['blobs']) => Crew['blobs'] } = {}): Promise<MailingDesk> {
  const room = await aMailRoom()
  const [answers, sent, line, reported]: [MailingDesk['answers'], MailingDesk['sent'], string[], unknown[]] = [[], [], [], []]
  const mailer: Mailer = {
    async send({ to }, raw) {
      const answer = answers.shift()
      if (answer) return answer()
      sent.push({ to: to[0]?.address ?? '', raw })
      return `ses-${sent.length}@eu-west-1.amazonses.com`
    },
    quota: async () => ({ perSecond: 1000, left: 1000 }),
  }
  const queue = { send: async (_line: string, message: Readonly<Record<string, unknown>>) => void line.push(String(message['mailingId'])) }
  const blobs = parts.blobs?.(room.intake.blobs) ?? room.intake.blobs
  const crew = openCrew({ table: room.table.table, blobs, mailer, queue, mailAddress: CRM, apiAddress: 'https://api.example', report: (error) => void reported.push(error) })
  const asAdmin: MailingDesk['asAdmin'] = (work) => room.company.as(room.company.administratorId, work)
  const desk: MailingDesk = {
    room,
    crew,
    answers,
    sent,
    line,
    reported,
    asAdmin,
    aTemplate: async (text = 'Dear {{ item.firstName }}') => (await asAdmin((ctx) => createTemplate(ctx, { values: { name: 'News', subject: 'News', html: '', text, type: null } }))).id,
    aContact: (values = {}) => room.make('contact', { firstName: 'Anna', ...values }),
    async begin(values) {
      const { id } = await asAdmin((ctx) => createMailing({ ...ctx, blobs, mailAddress: CRM, mailer, mailings: queue, afterwards: (work) => void work(ctx.table) }, { values: { ...values, type: 'contact' } }))
      return id
    },
    async put(row, mailingId, itemId, address) {
      const people = { from: { name: '', address: CRM }, to: [{ name: '', address }] }
      const mail = beginWrite({ ...people, id: recipientId(mailingId, address), item: { type: 'contact', id: itemId }, subject: 'News', at: new Date(), senderUserId: room.company.administratorId, mailing: { id: mailingId, page: 1 } })
      if ('put' in mail) await room.table.table.write({ put: { ...mail.put, ...row } })
    },
    turn: (id) => workOnMailing(crew, { body: JSON.stringify({ mailingId: id }) }),
    async workOff(mostTurns = 20) {
      const ends: string[] = []
      for (let id = line.shift(); id !== undefined && ends.length < mostTurns; id = line.shift()) ends.push(await desk.turn(id))
      return ends
    },
    look: (id) => asAdmin((ctx) => readMailing(ctx, { id })),
    close: () => room.close(),
  }
  return desk
}
