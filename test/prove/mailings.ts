import { startLocalHost, type LocalHost } from '../support/local-host.ts'
import { until } from '../support/until.ts'
import type { Options, Part, Proof } from './registry.ts'

const FULL = 1000
/** Recipients for each kill. */
const RECIPIENTS_OF_A_KILL = 125
/** What may be in doubt after one. */
const MOST_UNKNOWN_OF_A_KILL = 50
/** What a recipient costs at most: row, claim, record, timeline, fate. */
const MOST_WRITE_UNITS = 5

/** Where the worker is stopped, in turn: around each step that a mail takes, after it and before. */
const DEATHS = [
  { service: 'ses', action: 'SendRawEmail', when: 'after' },
  { service: 'dynamodb', action: 'PutItem', when: 'after' },
  { service: 'ses', action: 'SendRawEmail', when: 'before' },
  { service: 'dynamodb', action: 'UpdateItem', when: 'before' },
  { service: 'dynamodb', action: 'UpdateItem', when: 'after' },
  { service: 's3', action: 'PutObject', when: 'before' },
] as const

/** A mailing whose worker is killed again and again and whose messages are delivered twice, judged by what SES was given. `runs` are the recipients. */
export const proveMailings: Proof = {
  about: 'a mailing with kills and doubled messages: nobody gets a mail twice; runs: recipients (1,000)',
  async *prove({ runs = FULL }: Options): AsyncGenerator<Part> {
    const host = await startLocalHost()
    try {
      yield await mailing(host, runs, 'undisturbed', [])
      yield await mailing(host, runs, 'killed and doubled', Array.from({ length: Math.max(2, Math.round(runs / RECIPIENTS_OF_A_KILL)) }, (_, n) => DEATHS[n % DEATHS.length] ?? DEATHS[0]))
    } finally {
      await host.stop()
    }
  },
}

/** What such a part of the proof found, on a host that others may use too. */
export async function mailing(host: Pick<LocalHost, 'ready' | 'request' | 'token' | 'fault'>, recipients: number, name: string, deaths: readonly (typeof DEATHS)[number][]): Promise<Part> {
  const began = performance.now()
  const call = caller(host, await host.token('admin@leadline.example'))
  const marker = `${name.replaceAll(/\W/g, '')}${Date.now().toString(36)}`
  const addresses = await someContacts(call, recipients, marker)
  const templateId = (await call('POST', '/v1/mail/templates', { name: marker, subject: `${marker} {{ item.firstName }}`, html: '<p>Dear {{ item.firstName }}</p>', text: '' }))['id']
  const roles = (await call('GET', '/v1/roles?limit=200'))['items'] as { name: string; id: string }[]
  await call('PUT', `/v1/roles/${roles.find((role) => role.name === 'Chief executive')?.id ?? ''}/bindings`, { bindings: [{ kind: 'user', id: (await call('GET', '/v1/me'))['id'] }] })
  if (deaths.length > 0) for (const function_ of ['mailings/work', 'mailings/on-event']) await host.fault({ function: function_, deliveries: 2, times: 1000 })
  await quiet(host)
  await host.request('DELETE', '/_local/meter')
  const id = String((await call('POST', '/v1/mailings', { templateId, type: 'contact', filter: `lastName=${marker}` }))['id'])
  const share = Math.floor(recipients / (deaths.length + 1))
  for (const [place, death] of deaths.entries()) {
    await until(async () => {
      const { sent, unknown } = (await call('GET', `/v1/mailings/${id}`))['counts'] as Counts
      return sent + unknown >= Math.min(recipients - 1, (place + 1) * share)
    }, patience)
    await host.fault({ function: 'mailings/work', do: 'kill', ...death })
  }
  await until(async () => (await call('GET', `/v1/mailings/${id}`))['status'] !== 'running', patience)
  await until(async () => {
    const { unknown, sent } = (await call('GET', `/v1/mailings/${id}`))['counts'] as Counts
    return unknown <= recipients - sent && sent === (await sentTo(host, marker)).length
  }, { ...patience, milliseconds: 30_000 }).catch(() => undefined)
  await new Promise((resolve) => setTimeout(resolve, 3000))
  const units = await writeUnits(host)
  await host.request('DELETE', '/_local/faults')

  const mails = await sentTo(host, marker)
  const counts = (await call('GET', `/v1/mailings/${id}`))['counts'] as Counts
  const twice = mails.length - new Set(mails).size
  const unitsEach = Math.round((100 * units) / recipients) / 100
  const disagreements = [
    ...(twice > 0 ? [`${twice} mails were sent twice`] : []),
    ...mails.filter((address) => !addresses.has(address)).map((address) => `${address} got a mail that was not meant for them`),
    ...(counts.sent === mails.length ? [] : [`${counts.sent} are shown as sent, ${mails.length} were`]),
    ...(counts.sent + counts.unknown === recipients && counts.queued + counts.failed + counts.skipped === 0 ? [] : [`of ${recipients} recipients, the counts are ${JSON.stringify(counts)}`]),
    ...(counts.unknown <= MOST_UNKNOWN_OF_A_KILL * deaths.length ? [] : [`${counts.unknown} are in doubt after ${deaths.length} kills`]),
    ...(deaths.length > 0 || unitsEach <= MOST_WRITE_UNITS ? [] : [`${unitsEach} write units each`]),
  ]
  return { name, counts: { recipients, kills: deaths.length, sent: counts.sent, twice, unknown: counts.unknown, 'write units each': unitsEach }, disagreements, seconds: (performance.now() - began) / 1000 }
}

type Counts = Readonly<Record<'queued' | 'sent' | 'failed' | 'skipped' | 'unknown', number>>
type Call = (method: string, path: string, body?: unknown) => Promise<Record<string, unknown>>

function caller(host: Pick<LocalHost, 'request'>, token: string): Call {
  return async (method, path, body) => {
    const answer = await host.request(method, path, { token, ...(body === undefined ? {} : { body }) })
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`)
    return answer.text === '' ? {} : answer.json()
  }
}

const MADE_AT_ONCE = 10

async function someContacts(call: Call, count: number, marker: string): Promise<ReadonlySet<string>> {
  const addresses = Array.from({ length: count }, (_, n) => `${marker}-${n}@customer.example`.toLowerCase())
  const waiting = [...addresses]
  const make = async (): Promise<void> => {
    for (let value = waiting.shift(); value !== undefined; value = waiting.shift()) await call('POST', '/v1/items/contact', { firstName: 'Recipient', lastName: marker, emails: [{ value }] })
  }
  await Promise.all(Array.from({ length: MADE_AT_ONCE }, make))
  return new Set(addresses)
}

/** Everybody whom SES was given a mail of this mailing for, as often as it was. */
async function sentTo({ ready }: Pick<LocalHost, 'ready'>, marker: string): Promise<string[]> {
  const { items } = (await (await fetch(ready.outbox)).json()) as { items: { to: string[]; subject: string }[] }
  return items.filter(({ subject }) => subject.startsWith(marker)).flatMap(({ to }) => to)
}

/** What the worker, the timelines and the events of SES have written. */
async function writeUnits(host: Pick<LocalHost, 'request'>): Promise<number> {
  const { routes } = (await host.request('GET', '/_local/meter')).json<{ routes: Record<string, { writeUnits: number }> }>()
  return Object.entries(routes).filter(([route]) => /mailings|projections/i.test(route)).reduce((all, [, { writeUnits: units }]) => all + units, 0)
}

const patience = { milliseconds: 600_000, pause: 200 }

/** Waits until nothing is written any more of what came before, such as timelines of new items. */
async function quiet(host: Pick<LocalHost, 'request'>): Promise<void> {
  for (let [before, now] = [-1, await writeUnits(host)]; before !== now; [before, now] = [now, await writeUnits(host)]) await new Promise((resolve) => setTimeout(resolve, 2000))
}
