import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createChat, joinChat, listMessages, removeMember, sendMessage } from '../../../shared/chat/index.ts'
import { postTogether } from '../../../shared/chat/post-together.ts'
import { addObservers, createItem, readItem, removeObserver } from '../../../shared/items/index.ts'
import { Problem } from '../../../shared/kernel/problem.ts'
import type { Table } from '../../../shared/platform/table.ts'
import { openSocket, type SocketPorts } from '../../../shared/sockets/index.ts'
import type { Ctx } from '../../../shared/workspace/index.ts'
import { aCompany, aUser, type TestCompany } from '../../support/company.ts'
import { aTable, type TestTable } from '../../support/table.ts'

let store: TestTable
let company: TestCompany
const ann = 'usr_ann'
const bob = 'usr_bob'

beforeAll(async () => {
  store = await aTable()
  company = await aCompany(store.table)
  await company.add(...[ann, bob].map((id) => aUser({ id })))
  await company.bind('manager', { kind: 'user', id: ann })
  for (const id of [ann, bob]) await openSocket(store.table, { userId: id, connectionId: `socket of ${id}`, until: 4_000_000_000, together: false })
})
afterAll(() => store.close())

/** Does something with the ports of a chat, and what was to follow once it was stored; gives who was told of what. */
async function telling<T>(userId: string, work: (ctx: Ctx & SocketPorts) => Promise<T>): Promise<{ result: T; told: string[] }> {
  const told: string[] = []
  const push = { send: async (connectionId: string, message: string) => (told.push(`${connectionId}: ${String((JSON.parse(message) as { event: string }).event)}`), true), close: async () => undefined }
  const later: ((table: Table) => Promise<void>)[] = []
  const result = await company.as(userId, (ctx) => {
    later.length = 0
    return work({ ...ctx, push, afterwards: (one) => void later.push(one) })
  })
  for (const one of later) await one(store.table)
  return { result, told: told.toSorted() }
}

const aDeal = async (observerIds: string[] = []): Promise<{ type: string; id: number }> => ({ type: 'deal', id: Number((await company.as(ann, (ctx) => createItem(ctx, { type: 'deal', values: { observerIds } })))['id']) })
const text = (value: string) => ({ text: value, fileIds: [], mentionIds: [] })

describe('a message', () => {
  it('CHT-6: takes the next number, whoever sends at the same time', async () => {
    const { id } = await company.as(ann, async (ctx) => createChat(ctx, await aDeal([bob])))
    const sent = await Promise.all(Array.from({ length: 20 }, (_, n) => telling(n % 2 ? ann : bob, (ctx) => sendMessage(ctx, { id, values: text(`m${n}`) }))))
    expect(sent.map(({ result }) => result.number).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1))
    // Those that went together are told together, by one of them.
    expect(sent.flatMap(({ told }) => told).toSorted()).toEqual([ann, bob].flatMap((id) => Array.from({ length: 20 }, () => `socket of ${id}: chat.message`)))
  })

  it('CHT-7: is stored once and told once under one client id', async () => {
    const { id } = await company.as(ann, async (ctx) => createChat(ctx, await aDeal()))
    const values = { ...text('once'), clientId: 'c1' }
    const all = await Promise.all(Array.from({ length: 5 }, () => telling(ann, (ctx) => sendMessage(ctx, { id, values }))))
    expect(new Set(all.map(({ result }) => result.number))).toEqual(new Set([1]))
    expect(all.flatMap(({ told }) => told)).toHaveLength(1)
    expect((await company.as(ann, (ctx) => listMessages(ctx, { id, limit: 50 }))).items).toHaveLength(1)
  })

  it('CHT-6, CHT-7: of several that wait in one container each is stored, refused or found again for itself', async () => {
    const { id } = await company.as(ann, async (ctx) => createChat(ctx, await aDeal()))
    const wanted = [
      { by: ann, values: text('first') },
      { by: ann, values: { ...text('a'), clientId: 'a' } },
      { by: bob, values: text('no member') },
      { by: ann, values: { ...text('a'), clientId: 'a' } },
      { by: ann, values: { ...text('answer to nothing'), replyTo: 99 } },
      { by: ann, values: { ...text('unknown file'), fileIds: ['fil_0000000000000000'] } },
      { by: ann, values: { ...text('b'), clientId: 'b' } },
    ]
    const outcomes = await Promise.allSettled(wanted.map(({ by, values }) => telling(by, (ctx) => sendMessage(ctx, { id, values }))))
    const said = outcomes.map((one) => (one.status === 'fulfilled' ? one.value.result.text : one.reason instanceof Problem && one.reason.code))
    expect(said).toEqual(['first', 'a', 'chat.not_found', 'a', 'message.unknown', 'file.unknown', 'b'])
    const { items } = await company.as(ann, (ctx) => listMessages(ctx, { id, limit: 50 }))
    expect(items.map(({ number, text: words }) => `${number} ${words}`).toSorted()).toEqual(['1 first', '2 a', '3 b'])
    const numbers = outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value.result.number] : []))
    expect(numbers).toEqual([1, 2, 2, 3])
    expect(outcomes.flatMap((one) => (one.status === 'fulfilled' ? one.value.told : []))).toHaveLength(3)
  })

  it('ACC-8: is not stored in another’s transaction when its own sender’s workspace has moved', async () => {
    const { id } = await company.as(ann, async (ctx) => createChat(ctx, await aDeal([bob])))
    const moved = async (): Promise<void> => {
      throw new Error('moved')
    }
    const outcomes = await telling(ann, async (ctx) => {
      const asBob = { ...ctx, actor: { ...ctx.actor, userId: bob }, table: { ...ctx.table, write: moved } }
      return Promise.allSettled([ctx, asBob, ctx].map((one, n) => sendMessage(one, { id, values: text(`m${n}`) })))
    })
    expect(outcomes.result.map((one) => (one.status === 'fulfilled' ? one.value.number : String(one.reason)))).toEqual([1, 'Error: moved', 2])
    expect((await company.as(ann, (ctx) => listMessages(ctx, { id, limit: 50 }))).items).toHaveLength(2)
  })

  it('CHT-8: is told as the newest rights have it of those whose messages go together', async () => {
    const { id } = await company.as(ann, async (ctx) => createChat(ctx, await aDeal([bob])))
    const before = await company.as(ann, async (ctx) => ctx)
    await company.add({ kind: 'SETTINGS', id: 'general', value: { observersNeedRole: true } })
    const { told } = await telling(ann, async (ctx) => {
      const { push, afterwards } = ctx
      const outcomes = await postTogether(id, [{ ...before, push, afterwards }, ctx].map((one, n) => ({ ctx: one, values: text(`m${n}`) })))
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled'])
    })
    expect(told).toEqual(Array.from({ length: 2 }, () => `socket of ${ann}: chat.message`))
    await company.add({ kind: 'SETTINGS', id: 'general', value: { observersNeedRole: false } })
  })

  it('CHT-9: names 20 people at most, and spends no thought on ids that nobody has', async () => {
    const team = Array.from({ length: 25 }, (_, n) => aUser({ id: `usr_m${n}` }))
    await company.add(...team)
    await company.bind('manager', ...team.map((one) => ({ kind: 'user', id: one.id }) as const))
    const ids = team.map((one) => one.id)
    const { id } = await company.as(ann, async (ctx) => createChat(ctx, await aDeal(ids)))
    const { result } = await telling(ann, (ctx) => sendMessage(ctx, { id, values: { ...text(`@usr_nobody ${ids.map((one) => `@${one}`).join(' ')}`), mentionIds: ['usr_m24'] } }))
    expect(result.mentionIds).toEqual(['usr_m24', ...ids.slice(0, 19)])
  })

  it('CHT-8: is told to nobody who may not read the item when it is sent', async () => {
    const deal = await aDeal([bob])
    const { id } = await company.as(ann, (ctx) => createChat(ctx, deal))
    await company.add({ kind: 'SETTINGS', id: 'general', value: { observersNeedRole: true } })
    const { told } = await telling(ann, (ctx) => sendMessage(ctx, { id, values: text('not for Bob') }))
    expect(told).toEqual([`socket of ${ann}: chat.message`])
    const refused: unknown = await telling(bob, (ctx) => sendMessage(ctx, { id, values: text('x') })).catch((error: unknown) => error)
    expect(refused instanceof Problem && refused.code).toBe('chat.not_found')
    await company.add({ kind: 'SETTINGS', id: 'general', value: { observersNeedRole: false } })
  })
})

describe('linked chats', () => {
  it('CHT-3, CHT-4: a new observer is in the chat at once, and stays an observer when they leave it', async () => {
    await company.add({ kind: 'SETTINGS', id: 'general', value: { chatMembership: 'linked' } })
    const deal = await aDeal()
    const { id } = await company.as(ann, (ctx) => createChat(ctx, deal))
    await company.as(ann, (ctx) => addObservers(ctx, { ...deal, values: { userIds: [bob] } }))
    expect(await company.as(bob, (ctx) => joinChat(ctx, deal))).toMatchObject({ id, memberIds: [ann, bob] })
    await company.as(bob, (ctx) => removeMember(ctx, { id, userId: bob }))
    expect(await company.as(ann, (ctx) => readItem(ctx, deal))).toMatchObject({ observerIds: [bob] })
    await company.as(bob, (ctx) => joinChat(ctx, deal))
    await company.as(ann, (ctx) => removeObserver(ctx, { ...deal, userId: bob }))
    const left: unknown = await telling(bob, (ctx) => sendMessage(ctx, { id, values: text('x') })).catch((error: unknown) => error)
    expect(left instanceof Problem && left.code).toBe('chat.not_found')
    await company.add({ kind: 'SETTINGS', id: 'general', value: { chatMembership: 'seed' } })
  })
})
