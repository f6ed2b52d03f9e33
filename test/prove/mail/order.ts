import { createHash } from 'node:crypto'
import { listUnsorted, readMessage } from '../../../shared/mail/index.ts'
import { entriesOfChange } from '../../../shared/timeline/project-changes.ts'
import { messageKey } from '../../../shared/mail/keys.ts'
import { refKey } from '../../../shared/items/index.ts'
import { inLanes } from '../../../shared/kernel/in-lanes.ts'
import { bytesOf } from '../../../shared/platform/blobs.ts'
import type { MailRoom } from '../../shared/mail/a-mail-room.ts'
import type { Findings } from '../access/lanes.ts'
import { randomOf } from './random.ts'
import { aWorld, mailsOf } from './world.ts'

const ITEMS = 30
const MAILS = 40
const AT_ONCE = 4
const MOST_DELIVERIES = 5
const MOST_BYTES = 1024 * 1024

/**
 * The same mails, each event delivered one to five times, out of order and several at once: what everybody can see afterwards is the same, byte for byte. Compared are all messages as an administrator
 * reads them (how often one was changed aside), the timelines, the queues, and every stored object.
 */
export async function proveOrder(seed: number, orders: number): Promise<Findings> {
  const random = randomOf(seed)
  const states: string[] = []
  const disagreements: string[] = []
  let deliveries = 0
  for (let order = 0; order < orders; order += 1) {
    // The same company and mails every time, made from the same seed.
    const same = randomOf(seed + 1)
    const world = await aWorld(same, ITEMS)
    try {
      const mails = mailsOf(same, world, MAILS, 'o')
      const events: { notice: string; count: number }[] = []
      for (const [number, mail] of mails.entries()) {
        const { notice } = await world.room.receive(`X-Local-Verdict: ${mail.verdict}\r\n${mail.raw}`, { source: mail.source, sesMessageId: `order${number}` })
        events.push({ notice: atFixedTime(notice, number), count: 0 })
      }
      const plan = random.shuffled(events.flatMap((event) => Array.from({ length: order === 0 ? 1 : 1 + random.next(MOST_DELIVERIES) }, () => event)))
      const waiting = order === 0 ? events : plan
      deliveries += waiting.length
      await deliver(world.room, waiting)
      const state = await stateOf(world.room)
      const [first] = states
      if (first !== undefined && first !== state) disagreements.push(`order ${order}: ${difference(first, state)}`)
      states.push(state)
    } finally {
      await world.room.close()
    }
  }
  return { counts: { orders, mails: MAILS * orders, deliveries, bytes: states[0]?.length ?? 0 }, disagreements: disagreements.slice(0, 5) }
}

async function deliver(room: MailRoom, waiting: readonly { notice: string; count: number }[]): Promise<void> {
  await inLanes(waiting, AT_ONCE, async (event) => void (await room.deliver(event.notice, (event.count += 1))))
}

function atFixedTime(notice: string, number: number): string {
  const at = new Date(Date.UTC(2026, 2, 1, 10, 0, number)).toISOString()
  return notice.replaceAll(/"timestamp":"[^"]*"/g, `"timestamp":"${at}"`)
}

/** All that can be seen, as one text. */
async function stateOf(room: MailRoom): Promise<string> {
  const lines: string[] = []
  const messages = await room.messages()
  await room.as(room.company.administratorId, async (ctx) => {
    for (const { id } of messages) {
      const { version: _version, ...view } = await readMessage(ctx, { id }).catch((error: unknown) => ({ version: 0, error: String(error) }))
      lines.push(`message ${JSON.stringify(view)}`)
      const row = await room.table.table.get(messageKey(id), { consistent: true })
      if (row) lines.push(...entriesOfChange({ eventId: id, before: undefined, after: row }).added.map(({ item, entry }) => `timeline ${refKey(item)} ${JSON.stringify(entry)}`))
    }
    for (const status of ['unsorted', 'quarantined', 'unparsed'] as const) lines.push(`${status} ${(await listUnsorted(ctx, { status, limit: 200 })).items.map(({ id }) => id).join()}`)
  })
  for (const key of await room.objects()) {
    // A trace is stored beside its message under the number of its version; a delivery's record remembers the notice only of one that came twice.
    if (/\/trace-\d+\.json$/.test(key) || key.startsWith('notices/')) continue
    const object = await room.intake.blobs.open(key)
    const bytes = object ? await bytesOf(object, MOST_BYTES) : Buffer.alloc(0)
    // SES's own headers name the moment.
    const content = key.startsWith('mail/originals/') ? bytes.subarray(bytes.indexOf('X-Local-Verdict')) : bytes
    lines.push(`object ${key} ${createHash('sha256').update(content).digest('hex')}`)
  }
  return lines.toSorted().join('\n')
}

function difference(a: string, b: string): string {
  const [left, right] = [new Set(a.split('\n')), new Set(b.split('\n'))]
  const only = (one: ReadonlySet<string>, other: ReadonlySet<string>): string => [...one].filter((line) => !other.has(line)).slice(0, 2).map((line) => line.slice(0, 1500)).join('\n  ')
  return `\n  ${only(left, right)}\n and\n  ${only(right, left)}`
}
