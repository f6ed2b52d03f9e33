import type { LocalHost } from '../../support/local-host.ts'
import { createRandom } from './random.ts'
import type { Room } from './room.ts'

const EVERY_MILLISECONDS = 200
/** A function is killed about once in so many messages. */
const MESSAGES_OF_A_KILL = 400

/** Cuts connections, kills functions at calls of every kind, and doubles events, as long as the work lasts. */
export async function withTrouble(host: LocalHost, room: Room, { share, messages, seed }: { share: number; messages: number; seed: number }, work: () => Promise<void>): Promise<{ drops: number; faults: number }> {
  const random = createRandom(seed + 1)
  let drops = 0
  let faults = 0
  const kills = Math.max(4, Math.round(messages / MESSAGES_OF_A_KILL))
  const places = [
    { function: 'chat/socket', service: 'dynamodb', action: 'TransactWriteItems', when: 'before' },
    { function: 'chat/socket', service: 'dynamodb', action: 'TransactWriteItems', when: 'after' },
    { function: 'chat/socket', service: 'execute-api', action: 'PostToConnection', when: 'before' },
    { function: 'chat/socket', service: 'lambda', action: 'Invoke', when: 'after' },
  ]
  const wanted = { kill: 0.0025, conflict: 0.01, throttle: 0.002 }
  await host.fault({ function: 'notifications/on-event', deliveries: 2, times: 1_000_000, probability: 0.5 })
  await host.fault({ function: 'chat/socket', service: 'dynamodb', action: 'TransactWriteItems', do: 'conflict', times: messages, probability: wanted.conflict })
  await host.fault({ function: 'chat/socket', service: 'dynamodb', action: 'BatchGetItem', do: 'throttle', times: messages, probability: wanted.throttle })
  for (const place of places) {
    await host.fault({ ...place, do: 'kill', times: Math.ceil(kills / places.length), probability: wanted.kill })
    faults += 1
  }
  // So that about the wanted share of what is sent meets a connection that is just being lost.
  const timer = setInterval(() => {
    for (const { client } of room.senders) {
      if (random() >= share) continue
      client.drop()
      drops += 1
    }
  }, EVERY_MILLISECONDS)
  try {
    await work()
  } finally {
    clearInterval(timer)
    const left = (await host.request('GET', '/_local/faults')).json<{ items: { do?: string; times: number; left: number }[] }>()
    faults = left.items.reduce((sum, { times, left: unused }) => sum + times - unused, kills)
    await host.request('DELETE', '/_local/faults')
  }
  return { drops, faults }
}
