import { afterAll, beforeAll, expect, it } from 'vitest'
import { dryRun } from '../../../shared/mailings/index.ts'
import { aMailingDesk, type MailingDesk } from './a-mailing-desk.ts'

let desk: MailingDesk
beforeAll(async () => {
  desk = await aMailingDesk()
})
afterAll(() => desk.close())

it('BLK-1: a dry run whose filter hardly anything matches ends after some seconds and says that it has not seen all', async () => {
  const templateId = await desk.aTemplate()
  const ids = Array.from({ length: 1000 }, (_, n) => 900_000 + n)
  const withSecondsForAPage = (seconds: number) =>
    desk.asAdmin((ctx) => {
      let time = Date.now()
      return dryRun({ ...ctx, now: () => new Date((time += seconds * 1000)) }, { values: { templateId, type: 'contact', ids } })
    })
  expect(await withSecondsForAPage(0.1)).toMatchObject({ complete: true, counts: { queued: 0, skipped: 1000 } })
  const slow = await withSecondsForAPage(3)
  expect(slow.complete).toBe(false)
  expect(slow.counts.skipped).toBeLessThan(1000)
  expect(slow.counts.skipped).toBeGreaterThan(0)
})
