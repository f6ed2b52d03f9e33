import type { LocalHost } from '../../support/local-host.ts'

/** A function is killed about once in so many messages. */
const MESSAGES_OF_A_KILL = 400

/** Kills functions at calls of every kind, lets calls fail, and doubles events, as long as the work lasts. Gives how many faults struck. */
export async function withTrouble(host: LocalHost, messages: number, work: () => Promise<void>): Promise<number> {
  let unspent = 0
  let struck = 0
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
  for (const place of places) await host.fault({ ...place, do: 'kill', times: Math.ceil(kills / places.length), probability: wanted.kill })
  try {
    await work()
  } finally {
    // What is spent is listed no more.
    const listed = (await host.request('GET', '/_local/faults')).json<{ items: { times: number; left: number }[] }>().items
    await host.request('DELETE', '/_local/faults')
    const asked = [...Array.from({ length: places.length }, () => Math.ceil(kills / places.length)), messages, messages, 1_000_000]
    unspent = listed.reduce((sum, { left }) => sum + left, 0)
    struck = asked.reduce((sum, times) => sum + times, 0) - unspent
  }
  return struck
}
