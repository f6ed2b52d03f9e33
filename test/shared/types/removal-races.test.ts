import { describe, expect, it } from 'vitest'
import { createItem } from '../../../shared/items/index.ts'
import { standingItems } from '../../../shared/items/standing-items.ts'
import { findStage, knownType, typesOf } from '../../../shared/types/index.ts'
import { settleRemovals } from '../../../shared/types/settle-removals.ts'
import { createStage, deleteStage, deleteType, listStages, StageOfPipelineInput, type TypePorts } from '../../../shared/types/use-cases.ts'
import type { Ctx } from '../../../shared/workspace/index.ts'
import { problemOf } from '../../support/problems.ts'
import { aTypesCompany, type TypesCompany } from './a-types-company.ts'

const QUARTER_OF_AN_HOUR = 15 * 60_000

/** Each test has a company of its own, so that all of them can wait at the same time. */
function inACompany(run: (world: World) => Promise<void>): () => Promise<void> {
  return async () => {
    const at = await aTypesCompany()
    try {
      await run(worldOf(at))
    } finally {
      await at.store.close()
    }
  }
}

interface World {
  readonly at: TypesCompany
  /** A request that has begun before something is removed, and writes whenever it likes. */
  aSlowRequest(): Promise<Ctx>
  addStage(id: string): Promise<unknown>
  stages(): Promise<string[]>
  /** What runs every five minutes, a quarter of an hour later. */
  settleLater(): Promise<{ settled: number }>
}

function worldOf(at: TypesCompany): World {
  return {
    at,
    aSlowRequest: () => at.company.as(at.company.administratorId, async (ctx) => ({ ...ctx, table: at.store.table })),
    addStage: (id) => at.shape((ctx) => createStage(ctx, { type: 'deal', values: StageOfPipelineInput.parse({ id, title: id }) })),
    stages: async () => (await at.shape((ctx) => listStages(ctx, { type: 'deal', limit: 100 }))).items.map(({ id }) => id),
    settleLater: () => at.shape((ctx) => settleRemovals({ ...ctx, now: () => new Date(Date.now() + QUARTER_OF_AN_HOUR + 1000) })),
  }
}

const standing = (standIn: TypePorts['items']['standIn']): TypePorts => ({ items: { ...standingItems, standIn } })

describe('removing a stage while others work', () => {
  it.concurrent('ITM-4: an item that the index does not show yet is seen at the second look', inACompany(async ({ at, addStage }) => {
    await addStage('LAGGING')
    const { id } = await at.make('deal', { stageId: 'LAGGING' })
    let looks = 0
    const lagging = standing(async (...asked) => (looks++ === 0 ? false : standingItems.standIn(...asked)))
    expect(await problemOf(at.shape((ctx) => deleteStage({ ...ctx, ...lagging }, { type: 'deal', stageId: 'LAGGING' })))).toMatchObject({ status: 409, code: 'stage.in_use' })
    expect(looks).toBe(2)
    expect(await at.change('deal', id, { stageId: 'NEW' })).toMatchObject({ stageId: 'NEW' })
    expect(await at.change('deal', id, { stageId: 'LAGGING' })).toMatchObject({ stageId: 'LAGGING' })
  }))

  it.concurrent('ITM-4: an item that has left, but still stands in the index, is no obstacle', inACompany(async ({ at, addStage, stages }) => {
    await addStage('LEFT')
    const { id } = await at.make('deal', { stageId: 'LEFT' })
    await at.change('deal', id, { stageId: 'NEW' })
    await at.store.table.write({ update: { pk: `ITEM#deal#${String(id)}`, sk: 'ITEM' }, set: { bucketKey: 'deal#S#default#LEFT' } })
    await at.shape((ctx) => deleteStage(ctx, { type: 'deal', stageId: 'LEFT' }))
    expect(await stages()).not.toContain('LEFT')
  }))

  it.concurrent('ITM-4: while it closes nothing new enters, but who stands there can be worked with; a late item opens it again', inACompany(async ({ at, aSlowRequest, addStage }) => {
    await addStage('CLOSING')
    const slow = await aSlowRequest()
    let looks = 0
    let refused: unknown
    const racing = standing(async (...asked) => {
      looks += 1
      if (looks === 2) {
        refused = await problemOf(at.make('deal', { stageId: 'CLOSING' }))
        const late = await createItem(slow, { type: 'deal', values: { stageId: 'CLOSING' } })
        expect(await at.change('deal', late['id'], { title: 'Worked with', stageId: 'CLOSING' })).toMatchObject({ title: 'Worked with' })
      }
      return standingItems.standIn(...asked)
    })
    expect(await problemOf(at.shape((ctx) => deleteStage({ ...ctx, ...racing }, { type: 'deal', stageId: 'CLOSING' })))).toMatchObject({ status: 409 })
    expect(refused).toMatchObject({ status: 409, code: 'stage.closing' })
    expect(await at.make('deal', { stageId: 'CLOSING' })).toMatchObject({ stageId: 'CLOSING' })
  }))

  it.concurrent('ITM-4: a write that took even longer is not lost: it is listed, and brings the stage back', inACompany(async ({ at, aSlowRequest, addStage, stages, settleLater }) => {
    await addStage('REMOVED')
    const slow = await aSlowRequest()
    await at.shape((ctx) => deleteStage(ctx, { type: 'deal', stageId: 'REMOVED' }))
    const { id } = await createItem(slow, { type: 'deal', values: { stageId: 'REMOVED', title: 'Straggler' } })
    expect(await at.list('deal')).toContain(id)
    expect(await at.shape((ctx) => settleRemovals(ctx))).toEqual({ settled: 0 })
    await settleLater()
    expect(await stages()).toContain('REMOVED')
    expect(await at.list('deal', { stageId: 'REMOVED' })).toEqual([id])
  }))

  it.concurrent('ITM-4: a stage in which nothing turned up is forgotten', inACompany(async ({ at, addStage, settleLater }) => {
    await addStage('FORGOTTEN')
    await at.shape((ctx) => deleteStage(ctx, { type: 'deal', stageId: 'FORGOTTEN' }))
    const removed = (): Promise<readonly unknown[]> => at.shape(async (ctx) => knownType(ctx.workspace, 'deal').removedStages)
    expect(await removed()).toHaveLength(1)
    await settleLater()
    expect(await removed()).toEqual([])
    expect(await settleLater()).toEqual({ settled: 0 })
  }))

  it.concurrent('ITM-4: a removal that died half-way goes on when it is asked for again, or is open again after a while', inACompany(async ({ at, addStage, settleLater }) => {
    await addStage('HALF')
    const dying = standing(async () => {
      throw new Error('The function was ended.')
    })
    let looks = 0
    const half = standing(async (...asked) => (looks++ === 0 ? false : dying.items.standIn(...asked)))
    await expect(at.shape((ctx) => deleteStage({ ...ctx, ...half }, { type: 'deal', stageId: 'HALF' }))).rejects.toThrow('The function was ended.')
    expect((await at.shape(async (ctx) => findStage(knownType(ctx.workspace, 'deal'), 'HALF')))?.stage.closing).toBeDefined()
    await settleLater()
    expect(await at.make('deal', { stageId: 'HALF' })).toMatchObject({ stageId: 'HALF' })
  }))

  it.concurrent('ITM-4: two removals of the same stage at the same time end well, and one of many racing items is never left in a stage that is gone', inACompany(async ({ at, addStage, stages }) => {
    await addStage('TWICE')
    const remove = (): Promise<unknown> => at.shape((ctx) => deleteStage(ctx, { type: 'deal', stageId: 'TWICE' })).then(() => 'removed', (problem: { code?: string }) => problem.code)
    const enter = async (delay: number): Promise<unknown> => {
      await new Promise((resolve) => setTimeout(resolve, delay))
      return at.make('deal', { stageId: 'TWICE' }).catch((problem: { code?: string }) => problem.code)
    }
    const [first, second, ...entered] = await Promise.all([remove(), remove(), ...[0, 5, 50, 500, 1500, 2500].map(enter)])
    const made = entered.filter((one) => typeof one === 'object')
    const there = (await stages()).includes('TWICE')
    expect(made.length === 0 || there).toBe(true)
    expect([first, second].every((answer) => ['removed', 'stage.in_use', 'stage.not_found'].includes(String(answer)))).toBe(true)
  }))
})

describe('removing a type while others work', () => {
  it.concurrent('ITM-1: an item that comes too late for everybody brings the type back, for those who may do everything', inACompany(async ({ at, aSlowRequest, settleLater }) => {
    await at.define({ code: 'boat', title: 'Boat', fields: [{ code: 'sail', kind: 'number' }] })
    const slow = await aSlowRequest()
    await at.shape((ctx) => deleteType(ctx, { type: 'boat' }))
    const { id } = await createItem(slow, { type: 'boat', values: { fields: { sail: 12.5 } } })
    expect((await problemOf(at.read('boat', id))).status).toBe(404)
    await settleLater()
    expect(await at.read('boat', id)).toMatchObject({ fields: { sail: 12.5 } })
    await at.remove('boat', id)
    await at.shape((ctx) => deleteType(ctx, { type: 'boat' }))
    await settleLater()
    expect(await at.shape(async (ctx) => typesOf(ctx.workspace).has('boat'))).toBe(false)
    expect(await problemOf(at.define({ code: 'boat', title: 'Boat' }))).toMatchObject({ status: 409, code: 'type.code_taken' })
  }))

  it.concurrent('ITM-1: nothing is added to a type that is being removed', inACompany(async ({ at }) => {
    await at.define({ code: 'tent', title: 'Tent', flags: { stages: false } })
    let refused: unknown
    const racing = standing(async (...asked) => {
      refused = await at.make('tent').catch((problem: unknown) => problem)
      return standingItems.standIn(...asked)
    })
    let looks = 0
    const atTheSecondLook = standing(async (...asked) => (looks++ === 0 ? false : racing.items.standIn(...asked)))
    await at.shape((ctx) => deleteType({ ...ctx, ...atTheSecondLook }, { type: 'tent' }))
    expect(refused).toMatchObject({ status: 409, code: 'type.closing' })
  }))
})
