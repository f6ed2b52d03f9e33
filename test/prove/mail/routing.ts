import { refKey } from '../../../shared/items/index.ts'
import { inLanes } from '../../../shared/kernel/in-lanes.ts'
import type { Findings } from '../access/lanes.ts'
import { outcomesOf } from './model.ts'
import { randomOf } from './random.ts'
import { aWorld, mailsOf } from './world.ts'

const ITEMS = 60
const AT_ONCE = 8

/** Random mails over all rules, taken in several at once, each where the model says and nowhere else. */
export async function proveRouting(seed: number, count: number): Promise<Findings> {
  const random = randomOf(seed)
  const world = await aWorld(random, ITEMS)
  try {
    const mails = mailsOf(random, world, count, 'm')
    const expected = outcomesOf(world.company, mails.map(({ model }) => model))
    await inLanes(mails, AT_ONCE, async (mail) => void (await world.room.send(`X-Local-Verdict: ${mail.verdict}\r\n${mail.raw}`, { source: mail.source })))
    const stored = new Map((await world.room.messages()).map((message) => [message.subject.split(' ')[0] ?? '', message]))
    const disagreements: string[] = []
    let [wrong, missed, bound] = [0, 0, 0]
    for (const { model, raw } of mails) {
      const wanted = expected.get(model.name)
      const message = stored.get(model.name)
      const items = message ? message.bindings.map(refKey).toSorted() : []
      bound += items.length
      const missing = wanted?.items.filter((item) => !items.includes(item)) ?? []
      const extra = items.filter((item) => !wanted?.items.includes(item))
      missed += missing.length
      wrong += extra.length
      if (!message || missing.length + extra.length > 0 || message.status !== wanted?.status || message.direction !== wanted.direction) {
        disagreements.push(`${model.name}: model ${JSON.stringify(wanted)}, product ${JSON.stringify(message && { status: message.status, items, direction: message.direction, trace: message.trace })}\n${JSON.stringify(model)}\n${raw}`)
      }
    }
    return { counts: { mails: count, attachments: bound, wrong, missed, ...statuses([...expected.values()]) }, disagreements: disagreements.slice(0, 5) }
  } finally {
    await world.room.close()
  }
}

function statuses(outcomes: readonly { status: string }[]): Record<string, number> {
  return Object.fromEntries(['routed', 'unsorted', 'quarantined'].map((status) => [status, outcomes.filter((one) => one.status === status).length]))
}
