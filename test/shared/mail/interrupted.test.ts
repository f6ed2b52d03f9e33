import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { receiveNotice, type Intake } from '../../../shared/mail/index.ts'
import type { Message } from '../../../shared/mail/message.ts'
import { loadMessages, loadThreads } from '../../../shared/mail/repository.ts'
import { refKey } from '../../../shared/items/index.ts'
import type { Blobs } from '../../../shared/platform/blobs.ts'
import type { Table } from '../../../shared/platform/table.ts'
import { openSessions } from '../../../shared/workspace/index.ts'
import { aUser } from '../../support/company.ts'
import { aMailRoom, type MailRoom } from './a-mail-room.ts'
import { aRawMail } from './mails.ts'

let room: MailRoom
beforeAll(async () => {
  room = await aMailRoom()
  await room.company.add(aUser({ id: 'usr_sam', emails: ['sam@leadline.example'] }))
})
afterAll(() => room.close())

async function bearing(messageId: string): Promise<Message[]> {
  const row = (await loadThreads(room.table.table, [messageId])).get(messageId)
  return [...(await loadMessages(room.table.table, row?.messageIds ?? [])).values()]
}

class Killed extends Error {}

/** The way into the CRM, which ends before or after its n-th call to the table or the bucket, and does nothing more. */
function dyingIntake(callNumber: number, moment: 'before' | 'after'): Intake {
  let calls = 0
  const around = async <T>(call: () => Promise<T>): Promise<T> => {
    calls += 1
    if (calls > callNumber || (calls === callNumber && moment === 'before')) throw new Killed()
    const answer = await call()
    if (calls >= callNumber) throw new Killed()
    return answer
  }
  const { table } = room.table
  const { blobs } = room.intake
  const dyingTable: Table = {
    get: (...all) => around(() => table.get(...all)),
    getMany: (...all) => around(() => table.getMany(...all)),
    query: (...all) => around(() => table.query(...all)),
    write: (...all) => around(() => table.write(...all)),
    increment: (...all) => around(() => table.increment(...all)),
  }
  const dyingBlobs: Blobs = {
    ...blobs,
    put: (...all) => around(() => blobs.put(...all)),
    putNew: (...all) => around(() => blobs.putNew(...all)),
    open: (...all) => around(() => blobs.open(...all)),
    copy: (...all) => around(() => blobs.copy(...all)),
    remove: (...all) => around(() => blobs.remove(...all)),
  }
  return { ...room.intake, blobs: dyingBlobs, sessions: openSessions(dyingTable, async () => undefined) }
}

/** More calls than one mail takes. */
const CALLS = Array.from({ length: 28 }, (_, call) => call + 1)

async function interrupted(call: number, moment: 'before' | 'after'): Promise<'killed' | 'survived'> {
  const name = `${call} ${moment}`
  const [anna, replied] = [`a${call}${moment}@example.org`, `${call}.${moment}@x`]
  const contact = await room.make('contact', { title: anna, emails: [{ value: anna }] })
  // A reply waits for it, so that it has to be routed again too.
  await room.send(aRawMail({ from: anna, to: 'sam@leadline.example', subject: `${name} reply`, messageId: `reply.${replied}`, headers: [`In-Reply-To: <${replied}>`] }), { source: anna })
  const { notice, sesMessageId } = await room.receive(aRawMail({ to: anna, subject: name, messageId: replied, headers: ['Content-Type: multipart/mixed; boundary="m"'], body: '--m\n\nHi\n--m\nContent-Disposition: attachment; filename="a.txt"\n\nx\n--m--' }))
  const outcome = await receiveNotice(dyingIntake(call, moment), { body: notice, receiveCount: 1 }).catch((error: unknown) => error)
  await room.deliver(notice, 2)
  const mails = await bearing(replied)
  expect(mails.map(({ bindings, status }) => [status, ...bindings.map(refKey)])).toEqual([['routed', `contact#${contact}`]])
  expect(await room.objects(`mail/${mails[0]?.id}/`)).toEqual([`mail/${mails[0]?.id}/attachments/0`, `mail/${mails[0]?.id}/content.json`])
  expect(await room.objects(`mail/originals/${sesMessageId}`)).toHaveLength(1)
  expect((await bearing(`reply.${replied}`))[0]?.trace.find(({ rule }) => rule === 'thread')?.matched).toMatchObject([{ by: replied, id: contact }])
  expect(await room.objects(`inbox/${sesMessageId}`)).toEqual([])
  return outcome instanceof Killed ? 'killed' : 'survived'
}

describe('SNS-6 a function that is killed at any step', () => {
  it.each(['before', 'after'] as const)('%s a call leaves a mail that the next delivery completes: never two, never none', async (moment) => {
    const outcomes = await Promise.all(CALLS.map((call) => interrupted(call, moment)))
    expect(outcomes.at(0)).toBe('killed')
    expect(outcomes.at(-1)).toBe('survived')
  })
})
