import { describe, expect, it } from 'vitest'
import { Problem } from '../../../shared/kernel/problem.ts'
import { signedPage, type Page } from '../../../shared/workspace/index.ts'
import { aCompany } from '../../support/company.ts'
import { aTable } from '../../support/table.ts'

const LETTERS = [...'abcdefg']

/** The letters, as a list that is read from a place on. */
async function withPages(work: (pageOf: (limit: number, cursor?: string, list?: string) => Promise<Page<string>>, asked: number[]) => Promise<void>): Promise<void> {
  const store = await aTable()
  try {
    const company = await aCompany(store.table)
    const asked: number[] = []
    await work((limit, cursor, list = 'letters') => company.as(company.administratorId, (ctx) => signedPage(ctx, list, { limit, cursor }, (after = '', most) => {
      asked.push(most)
      return LETTERS.filter((letter) => letter > after).slice(0, most)
    }, (letter) => letter)), asked)
  } finally {
    await store.close()
  }
}

describe('API-4 a page of a list', () => {
  it('goes on where the one before ended, and ends where the list does', () =>
    withPages(async (pageOf, asked) => {
      for (const limit of [1, 2, 3, 6, 7, 8]) {
        const seen: string[][] = []
        for (let cursor: string | null | undefined; cursor !== null; ) {
          const page = await pageOf(limit, cursor)
          seen.push([...page.items])
          cursor = page.nextCursor
        }
        expect(seen.flat()).toEqual(LETTERS)
        expect(seen).toHaveLength(Math.ceil(LETTERS.length / limit))
      }
      expect(asked.slice(0, 1)).toEqual([2])
    }))

  it('takes a cursor of its own list alone', () =>
    withPages(async (pageOf) => {
      const { nextCursor } = await pageOf(2)
      await expect(pageOf(2, nextCursor ?? '', 'numbers')).rejects.toBeInstanceOf(Problem)
      await expect(pageOf(2, `${nextCursor}x`)).rejects.toMatchObject({ code: 'cursor.invalid' })
    }))
})
