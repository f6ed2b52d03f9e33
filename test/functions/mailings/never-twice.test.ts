import { afterAll, beforeAll, expect, it } from 'vitest'
import { mailing } from '../../prove/mailings.ts'
import { startLocalHost, type LocalHost } from '../../support/local-host.ts'

let host: LocalHost

beforeAll(async () => {
  host = await startLocalHost()
})
afterAll(() => host.stop())

it('BLK-4: a mailing whose worker is killed in the middle, and whose messages come twice, reaches nobody twice and shows what is in doubt', { timeout: 120_000 }, async () => {
  const part = await mailing(host, 30, 'killed and doubled', [{ service: 'ses', action: 'SendRawEmail', when: 'after' }, { service: 'ses', action: 'SendRawEmail', when: 'before' }])
  expect(part.disagreements).toEqual([])
  expect(part.counts).toMatchObject({ twice: 0 })
})
