import type { LocalHost } from '../../support/local-host.ts'

/** What really happened. */
export interface Struck {
  readonly kills: number
  readonly conflicts: number
  readonly throttles: number
  /** Events that a function was given twice. */
  readonly doubledEvents: number
}

interface Rule {
  readonly function: string
  readonly action?: string
  readonly when?: 'before' | 'after'
  readonly do?: 'kill' | 'conflict' | 'throttle'
  readonly deliveries?: number
}

/** A function is killed about once in so many messages. */
const MESSAGES_OF_A_KILL = 400
const NO_END = 1_000_000

const socket = 'chat/socket'
const kills: readonly Rule[] = [
  { function: socket, action: 'TransactWriteItems', when: 'before', do: 'kill' },
  { function: socket, action: 'TransactWriteItems', when: 'after', do: 'kill' },
  { function: socket, action: 'PostToConnection', when: 'before', do: 'kill' },
  { function: socket, action: 'Invoke', when: 'after', do: 'kill' },
]
const others: readonly (Rule & { readonly probability: number })[] = [
  { function: socket, action: 'TransactWriteItems', do: 'conflict', probability: 0.01 },
  { function: socket, action: 'BatchGetItem', do: 'throttle', probability: 0.002 },
  { function: 'notifications/on-event', deliveries: 2, probability: 0.5 },
]

/** Kills functions at calls of every kind, lets calls fail, and doubles events, as long as the work lasts. */
export async function withTrouble(host: LocalHost, messages: number, work: () => Promise<void>): Promise<Struck> {
  const killsOfAPlace = Math.max(1, Math.ceil(messages / MESSAGES_OF_A_KILL / kills.length))
  const rules = [...others.map((rule) => ({ ...rule, times: NO_END })), ...kills.map((rule) => ({ ...rule, times: killsOfAPlace, probability: 0.0025 }))]
  for (const rule of rules) await host.fault(rule)
  let left: ReadonlyMap<string, number>
  try {
    await work()
  } finally {
    left = await leftOf(host)
    await host.request('DELETE', '/_local/faults')
  }
  const struck = (wanted: (rule: Rule) => boolean): number => rules.filter(wanted).reduce((sum, rule) => sum + rule.times - (left.get(nameOf(rule)) ?? 0), 0)
  return {
    kills: struck((rule) => rule.do === 'kill'),
    conflicts: struck((rule) => rule.do === 'conflict'),
    throttles: struck((rule) => rule.do === 'throttle'),
    doubledEvents: struck((rule) => rule.deliveries !== undefined),
  }
}

/** How often each rule may still strike. What is spent is listed no more. */
async function leftOf(host: LocalHost): Promise<ReadonlyMap<string, number>> {
  const { items } = (await host.request('GET', '/_local/faults')).json<{ items: (Rule & { left: number })[] }>()
  return new Map(items.map((rule) => [nameOf(rule), rule.left]))
}

const nameOf = ({ function: name, action = '', when = 'before', do: what }: Rule): string => `${what ?? 'double'} ${when} ${action} of ${name}`
