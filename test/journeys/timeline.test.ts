import { beforeAll, describe, expect, it } from 'vitest'
import { ADMIN, aPerson, clientOf, giveRole, refusal, signedIn, until, type Caller } from './client.ts'

let ann: Caller
let bob: Caller

beforeAll(async () => {
  const admin = await signedIn(ADMIN)
  const [a, b] = await Promise.all([aPerson(admin), aPerson(admin)])
  await giveRole(admin, 'Manager', { kind: 'user', id: a.id }, { kind: 'user', id: b.id })
  ;[ann, bob] = await Promise.all([clientOf(a.email), clientOf(b.email)])
})

const make = async (type: string, values: object = {}): Promise<{ type: string; id: number }> => ({ type, id: (await ann('POST /v1/items/{type}', { type, values: { ...values } })).id })
const entriesOf = async (who: Caller, ref: { type: string; id: number }, limit = 200) => {
  const found = []
  for await (const entry of who.each('GET /v1/items/{type}/{id}/timeline', { ...ref, limit })) found.push(entry)
  return found
}

describe('ITM-9: the timeline of an item', () => {
  it('tells all that happened, newest first, with old and new values, to the readers of the item', async () => {
    const observer = (await bob('GET /v1/me')).id
    const deal = await make('deal', { title: 'Old' })
    await ann('PATCH /v1/items/{type}/{id}', { ...deal, values: { title: 'New', stageId: 'EXECUTING' } })
    await ann('POST /v1/items/{type}/{id}/observers', { ...deal, values: { userIds: [observer] } })
    await ann('DELETE /v1/items/{type}/{id}/observers/{userId}', { ...deal, userId: observer })
    await ann('POST /v1/items/{type}/{id}/chat', deal)
    const { value: entries } = await until(async () => {
      const found = await entriesOf(ann, deal)
      return found.length >= 6 ? found : undefined
    })
    expect(entries.map(({ kind }) => kind)).toEqual(['chat.created', 'observer.removed', 'observer.added', 'stage.moved', 'item.changed', 'item.created'])
    expect(entries[4]).toMatchObject({ via: 'user', actorId: (await ann('GET /v1/me')).id, data: { changes: [{ field: 'title', old: 'Old', new: 'New' }] } })
    expect(new Set(entries.map(({ id }) => id)).size).toBe(6)
    expect((await refusal(entriesOf(bob, deal))).status).toBe(404)
  })

  it('ITM-4: the history of stages is its own list, with who moved it, when, and the seconds in the stage before', async () => {
    const deal = await make('deal')
    const move = (stageId: string): Promise<unknown> => ann('PATCH /v1/items/{type}/{id}', { ...deal, values: { stageId } })
    await new Promise((resolve) => setTimeout(resolve, 1_200))
    await move('PREPARATION')
    await ann('POST /v1/items/{type}/{id}/comments', { ...deal, values: { text: 'Between' } })
    await move('WON')
    await move('EXECUTING')
    const { value: moves } = await until(async () => {
      const found = []
      for await (const entry of ann.each('GET /v1/items/{type}/{id}/timeline', { ...deal, kind: 'stage.moved', limit: 2 })) found.push(entry)
      return found.length >= 3 ? found : undefined
    })
    expect(moves.map(({ kind, data }) => [kind, data['fromStageId'], data['toStageId']])).toEqual([['stage.moved', 'WON', 'EXECUTING'], ['stage.moved', 'PREPARATION', 'WON'], ['stage.moved', 'NEW', 'PREPARATION']])
    expect(Number(moves[2]?.data['secondsInFormer'])).toBeGreaterThanOrEqual(1)
    expect(moves[2]).toMatchObject({ actorId: (await ann('GET /v1/me')).id, at: expect.stringMatching(/^\d{4}-/) })
  })
})

describe('ITM-9: comments', () => {
  it('stand in the timeline at once, with their files, page by page', async () => {
    const lead = await make('lead', { title: 'Talked about' })
    const file = await ann('POST /v1/files', { values: { name: 'plan.pdf', contentType: 'application/pdf', size: 5 } })
    const first = await ann('POST /v1/items/{type}/{id}/comments', { ...lead, values: { text: 'See the plan.', fileIds: [file.id] } })
    expect(first).toMatchObject({ kind: 'comment.added', data: { text: 'See the plan.', files: [{ name: 'plan.pdf' }] } })
    for (let n = 0; n < 6; n += 1) await ann('POST /v1/items/{type}/{id}/comments', { ...lead, values: { text: `Number ${n}` } })
    const said = (await entriesOf(ann, lead, 3)).filter(({ kind }) => kind === 'comment.added').map(({ data }) => data['text'])
    expect(said).toEqual(['Number 5', 'Number 4', 'Number 3', 'Number 2', 'Number 1', 'Number 0', 'See the plan.'])
  })

  it('are for who may change the item; a file of somebody else is refused by name', async () => {
    const lead = await make('lead', { observerIds: [(await bob('GET /v1/me')).id] })
    const say = (who: Caller, values: { text: string; fileIds?: string[] }): Promise<unknown> => who('POST /v1/items/{type}/{id}/comments', { ...lead, values })
    expect((await refusal(say(bob, { text: 'x' }))).status).toBe(403)
    expect((await refusal(say(ann, { text: 'x'.repeat(10_001) }))).at).toEqual(['/text'])
    const theirs = await bob('POST /v1/files', { values: { name: 'a.txt', size: 1 } })
    expect(await refusal(say(ann, { text: 'x', fileIds: [theirs.id] }))).toEqual({ status: 400, code: 'file.unknown', at: ['/fileIds/0'] })
  })
})
