import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Door, Host } from '../contract.ts'
import { headerValue, mailboxes, readHeaders } from './mail-headers.ts'
import type { SentMail } from './sent-mail.ts'

export interface Outbox {
  /** Keeps a mail durably; `alongside` is stored in the same transaction. */
  keep(mail: SentMail, alongside: () => void): void
  /** How many messages were taken since a moment, for the sending quota. */
  countSince(at: Date): number
  readonly door: Door
}

interface Row {
  id: string
  at: number
  source: string
  destinations: string
}

const path = '/_local/outbox'

/**
 * What SES would have sent: rows in the store, the bytes in files. `GET /_local/outbox` lists it, newest last (`?to=` for one
 * recipient), `DELETE` empties it.
 */
export function createOutbox(host: Host): Outbox {
  const { store } = host
  const folder = join(host.dataFolder, 'ses', 'outbox')
  const fileOf = (id: string): string => join(folder, `${id}.eml`)
  mkdirSync(folder, { recursive: true })
  store.run('create table if not exists ses_outbox (position integer primary key autoincrement, id text not null, at integer not null, source text not null, destinations text not null)')

  const list = (to: string | undefined): unknown[] =>
    store.all<Row>('select id, at, source, destinations from ses_outbox order by position').flatMap((row) => {
      const destinations = JSON.parse(row.destinations) as string[]
      if (to !== undefined && !destinations.some((one) => one.toLowerCase() === to.toLowerCase())) return []
      const raw = readFileSync(fileOf(row.id))
      const subject = headerValue(readHeaders(raw), 'subject') ?? ''
      return [{ id: row.id, at: new Date(row.at).toISOString(), from: addressOf(row.source), to: destinations, subject, raw: raw.toString('utf8') }]
    })

  const empty = (): void => {
    const rows = store.all<{ id: string }>('select id from ses_outbox')
    store.run('delete from ses_outbox')
    for (const { id } of rows) rmSync(fileOf(id), { force: true })
  }

  return {
    keep(mail, alongside) {
      writeFileSync(fileOf(mail.messageId), mail.raw)
      store.transaction(() => {
        const destinations = JSON.stringify(mail.destinations.map(addressOf))
        store.run('insert into ses_outbox (id, at, source, destinations) values (?, ?, ?, ?)', mail.messageId, mail.at.getTime(), mail.source, destinations)
        alongside()
      })
    },

    countSince(at) {
      return store.all<{ count: number }>('select count(*) as count from ses_outbox where at >= ?', at.getTime())[0]?.count ?? 0
    },

    door: {
      async handle(request, response) {
        const url = new URL(request.url ?? '/', host.origin)
        if (url.pathname !== path) return false
        if (request.method === 'DELETE') {
          empty()
          response.writeHead(204).end()
        } else if (request.method === 'GET') {
          const body = JSON.stringify({ items: list(url.searchParams.get('to') ?? undefined) })
          response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }).end(body)
        } else {
          response.writeHead(405, { allow: 'GET, DELETE' }).end()
        }
        return true
      },
    },
  }
}

const addressOf = (mailbox: string): string => mailboxes(mailbox)[0]?.address ?? mailbox
