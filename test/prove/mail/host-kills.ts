import { createTransport } from 'nodemailer'
import { setTimeout as wait } from 'node:timers/promises'
import { startLocalHost, type LocalHost } from '../../support/local-host.ts'
import type { Findings } from '../access/lanes.ts'

/** What the inbound function calls of AWS, and the whole of it. */
const STEPS: readonly (readonly [service: string, action: string])[] = [
  ['lambda', 'Invoke'],
  ['s3', 'GetObject'],
  ['s3', 'PutObject'],
  ['s3', 'CopyObject'],
  ['s3', 'DeleteObject'],
  ['s3', 'DeleteObjects'],
  ['dynamodb', 'GetItem'],
  ['dynamodb', 'Query'],
  ['dynamodb', 'TransactWriteItems'],
  ['sqs', 'DeleteMessage'],
]
const MAILS_AT_A_STEP = 3
const LONGEST_WAIT_MILLISECONDS = 90_000
const ADMIN = 'admin@leadline.example'

/** The real host: its inbound function is killed before and after every kind of call, and the whole host now and then, with mails that have just arrived by SMTP; each mail stands in its timeline exactly once. */
export async function proveHostKills(rounds: number): Promise<Findings> {
  const host = await startLocalHost()
  const disagreements: string[] = []
  let sent = 0
  try {
    const first = await client(host)
    const contact = Number((await first('POST', '/v1/items/contact', { title: 'Anna', emails: [{ value: 'anna@example.org' }] })).body['id'])
    const plan = Array.from({ length: rounds }, () => STEPS.flatMap(([service, action]) => (['before', 'after'] as const).map((when) => ({ service, action, when })))).flat()
    const expected: string[] = []
    let longest = 0
    for (const [number, { service, action, when }] of plan.entries()) {
      await host.fault({ function: 'mail/inbound', service, action, when, do: 'kill', times: 1 })
      const subjects = Array.from({ length: MAILS_AT_A_STEP }, (_, n) => `${number}-${n} ${service} ${action} ${when}`)
      await sendAll(host, subjects)
      expected.push(...subjects)
      sent += subjects.length
      // All of it dies, with what it was doing: what SMTP has taken must be there afterwards.
      if (number % 7 === 6) await host.restart()
      // Kills that come faster than the queue tries again would only prove that it gives up after five.
      const { late } = await untilAllStand(host, contact, expected)
      longest = Math.max(longest, late)
      if (late > LONGEST_WAIT_MILLISECONDS) break
    }
    const { found } = await untilAllStand(host, contact, expected)
    const counts = Map.groupBy(found, (subject) => subject)
    disagreements.push(...expected.filter((subject) => !counts.has(subject)).map((subject) => `lost: ${subject}`), ...[...counts].filter(([, all]) => all.length > 1).map(([subject, all]) => `${all.length} times: ${subject}`))
    return { counts: { mails: sent, steps: plan.length, found: found.length, longestSeconds: Math.round(longest / 1000) }, disagreements: disagreements.slice(0, 10) }
  } finally {
    await host.stop()
  }
}

type Client = (method: string, path: string, body?: unknown) => Promise<{ status: number; body: Record<string, unknown> }>

async function client(host: LocalHost): Promise<Client> {
  const token = await host.token(ADMIN)
  return async (method, path, body) => {
    const answer = await host.request(method, path, { token, ...(body === undefined ? {} : { body }) })
    return { status: answer.status, body: answer.json<Record<string, unknown>>() }
  }
}

async function sendAll(host: LocalHost, subjects: readonly string[]): Promise<void> {
  const [hostname, port] = host.ready.smtp.split(':')
  const transport = createTransport({ host: hostname, port: Number(port), secure: false, ignoreTLS: true, pool: true, maxConnections: 3 })
  try {
    await Promise.all(subjects.map((subject) => transport.sendMail({ from: ADMIN, to: 'anna@example.org', cc: host.ready.mailAddress, subject, text: 'Hello', envelope: { from: ADMIN, to: [host.ready.mailAddress] } })))
  } finally {
    transport.close()
  }
}

async function untilAllStand(host: LocalHost, contact: number, expected: readonly string[]): Promise<{ found: string[]; late: number }> {
  const started = performance.now()
  const read = await client(host)
  for (;;) {
    const found: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const { body } = await read('GET', `/v1/items/contact/${contact}/timeline?limit=200${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`)
      found.push(...(body['items'] as { kind: string; data: { subject: string } }[]).filter(({ kind }) => kind === 'mail.sent').map(({ data }) => data.subject))
      cursor = body['nextCursor'] as string | null
    }
    const late = performance.now() - started
    if (new Set(found).size >= expected.length || late > LONGEST_WAIT_MILLISECONDS) return { found, late }
    await wait(250)
  }
}
