import { filterIn, listItems, readableItems } from '../items/index.ts'
import type { Ctx } from '../workspace/index.ts'
import { PAGE_SIZE } from './limits.ts'
import type { SelectionPage } from './recipients.ts'
import type { SkipReason } from './schema.ts'

/** Whom a mailing is for. */
export interface Selection {
  readonly type: string
  /** A list's filter, or else the chosen numbers. */
  readonly filter: string | null
  readonly ids: readonly number[]
}

/** A part of the selection, as the actor may read it: by list pages, never one by one (BLK-1). Throws 400 for a filter that the list does not take. */
export async function readSelection(ctx: Ctx, selection: Selection, cursor: string | null): Promise<SelectionPage> {
  return selection.filter === null ? readChosen(ctx, selection, Number(cursor ?? 0)) : readFiltered(ctx, selection.type, selection.filter, cursor)
}

async function readFiltered(ctx: Ctx, type: string, filter: string, cursor: string | null): Promise<SelectionPage> {
  const { items, nextCursor } = await listItems(ctx, { type, limit: PAGE_SIZE, cursor: cursor ?? undefined, view: 'full', sort: '-id', filter: filterIn(filter) })
  return pageOf(items.map((item) => [Number(item['id']), firstEmail(item['emails'])]), [], nextCursor)
}

async function readChosen(ctx: Ctx, { type, ids }: Selection, begin: number): Promise<SelectionPage> {
  const wanted = ids.slice(begin, begin + PAGE_SIZE)
  const items = new Map((await readableItems(ctx, wanted.map((id) => ({ type, id })))).map((item) => [item.id, item]))
  const found = wanted.flatMap((id) => items.get(id) ?? []).map(({ id, values }) => [id, firstEmail(values['emails'])] as const)
  const missing = wanted.filter((id) => !items.has(id)).map((id) => [id, 'not_found'] as const)
  return pageOf(found, missing, begin + PAGE_SIZE < ids.length ? String(begin + PAGE_SIZE) : null)
}

function pageOf(items: readonly (readonly [number, string | undefined])[], skipped: readonly (readonly [number, SkipReason])[], next: string | null): SelectionPage {
  const without = items.filter(([, address]) => address === undefined).map(([id]) => [id, 'no_address'] as const)
  return { recipients: items.flatMap(([id, address]) => (address === undefined ? [] : [[id, address] as const])), skipped: [...skipped, ...without], next }
}

/** An item is written to at the first address that it holds. */
export function firstEmail(emails: unknown): string | undefined {
  const first: unknown = Array.isArray(emails) ? (emails as { value?: unknown }[])[0]?.value : undefined
  return typeof first === 'string' && first !== '' ? first : undefined
}
