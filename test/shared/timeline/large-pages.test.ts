import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { answerBytes, MOST_ANSWER_BYTES } from '../../../shared/kernel/answer-budget.ts'
import { entryId } from '../../../shared/timeline/entry-id.ts'
import { entryWrite, listTimeline, type TimelineEntry } from '../../../shared/timeline/index.ts'
import { LONGEST_COMMENT } from '../../../shared/timeline/schema.ts'
import { ann, aSalesCompany, type SalesCompany } from '../items/sales-company.ts'

let sales: SalesCompany
beforeAll(async () => {
  sales = await aSalesCompany()
})
afterAll(() => sales.store.close())

/** Takes seven bytes in an answer, more than any other. */
const LONGEST_SIGN = '\u0001'

describe('API-5, ITM-9 a page of the longest comments', () => {
  it.each([undefined, 'comment.added' as const])('ends early where one answer holds no more, and the next goes on with nothing left out (kind: %s)', async (kind) => {
    const { id } = await sales.make(ann, 'deal')
    const written = Array.from({ length: 90 }, (_, n): TimelineEntry => {
      const at = new Date(Date.UTC(2026, 0, 1, 0, n))
      return { id: entryId(at, `cmt_${n}`), at: at.toISOString(), kind: 'comment.added', actorId: ann, via: 'user', data: { text: LONGEST_SIGN.repeat(LONGEST_COMMENT), files: [] } }
    })
    await Promise.all(written.map((entry) => sales.store.table.write({ ...entryWrite({ item: { type: 'deal', id }, entry }), if: { absent: true } })))
    const first = await sales.as(ann, (ctx) => listTimeline(ctx, { type: 'deal', id, limit: 200, kind }))
    expect(answerBytes(first)).toBeLessThan(MOST_ANSWER_BYTES + 1000)
    expect(first.items.length).toBeGreaterThan(50)
    const second = await sales.as(ann, (ctx) => listTimeline(ctx, { type: 'deal', id, limit: 200, kind, cursor: first.nextCursor ?? undefined }))
    expect([...first.items, ...second.items].map((entry) => entry.id)).toEqual(written.map((entry) => entry.id).toReversed())
    expect(second.nextCursor).toBeNull()
  })
})
