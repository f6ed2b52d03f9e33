import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { closeSocket, hangUp, openSocket, pushToSockets, pushToUsers, socketsOf } from '../../../shared/sockets/index.ts'
import { MISSED, socketKey } from '../../../shared/sockets/keys.ts'
import { randomId } from '../../../shared/kernel/ids.ts'
import { meterClient } from '../../bench/metered-client.ts'
import type { Push } from '../../../shared/platform/push.ts'
import { aTable, type TestTable } from '../../support/table.ts'

let store: TestTable
beforeAll(async () => {
  store = await aTable()
})
afterAll(() => store.close())

const later = Math.floor(Date.now() / 1000) + 3600
const open = (userId: string, connectionId: string, until = later, together = false): Promise<void> => openSocket(store.table, { userId, connectionId, until, together })
const found = async (...userIds: string[]): Promise<string[]> => (await socketsOf(store.table, userIds)).map(({ userId, connectionId }) => `${userId} ${connectionId}`).toSorted()

/** A way to clients that notes what it was asked to do. */
function aPush(gone: readonly string[] = []): Push & { readonly sent: string[]; readonly messages: string[]; readonly closed: string[] } {
  const sent: string[] = []
  const messages: string[] = []
  const closed: string[] = []
  return {
    sent,
    messages,
    closed,
    async send(connectionId, message) {
      sent.push(connectionId)
      messages.push(`${connectionId}: ${message}`)
      return !gone.includes(connectionId)
    },
    close: async (connectionId) => void closed.push(connectionId),
  }
}

describe('the rows of sockets', () => {
  it('are so small that 74 of them cost one read unit', async () => {
    const fresh = await aTable()
    try {
      const userIds = Array.from({ length: 74 }, () => randomId('usr'))
      // As long as those that API Gateway gives.
      await Promise.all(userIds.map((userId, n) => openSocket(fresh.table, { userId, connectionId: 'L0SM9cOFvHcCIhw=', until: later, together: n % 2 === 0 })))
      const { result, cost } = await meterClient(fresh.client).measure(() => socketsOf(fresh.table, userIds))
      expect(result).toHaveLength(74)
      expect(cost).toMatchObject({ calls: 1, readUnits: 1 })
    } finally {
      await fresh.close()
    }
  })
})

describe('the sockets of some people', () => {
  it('are found, and nobody else’s, however many are connected', async () => {
    for (let n = 0; n < 150; n += 1) await open(`usr_m${String(n).padStart(3, '0')}`, `c${n}`)
    await open('usr_a', 'a1')
    await open('usr_a', 'a2')
    await open('usr_z', 'z1')
    expect(await found('usr_a')).toEqual(['usr_a a1', 'usr_a a2'])
    expect(await found('usr_z', 'usr_a')).toEqual(['usr_a a1', 'usr_a a2', 'usr_z z1'])
    expect(await found('usr_a', 'usr_m149', 'usr_nobody')).toEqual(['usr_a a1', 'usr_a a2', 'usr_m149 c149'])
    expect(await found('usr_m1')).toEqual([])
    expect(await found()).toEqual([])
    expect(await found('usr_a', ...Array.from({ length: 150 }, (_, n) => `usr_m${String(n).padStart(3, '0')}`))).toHaveLength(152)
  })

  it('CHT-8: whose token has ended get nothing, are ended, and are forgotten', async () => {
    await open('usr_ended', 'ended', Math.floor(Date.now() / 1000) - 1)
    await open('usr_there', 'there')
    const push = aPush()
    await pushToUsers(push, store.table, ['usr_ended', 'usr_there'], { event: 'x' })
    expect(push.sent).toEqual(['there'])
    expect(push.closed).toEqual(['ended'])
    expect(await found('usr_ended', 'usr_there')).toEqual(['usr_there there'])
  })

  it('that are not there are forgotten when they are missed again seconds later, since one that is just being made is not there yet either', async () => {
    for (const id of ['gone', 'new', 'closed']) await open(`usr_${id}`, id)
    const push = aPush(['gone', 'new', 'closed'])
    const all = ['usr_gone', 'usr_new', 'usr_closed']
    await pushToUsers(push, store.table, all, { event: 'x' })
    await pushToUsers(push, store.table, all, { event: 'x' })
    expect(await found(...all)).toEqual(['usr_closed closed', 'usr_gone gone', 'usr_new new'])
    const seconds = Math.floor(Date.now() / 1000)
    await store.table.write({ update: socketKey('usr_gone', 'gone'), set: { [MISSED]: seconds - 6 } })
    const sockets = await socketsOf(store.table, all)
    await closeSocket(store.table, { userId: 'usr_closed', connectionId: 'closed' })
    await pushToSockets(push, store.table, sockets, { event: 'x' })
    expect(await found(...all)).toEqual(['usr_new new'])
    expect(push.sent).toHaveLength(9)
  })

  it('get several events in their order, in one message where their client takes that', async () => {
    await open('usr_s', 'apart')
    await open('usr_s', 'together', later, true)
    const push = aPush()
    await pushToUsers(push, store.table, ['usr_s'], { event: 'x' }, { event: 'y' })
    expect(push.messages.filter((one) => one.startsWith('apart'))).toEqual(['apart: {"event":"x"}', 'apart: {"event":"y"}'])
    expect(push.messages.filter((one) => one.startsWith('together'))).toEqual(['together: {"events":[{"event":"x"},{"event":"y"}]}'])
  })

  it('are told although one delivery fails, and the failure is not hidden', async () => {
    await open('usr_f', 'f1')
    await open('usr_f', 'f2')
    const push = aPush()
    const failing: Push = { ...push, send: async (id, message) => { if (id === 'f1') throw new Error('refused'); return push.send(id, message) } }
    await expect(pushToUsers(failing, store.table, ['usr_f'], { event: 'x' })).rejects.toThrow('1 of 2 deliveries failed')
    expect(push.sent).toEqual(['f2'])
  })

  it('are hung up when their token ends', async () => {
    await open('usr_h', 'old', Math.floor(Date.now() / 1000) - 5)
    await open('usr_h', 'new')
    const push = aPush()
    expect(await hangUp(push, store.table, new Date())).toMatchObject({ ended: 1 })
    expect(push.closed).toEqual(['old'])
    expect(await found('usr_h')).toEqual(['usr_h new'])
  })
})
