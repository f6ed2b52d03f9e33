import { describe, expect, it } from 'vitest'
import { proveKills } from '../../prove/mail/kills.ts'
import { proveOrder } from '../../prove/mail/order.ts'
import { proveRouting } from '../../prove/mail/routing.ts'
import { proveStorms } from '../../prove/mail/storms.ts'

/* Short forms; `npm run prove -- mail` runs them at full size. */

describe('mail in, against a model and against trouble', () => {
  it('SNS-1 to SNS-9: generated mails stand where the model says', async () => {
    const { disagreements, counts } = await proveRouting(20_261, 120)
    expect(disagreements).toEqual([])
    expect(counts).toMatchObject({ wrong: 0, missed: 0 })
    expect(counts['routed']).toBeGreaterThan(30)
    expect(counts['unsorted']).toBeGreaterThan(20)
  })

  it('SNS-6: events delivered one to five times and out of order give the same state, byte for byte', async () => {
    expect((await proveOrder(20_262, 2)).disagreements).toEqual([])
  })

  it('SNS-6: a kill at every step loses nothing, doubles nothing, and leaves nothing without a record', async () => {
    const { disagreements, counts } = await proveKills(20_263, 1)
    expect(disagreements).toEqual([])
    expect(counts['killed']).toBe(counts['mails'])
  })

  it('SNS-7: forged senders, loops and auto-replies count as nobody\'s and make nothing', async () => {
    expect((await proveStorms(20_264, 6)).disagreements).toEqual([])
  })
})
