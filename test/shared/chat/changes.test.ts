import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addReaction, createChat, deleteMessage, editMessage, listMessages, readChat, sendMessage, syncChat, type MessageView } from '../../../shared/chat/index.ts'
import { createItem } from '../../../shared/items/index.ts'
import type { Table } from '../../../shared/platform/table.ts'
import type { SocketPorts } from '../../../shared/sockets/index.ts'
import type { Ctx } from '../../../shared/workspace/index.ts'
import { aCompany, aUser, type TestCompany } from '../../support/company.ts'
import { aTable, type TestTable } from '../../support/table.ts'

let store: TestTable
let company: TestCompany
const ann = 'usr_ann'
const socket = { userId: ann, connectionId: 'c1', until: 4_000_000_000, together: false }

beforeAll(async () => {
  store = await aTable()
  company = await aCompany(store.table)
  await company.add(aUser({ id: ann }))
  await company.bind('manager', { kind: 'user', id: ann })
})
afterAll(() => store.close())

/** Does something as Ann; gives what came to her connection too. */
async function asAnn<T>(work: (ctx: Ctx & SocketPorts & { socket: typeof socket }) => Promise<T>): Promise<{ result: T; pushed: MessageView[] }> {
  const pushed: MessageView[] = []
  const push = { send: async (_: string, text: string) => (pushed.push((JSON.parse(text) as { message: MessageView }).message), true), close: async () => undefined }
  const later: ((table: Table) => Promise<void>)[] = []
  const result = await company.as(ann, (ctx) => {
    later.length = 0
    return work({ ...ctx, push, socket, afterwards: (one) => void later.push(one) })
  })
  for (const one of later) await one(store.table)
  return { result, pushed }
}

async function aChat(messages: number): Promise<string> {
  const deal = await asAnn((ctx) => createItem(ctx, { type: 'deal', values: {} }))
  const { result } = await asAnn((ctx) => createChat(ctx, { type: 'deal', id: Number(deal.result['id']) }))
  for (let n = 1; n <= messages; n += 1) await asAnn((ctx) => sendMessage(ctx, { id: result.id, values: { text: `m${n}`, fileIds: [], mentionIds: [] } }))
  return result.id
}

const edit = (id: string, number: number, text: string) => asAnn((ctx) => editMessage(ctx, { id, number, values: { text } }))
const react = (id: string, number: number, sign: string) => asAnn((ctx) => addReaction(ctx, { id, number, sign }))
const sync = async (chatId: string, after: number, changesAfter?: number) => {
  const { result, pushed } = await asAnn((ctx) => syncChat(ctx, { values: { chatId, after, changesAfter } }))
  return { ...result, came: pushed.map(({ number, text, change }) => `${number} ${text} ${String(change)}`) }
}
const page = async (id: string, asked: { changesAfter?: number; cursor?: string; limit?: number }) => (await asAnn((ctx) => listMessages(ctx, { id, limit: 50, ...asked }))).result

describe('changes of messages', () => {
  it('CHT-6: are counted in the chat, each message carrying the count of its last one', async () => {
    const id = await aChat(3)
    expect((await edit(id, 2, 'm2 mended')).result).toMatchObject({ number: 2, change: 1 })
    expect((await react(id, 2, '👍')).result).toMatchObject({ number: 2, change: 2 })
    expect((await react(id, 2, '👍')).result).toMatchObject({ change: 2 })
    await asAnn((ctx) => deleteMessage(ctx, { id, number: 3 }))
    expect((await asAnn((ctx) => readChat(ctx, { id }))).result).toMatchObject({ lastNumber: 3, lastChange: 3 })
    expect((await page(id, {})).items.map(({ change }) => change)).toEqual([null, 2, 3])
  })

  it('CHT-7: a client that was away gets the new messages and then the changed ones it has, each as it stands', async () => {
    const id = await aChat(4)
    const before = await sync(id, 0)
    expect(before).toMatchObject({ lastNumber: 4, lastChange: 0, more: false })
    await edit(id, 3, 'm3 mended')
    await edit(id, 1, 'm1 mended')
    await edit(id, 1, 'm1 mended twice')
    await asAnn((ctx) => sendMessage(ctx, { id, values: { text: 'm5', fileIds: [], mentionIds: [] } }))
    await edit(id, 5, 'm5 mended')
    expect(await sync(id, before.lastNumber, before.lastChange)).toEqual({ came: ['5 m5 mended 4', '3 m3 mended 1', '1 m1 mended twice 3', '5 m5 mended 4'], lastNumber: 5, lastChange: 4, more: false })
    expect(await sync(id, 5, 4)).toEqual({ came: [], lastNumber: 5, lastChange: 4, more: false })
    // Without naming a change it is as it always was.
    expect(await sync(id, 3)).toEqual({ came: ['4 m4 null', '5 m5 mended 4'], lastNumber: 5, lastChange: 4, more: false })
  })

  it('CHT-7: come page by page over HTTP, with what to name next time', async () => {
    const id = await aChat(5)
    for (const number of [5, 4, 3, 2, 1]) await edit(id, number, `m${number} mended`)
    const first = await page(id, { changesAfter: 1, limit: 2 })
    expect([first.items.map(({ number }) => number), first.lastChange]).toEqual([[4, 3], 3])
    const second = await page(id, { changesAfter: 1, limit: 2, cursor: first.nextCursor ?? '' })
    expect([second.items.map(({ number }) => number), second.lastChange, second.nextCursor]).toEqual([[2, 1], 5, null])
    expect(await page(id, { changesAfter: 5 })).toEqual({ items: [], nextCursor: null, lastChange: 5 })
    await expect(page(id, { cursor: first.nextCursor ?? '' })).rejects.toMatchObject({ kind: 'invalid' })
  })

  it('CHT-7: none is lost when many are made at once, beside new messages', async () => {
    const id = await aChat(6)
    await Promise.all([...[1, 2, 3, 4, 5, 6].flatMap((number) => [edit(id, number, `m${number} mended`), react(id, number, '👍')]), asAnn((ctx) => sendMessage(ctx, { id, values: { text: 'm7', fileIds: [], mentionIds: [] } }))])
    const { items, lastChange } = await page(id, { changesAfter: 0 })
    expect(lastChange).toBe(12)
    expect(items.map(({ number, text, reactions }) => `${number} ${text} ${JSON.stringify(reactions)}`).toSorted()).toEqual([1, 2, 3, 4, 5, 6].map((number) => `${number} m${number} mended {"👍":["usr_ann"]}`))
  })

  it('CHT-7: a sync whose messages did not get through is no good answer', async () => {
    const id = await aChat(2)
    const push = { send: () => Promise.reject(new Error('refused')), close: async () => undefined }
    await expect(company.as(ann, (ctx) => syncChat({ ...ctx, push, socket, afterwards: () => undefined }, { values: { chatId: id, after: 0 } }))).rejects.toThrow('1 of 1 deliveries failed')
  })
})
