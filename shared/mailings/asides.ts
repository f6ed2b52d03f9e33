import type { Row, Table, Write } from '../platform/table.ts'
import { asidePrefix } from './keys.ts'
import { PAGE_SIZE } from './limits.ts'
import { SKIP_REASONS, type SkipReason } from './schema.ts'

/** Why an item gets no mail of a mailing, found out at its turn. */
export type Aside = { readonly state: 'failed'; readonly reason: string } | { readonly state: 'skipped'; readonly reason: SkipReason }

/** The write that puts an item of a page aside. Its address stays free for the next item that has it (BLK-1). */
export function asideWrite(mailing: { readonly id: string; readonly page: number }, itemId: number, { state, reason }: Aside): Write {
  const { pk, sk } = asidePrefix(mailing.id, mailing.page)
  return { put: { pk, sk: `${sk}${itemId}`, kind: 'mailingAside', itemId, state, reason } }
}

/** Those of a page that were put aside, by item. */
export async function loadAsides(table: Table, mailingId: string, page: number): Promise<ReadonlyMap<number, Aside>> {
  const { pk, sk } = asidePrefix(mailingId, page)
  const { rows } = await table.query({ partition: pk, beginsWith: sk, limit: PAGE_SIZE, consistent: true })
  return new Map(rows.map((row) => [Number(row['itemId']), asideOf(row)]))
}

/** A reason as it is stored. */
export function skipReasonOf(reason: unknown): SkipReason {
  return SKIP_REASONS.find((one) => one === reason) ?? 'not_found'
}

function asideOf(row: Row): Aside {
  const reason = String(row['reason'])
  return row['state'] === 'failed' ? { state: 'failed', reason } : { state: 'skipped', reason: skipReasonOf(reason) }
}
