import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { pageOf, PageQuery } from '../../../shared/kernel/page.ts'

describe('API-4 how a list is asked for a page, and what it answers', () => {
  it('shows 50 entries where nobody says how many, and 200 at most', () => {
    expect(PageQuery.parse({})).toEqual({ limit: 50 })
    expect(PageQuery.parse({ limit: '200', cursor: 'abc' })).toEqual({ limit: 200, cursor: 'abc' })
    for (const wrong of [{ limit: '0' }, { limit: '201' }, { limit: '1.5' }, { limit: 'all' }, { cursor: 'x'.repeat(2001) }, { page: '2' }]) expect(PageQuery.safeParse(wrong).success, JSON.stringify(wrong)).toBe(false)
  })

  it('ends with null in place of a cursor, never with none', () => {
    const Page = pageOf(z.string())
    expect(Page.parse({ items: ['a'], nextCursor: null })).toEqual({ items: ['a'], nextCursor: null })
    expect(Page.safeParse({ items: ['a'] }).success).toBe(false)
  })
})
