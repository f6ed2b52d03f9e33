import { signedPage, type Ctx, type Page } from '../workspace/index.ts'

/** A page of entries of the workspace, ordered by name (API-4). They are all in memory; a page spares the client, not the table. */
export function pageByName<T extends { id: string; name: string }>(ctx: Ctx, entries: readonly T[], list: string, at: { limit: number; cursor?: string | undefined }): Promise<Page<T>> {
  const place = (entry: T): string => `${entry.name.toLowerCase()}\n${entry.id}`
  const from = (after = ''): readonly T[] => entries.filter((entry) => place(entry) > after).toSorted((a, b) => (place(a) < place(b) ? -1 : 1))
  return signedPage(ctx, list, at, from, place)
}
