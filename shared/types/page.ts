import type { PageQuery } from '../kernel/page.ts'
import { signedPage, type Ctx, type Page } from '../workspace/index.ts'

/** A page of what a company has set up, in its own order (API-4). It is all in memory: the cursor names the last one given, and where that is gone meanwhile the list begins again. */
export function pageInOrder<T>(ctx: Ctx, all: readonly T[], nameOf: (one: T) => string, list: string, at: PageQuery): Promise<Page<T>> {
  const from = (last: string | undefined): readonly T[] => (last === undefined ? all : all.slice(all.findIndex((one) => nameOf(one) === last) + 1))
  return signedPage(ctx, list, at, from, nameOf)
}
