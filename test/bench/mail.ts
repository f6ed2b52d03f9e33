import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as wait } from 'node:timers/promises'
import { createTransport } from 'nodemailer'
import { receiveNotice } from '../../shared/mail/index.ts'
import { aMailRoom } from '../shared/mail/a-mail-room.ts'
import { aRawMail } from '../shared/mail/mails.ts'
import { aUser } from '../support/company.ts'
import { startLocalHost, type LocalHost } from '../support/local-host.ts'
import { meterClient } from './metered-client.ts'

const ADMIN = 'admin@leadline.example'
const CUSTOMERS = 40
/** SES takes mail from many at once; these are no more than one busy mail server opens. */
const CONNECTIONS = 10
const WARM_UP = 500
const MAILS = 3000
const PROMISED_A_SECOND = 150

/** Mail in: what one costs in calls and units against the promise (A/2 read + M + 4 write in 3 rounds), and how many a second go through the whole host, from SMTP to the timelines. */
export async function benchMail(): Promise<void> {
  await benchCost()
  await benchThroughput()
}

async function benchCost(): Promise<void> {
  const room = await aMailRoom()
  try {
    const { measure } = meterClient(room.table.client)
    await room.company.add(aUser({ id: 'usr_sam', emails: ['sam@leadline.example'] }))
    const addresses = Array.from({ length: 5 }, (_, n) => `buyer${n}@example.org`)
    for (const value of addresses) await room.make('contact', { title: value, emails: [{ value }] })
    await room.send(aRawMail())
    console.log('one mail                    A   M  calls  rounds read units (promised)  write units (promised, without timelines)')
    for (const count of [1, 2, 5]) {
      const to = addresses.slice(0, count)
      const { notice } = await room.receive(aRawMail({ to: to.join(', '), subject: `Offer for ${count} people` }))
      const { cost } = await measure(() => receiveNotice(room.intake, { body: notice, receiveCount: 1 }))
      const figures = [count, count, cost.calls, cost.roundTrips]
      console.log(`${`from an employee to ${count}`.padEnd(25)} ${figures.map((one) => String(one).padStart(4)).join('')} ${`${cost.readUnits} (${1 + count / 2})`.padStart(20)} ${`${cost.writeUnits} (4)`.padStart(20)}`)
    }
  } finally {
    await room.close()
  }
}

async function benchThroughput(): Promise<void> {
  const host = await startLocalHost()
  try {
    const token = await host.token(ADMIN)
    const customers: number[] = []
    for (let n = 0; n < CUSTOMERS; n += 1) {
      const answer = await host.request('POST', '/v1/items/contact', { token, body: { title: `Customer ${n}`, emails: [{ value: `customer${n}@example.org` }] } })
      customers.push(answer.json<{ id: number }>().id)
    }
    await through(host, 'warm', WARM_UP)
    await host.request('DELETE', '/_local/meter')
    const started = performance.now()
    const { accepted } = await through(host, 'bench', MAILS)
    const seconds = (performance.now() - started) / 1000
    const standing = await Promise.all(customers.map((id) => mailsIn(host, token, id)))
    const found = standing.reduce((sum, count) => sum + count, 0)
    if (found !== WARM_UP + MAILS) throw new Error(`Of ${WARM_UP + MAILS} mails ${found} stand in the timelines.`)
    const { calls, readUnits, writeUnits } = await inbound(host)
    const all = Object.values(calls).reduce((sum, count) => sum + count, 0)
    console.log(`\n${MAILS} mails by ${CONNECTIONS} SMTP connections: ${(MAILS / seconds).toFixed(0)} a second to the timelines (promised ${PROMISED_A_SECOND}); taken by SMTP at ${(MAILS / accepted).toFixed(0)} a second`)
    console.log(`per mail: ${(all / MAILS).toFixed(1)} calls, ${(readUnits / MAILS).toFixed(2)} read units, ${(writeUnits / MAILS).toFixed(2)} write units`)
    for (const [call, count] of Object.entries(calls).toSorted((a, b) => b[1] - a[1])) console.log(`  ${call.padEnd(32)} ${(count / MAILS).toFixed(2)}`)
  } finally {
    await host.stop()
  }
}

/** Sends so many mails and waits until each stands in a timeline and has left inbox and queue. Gives the seconds until SMTP had taken them. */
async function through(host: LocalHost, label: string, count: number): Promise<{ accepted: number }> {
  const writtenBefore = await entriesWritten(host)
  const [hostname, port] = host.ready.smtp.split(':')
  const transport = createTransport({ host: hostname, port: Number(port), secure: false, ignoreTLS: true, pool: true, maxConnections: CONNECTIONS, maxMessages: Infinity })
  const started = performance.now()
  await Promise.all(Array.from({ length: count }, (_, n) => transport.sendMail({ raw: mailOf(label, n, host.ready.mailAddress), envelope: { from: ADMIN, to: [host.ready.mailAddress] } })))
  const accepted = (performance.now() - started) / 1000
  transport.close()
  const store = new DatabaseSync(join(host.data, 'host.sqlite'), { readOnly: true })
  const left = store.prepare("select (select count(*) from s3_objects where key like 'inbox/%') + (select count(*) from sqs_messages where queue like '%Incoming%') as mails")
  while ((await entriesWritten(host)) - writtenBefore < count || Number(left.get()?.['mails']) > 0) await wait(50)
  store.close()
  return { accepted }
}

/** As a mail server passes it on: it does not compose what it sends. */
function mailOf(label: string, number: number, crm: string): string {
  const headers = [
    `From: Admin <${ADMIN}>`,
    `To: Customer <customer${number % CUSTOMERS}@example.org>`,
    `Cc: ${crm}`,
    `Subject: ${label} ${number}`,
    `Message-ID: <${label}.${number}@leadline.example>`,
    `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
  ]
  return `${headers.join('\r\n')}\r\n\r\nHello,\r\n\r\nour offer number ${number}.\r\n\r\nYours\r\n`
}

interface Figures {
  readonly calls: Readonly<Record<string, number>>
  readonly readUnits: number
  readonly writeUnits: number
}

async function figuresOf(host: LocalHost, name: RegExp): Promise<Figures> {
  const { routes } = (await host.request('GET', '/_local/meter')).json<{ routes: Record<string, Figures> }>()
  return Object.entries(routes).find(([route]) => name.test(route))?.[1] ?? { calls: {}, readUnits: 0, writeUnits: 0 }
}

const inbound = (host: LocalHost): Promise<Figures> => figuresOf(host, /mailinbound/i)

/** An entry of a timeline is one write unit, and nothing else is written by projections. */
async function entriesWritten(host: LocalHost): Promise<number> {
  return (await figuresOf(host, /projectionsapply/i)).writeUnits
}

/** As the API tells it. */
async function mailsIn(host: LocalHost, token: string, contact: number): Promise<number> {
  let mails = 0
  for (let cursor: string | null = ''; cursor !== null; ) {
    const answer = await host.request('GET', `/v1/items/contact/${contact}/timeline?limit=200${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`, { token })
    const page = answer.json<{ items: { kind: string }[]; nextCursor: string | null }>()
    mails += page.items.filter(({ kind }) => kind === 'mail.sent').length
    cursor = page.nextCursor
  }
  return mails
}
