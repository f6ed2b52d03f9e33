import { notFound } from '../kernel/problem.ts'
import { tryUntilStored } from '../platform/retry.ts'
import { ConditionFailed, type Table, type Write } from '../platform/table.ts'
import { MAILINGS_PARTITION, mailingKey, pageKey, selectionKey } from './keys.ts'
import { mailingOfRow, rowOfMailing, type Mailing } from './mailing.ts'
import type { SelectionPage } from './recipients.ts'

/** The mailing with this id; undefined where there is none. */
export async function findMailing(table: Table, id: string): Promise<Mailing | undefined> {
  const row = await table.get(mailingKey(id), { consistent: true })
  return row && mailingOfRow(row)
}

/** The mailing with this id as it stands, whoever asks. Throws 404. */
export async function loadMailing(table: Table, id: string): Promise<Mailing> {
  const mailing = await findMailing(table, id)
  if (!mailing) throw notFound('mailing')
  return mailing
}

/** Newest first, after the mailing with the given id. */
export async function readMailings(table: Table, after: string | undefined, limit: number): Promise<Mailing[]> {
  const { rows } = await table.query({ partition: MAILINGS_PARTITION, ...(after === undefined ? {} : { before: after }), newestFirst: true, limit, consistent: true })
  return rows.map(mailingOfRow)
}

/** The writes that begin a mailing, with the numbers that were chosen for it. */
export function newMailingWrites(mailing: Mailing, ids: readonly number[] | undefined): Write[] {
  return [
    { put: rowOfMailing(mailing), if: { absent: true } },
    ...(ids ? [{ put: { ...selectionKey(mailing.id), kind: 'mailingSelection', ids: JSON.stringify(ids) } }] : []),
  ]
}

/** The write that takes a mailing on, if it is still as it was read. */
export function mailingWrite(before: Mailing, changes: Partial<Mailing>): { write: Write; after: Mailing } {
  const after = { ...before, ...changes, version: before.version + 1 }
  return { write: { put: rowOfMailing(after), if: { equals: { version: before.version } } }, after }
}

const MOST_TRIES = 20

/** Changes a mailing as it stands, again when somebody else was faster; `change` gives undefined for nothing to do. */
export async function changeMailing(table: Table, id: string, change: (before: Mailing) => Partial<Mailing> | undefined): Promise<Mailing> {
  return tryUntilStored({ tries: MOST_TRIES, busy: () => new Error(`The mailing ${id} changed again and again.`) }, async () => {
    const before = await loadMailing(table, id)
    const changes = change(before)
    if (!changes) return before
    const { write, after } = mailingWrite(before, changes)
    await table.write(write)
    return after
  })
}

export async function loadSelection(table: Table, id: string): Promise<number[]> {
  const row = await table.get(selectionKey(id), { consistent: true })
  if (!row) throw new Error(`The selection of ${id} is not there.`)
  return JSON.parse(String(row['ids'])) as number[]
}

/** A page of the selection as it was kept; undefined while nobody has chosen it. */
export async function loadPage(table: Table, id: string, page: number): Promise<SelectionPage | undefined> {
  const row = await table.get(pageKey(id, page), { consistent: true })
  return row && (JSON.parse(String(row['content'])) as SelectionPage)
}

/** Stores a page of the selection, unless it is there already: then that one counts. */
export async function keepPage(table: Table, id: string, page: number, content: SelectionPage): Promise<SelectionPage> {
  try {
    await table.write({ put: { ...pageKey(id, page), kind: 'mailingPage', content: JSON.stringify(content) }, if: { absent: true } })
    return content
  } catch (error) {
    const known = error instanceof ConditionFailed ? await loadPage(table, id, page) : undefined
    if (!known) throw error
    return known
  }
}
