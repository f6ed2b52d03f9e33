import { describe, expect, it } from 'vitest'
import { cursorsOf } from '../../../shared/workspace/index.ts'
import { aCompany, aUser } from '../../support/company.ts'
import { aTable } from '../../support/table.ts'

describe('API-4 the cursors of a list', () => {
  it('lead back to a place for the caller and the list that they were made for, and nobody else', async () => {
    const store = await aTable()
    try {
      const company = await aCompany(store.table)
      await company.add(aUser({ id: 'ann' }), aUser({ id: 'ben' }))
      const opened = (userId: string, list: string, cursor: string | undefined): Promise<string | undefined> => company.as(userId, async (ctx) => cursorsOf(ctx, list).open(cursor))
      const sealed = (place: string | number | undefined): Promise<string | null> => company.as('ann', async (ctx) => cursorsOf(ctx, 'deals').seal(place))

      const cursor = (await sealed(17)) ?? ''
      expect(await opened('ann', 'deals', cursor)).toBe('17')
      for (const [userId, list, given] of [['ben', 'deals', cursor], ['ann', 'leads', cursor], ['ann', 'deals', `x${cursor}`], ['ann', 'deals', '']] as const) {
        await expect(opened(userId, list, given), `${userId} ${list} ${given}`).rejects.toMatchObject({ code: 'cursor.invalid' })
      }
      expect(await opened('ann', 'deals', undefined)).toBeUndefined()
      expect(await sealed(undefined)).toBeNull()
      expect(await sealed(0)).not.toBeNull()
    } finally {
      await store.close()
    }
  })
})
