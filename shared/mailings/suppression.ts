import { comparableEmail } from '../kernel/email.ts'
import { ConditionFailed, type Row, type Table } from '../platform/table.ts'
import { SUPPRESSION_PARTITION, suppressionKey } from './keys.ts'
import { SUPPRESSION_REASONS, type SuppressionView } from './schema.ts'

type Reason = SuppressionView['reason']

/** Puts an address on the list. Who complained stays there for that; the first reason stays otherwise. */
export async function suppress(table: Table, address: string, reason: Reason, at: Date): Promise<void> {
  const key = suppressionKey(comparableEmail(address))
  try {
    await table.write({ put: { ...key, kind: 'suppression', reason, at: at.toISOString() }, if: { absent: true } })
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error
    const known = await table.get(key, { consistent: true })
    if (known && weight(reason) > weight(viewOf(known).reason)) await table.write({ update: key, set: { reason, at: at.toISOString() } })
  }
}

/** A complaint weighs most, then a wish, then a bounce: by it is said why no more mail goes there. */
function weight(reason: Reason): number {
  return ['bounced', 'unsubscribed', 'complained'].indexOf(reason)
}

/** The addresses of these that get no mailings, with the reason; in the form in which addresses compare. */
export async function suppressedOf(table: Table, addresses: readonly string[]): Promise<ReadonlyMap<string, Reason>> {
  const rows = addresses.length === 0 ? [] : await table.getMany([...new Set(addresses.map(comparableEmail))].map(suppressionKey), { consistent: true })
  return new Map(rows.map((row) => [row.sk, viewOf(row).reason]))
}

export async function readSuppression(table: Table, after: string | undefined, limit: number): Promise<SuppressionView[]> {
  const { rows } = await table.query({ partition: SUPPRESSION_PARTITION, ...(after === undefined ? {} : { after }), limit, consistent: true })
  return rows.map(viewOf)
}

function viewOf(row: Row): SuppressionView {
  return { address: row.sk, reason: SUPPRESSION_REASONS.find((one) => one === row['reason']) ?? 'bounced', at: String(row['at']) }
}
