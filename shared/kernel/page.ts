import * as z from 'zod'

/** Entries of one page at most; whoever wants more goes on with the cursor. */
const MOST_OF_A_PAGE = 200
/** Entries of a page where the client names no number. */
const USUAL_PAGE = 50
/** Characters. The longest place that a list seals names an entry by its name and id. */
const LONGEST_CURSOR = 2000

/** How every list is asked for a page (API-4): so many entries, from where the cursor of the page before points. A list that takes more extends it. */
export const PageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(MOST_OF_A_PAGE).default(USUAL_PAGE),
  cursor: z.string().max(LONGEST_CURSOR).optional(),
})
export type PageQuery = z.output<typeof PageQuery>

/** What every list answers (API-4): entries, and the cursor of the next page; `nextCursor` is null at the end. */
export function pageOf<Entry extends z.ZodType>(entry: Entry): z.ZodObject<{ items: z.ZodArray<Entry>; nextCursor: z.ZodNullable<z.ZodString> }> {
  return z.object({ items: z.array(entry), nextCursor: z.string().nullable() })
}
