import { Problem } from '../../../shared/kernel/problem.ts'
import { listUnsorted, type MailPorts } from '../../../shared/mail/index.ts'
import type { Message } from '../../../shared/mail/message.ts'
import { refKey } from '../../../shared/items/index.ts'
import type { Ctx } from '../../../shared/workspace/index.ts'
import { aUser } from '../../support/company.ts'
import { aMailRoom, type MailRoom } from './a-mail-room.ts'

let serial = 0

type Work<T> = (ctx: Ctx & MailPorts) => Promise<T>

/** A mail room with people who work on stored mail: two sellers, one who works on settings and reads no items at all, and the administrator. */
export interface MailOffice {
  readonly room: MailRoom
  readonly as: <T>(userId: string, work: Work<T>) => Promise<T>
  readonly asAdmin: <T>(work: Work<T>) => Promise<T>
  /** An address that nobody has yet. */
  address(): string
  /** Makes a contact that holds an address. */
  held(email: string, responsibleId: string): Promise<number>
  /** Makes an item of a type that holds an address. */
  holder(type: string, email: string): Promise<number>
  /** The one stored mail with a subject. */
  only(subject: string): Promise<Message>
  /** The ids of the mails that wait for a reason. */
  waiting(status: 'unsorted' | 'quarantined' | 'unparsed'): Promise<string[]>
  /** The id of the stored mail with a subject. */
  idOf(subject: string): Promise<string>
}

export async function aMailOffice(): Promise<MailOffice> {
  const room = await aMailRoom()
  const { company } = room
  await company.add(aUser({ id: 'usr_sam', emails: ['sam@leadline.example'] }), aUser({ id: 'usr_mia', emails: ['mia@leadline.example'] }), aUser({ id: 'usr_set', emails: ['set@leadline.example'] }), aUser({ id: 'usr_left', emails: ['left@leadline.example'], active: false }))
  await company.bind('manager', { kind: 'user', id: 'usr_sam' }, { kind: 'user', id: 'usr_mia' })
  await company.add({ kind: 'ROLE', id: 'rol_set', value: { id: 'rol_set', name: 'Settings', flags: { settings: true, bulkMail: false, processes: false }, types: {}, bindings: [{ kind: 'user', id: 'usr_set' }] } })
  return {
    room,
    as: (userId, work) => room.as(userId, work),
    asAdmin: (work) => room.as(company.administratorId, work),
    address: () => `buyer${(serial += 1)}@example.org`,
    held: (email, responsibleId) => room.make('contact', { title: email, emails: [{ value: email }], responsibleId }),
    holder: (type, email) => room.make(type, { title: email, emails: [{ value: email }] }),
    async only(subject) {
      const [message, ...others] = (await room.messages()).filter((one) => one.subject === subject)
      if (!message || others.length > 0) throw new Error(`There are ${message ? others.length + 1 : 0} mails with the subject ${subject}.`)
      return message
    },
    waiting: (status) => room.as(company.administratorId, async (ctx) => (await listUnsorted(ctx, { status, limit: 200 })).items.map(({ id }) => id)),
    idOf: async (subject) => (await room.messages()).find((message) => message.subject === subject)?.id ?? '',
  }
}

/** What a mail stands on, in one order. */
export function itemsOf({ bindings }: Message): string[] {
  return bindings.map(refKey).toSorted()
}

/** The status and code of the problem that it ends in; `done` where it ends well. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'done'
  } catch (error) {
    if (error instanceof Problem) return `${error.status} ${error.code}`
    throw error
  }
}
