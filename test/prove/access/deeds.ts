import { explain, may, rightsOf } from '../../../shared/access/index.ts'
import { addObservers, createItem, deleteItem, explainAccess, readItem, removeObserver, updateItem } from '../../../shared/items/index.ts'
import type { Ctx } from '../../../shared/workspace/index.ts'
import { OPERATIONS, ROOT, TYPES } from './generate.ts'
import { Disagreement, outcomeOf } from './lanes.ts'
import { mayModel, mayMoveModel, mayStopObservingModel, withResponsibleModel, type ModelCompany, type ModelItem } from './model.ts'
import { fittedDeed, type Act, type Deed } from './steps.ts'
import type { World } from './world.ts'

/** `200` for what is done; else the status of the refusal. */
type Outcome = 200 | 400 | 403 | 404

/** Lets somebody do something with an item and compares what the product answers and stores with what the model says. Gives the answer, and how many decisions were compared. */
export async function doDeed(world: World, planned: Deed): Promise<{ answer: number; decisions: number } | undefined> {
  const { model } = world
  const { user, act } = fittedDeed(model, planned)
  const found = act.do === 'create' ? { ...act.draft, id: 0 } : model.items[act.item % Math.max(1, model.items.length)]
  if (found === undefined) return undefined
  const expected = expectedOf(model, user, act, found)
  let decisions = 0
  let shown: unknown
  const got = await outcomeOf(
    world.as(user, async (ctx) => {
      decisions = decide(ctx, model, user, found)
      shown = await actInProduct(ctx, act, found)
    }),
  )
  const told = `${user} ${JSON.stringify(act)} on ${JSON.stringify(found)}`
  if (got !== expected) throw new Disagreement(`${told}: expected ${expected}, got ${got}`)
  // A creation that was repeated on a newer workspace has used up a number: the product names it.
  if (got === 200 && act.do === 'create') found.id = numberOf(model, found.type, shown as { id: number })
  if (got === 200) actInModel(model, act, found)
  if (got === 200 && act.do === 'explain') expectSame(told, { allowed: (shown as { allowed: boolean }).allowed }, { allowed: mayModel(model, act.of, act.operation, found) })
  if (got === 200 && act.do !== 'explain' && act.do !== 'delete' && act.do !== 'unobserve') expectSame(told, factsOf(shown as Record<string, unknown>), factsOf(storedIn(model, found)))
  return { answer: got, decisions }
}

/** Every operation on the item, as the deciding function and as `explain` see it. */
function decide(ctx: Ctx, model: ModelCompany, user: string, { deleted, pipelineId, stageId, ...item }: ModelItem): number {
  if (deleted) return 0
  const rights = rightsOf(ctx.workspace, user)
  const judged = { ...item, pipelineId: pipelineId ?? undefined, stageId: stageId ?? undefined }
  for (const operation of OPERATIONS) {
    const expected = mayModel(model, user, operation, { deleted, pipelineId, stageId, ...item })
    const explained = explain(rights, operation, judged)
    if (may(rights, operation, judged) !== expected || explained.allowed !== expected) throw new Disagreement(`${user} ${operation} ${JSON.stringify(judged)}: expected ${expected}, explained ${JSON.stringify(explained)}`)
  }
  return OPERATIONS.length
}

function expectedOf(model: ModelCompany, user: string, act: Act, item: ModelItem): Outcome {
  const isActive = (id: string): boolean => model.users.some((one) => one.id === id && one.active)
  if (act.do === 'create') {
    if (![item.responsibleId, ...item.observerIds].every(isActive)) return 400
    return mayModel(model, user, 'add', item) ? 200 : 403
  }
  if (act.do === 'explain' && act.of !== user && user !== ROOT) return 403
  if (!mayModel(model, user, 'read', item)) return 404
  if (act.do === 'read' || act.do === 'explain') return 200
  if (act.do === 'delete') return mayModel(model, user, 'delete', item) ? 200 : 403
  if (act.do === 'unobserve') return mayStopObservingModel(model, user, act.whom, item) ? (item.observerIds.includes(act.whom) ? 200 : 404) : 403
  if (!mayModel(model, user, 'update', item)) return 403
  if (act.do === 'stage') return mayMoveModel(model, user, item, stageFor(item, act.stage)) ? 200 : 403
  if (act.do === 'observe' || (act.do === 'handOver' && act.whom !== item.responsibleId)) return isActive(act.whom) ? 200 : 400
  return 200
}

async function actInProduct(ctx: Ctx, act: Act, { type, id, ...item }: ModelItem): Promise<unknown> {
  const update = (values: object): Promise<unknown> => updateItem(ctx, { type, id, values })
  switch (act.do) {
    case 'create':
      return createItem(ctx, { type, values: { responsibleId: item.responsibleId, observerIds: item.observerIds, opened: item.opened, ...(item.stageId === null ? {} : { stageId: item.stageId }), ...(item.amount === null ? {} : { amount: item.amount }) } })
    case 'read':
      return readItem(ctx, { type, id })
    case 'explain':
      return explainAccess(ctx, { type, id, userId: act.of, operation: act.operation })
    case 'retitle':
      return update({ title: ctx.newId('title') })
    case 'stage':
      return update(TYPES[type]?.length ? { stageId: stageFor({ type, ...item }, act.stage).stageId } : {})
    case 'open':
      return update({ opened: act.opened })
    case 'handOver':
      return update({ responsibleId: act.whom })
    case 'observe':
      return addObservers(ctx, { type, id, values: { userIds: [act.whom] } })
    case 'unobserve':
      return removeObserver(ctx, { type, id, userId: act.whom })
    case 'delete':
      return deleteItem(ctx, { type, id })
  }
}

function actInModel(model: ModelCompany, act: Act, item: ModelItem): void {
  if (act.do === 'create') model.items.push({ ...item })
  else model.items = model.items.map((one) => (one === item ? changedBy(act, one) : one))
}

function changedBy(act: Act, item: ModelItem): ModelItem {
  switch (act.do) {
    case 'stage':
      return { ...item, ...stageFor(item, act.stage) }
    case 'open':
      return { ...item, opened: act.opened }
    case 'handOver':
      return withResponsibleModel(item, act.whom)
    case 'observe':
      return item.observerIds.includes(act.whom) || item.responsibleId === act.whom ? item : { ...item, observerIds: [...item.observerIds, act.whom] }
    case 'unobserve':
      return { ...item, observerIds: item.observerIds.filter((id) => id !== act.whom) }
    case 'delete':
      return { ...item, deleted: true }
    case 'read':
    case 'explain':
    case 'retitle':
    case 'create':
      return item
  }
}

function stageFor({ type, pipelineId, stageId }: Pick<ModelItem, 'type' | 'pipelineId' | 'stageId'>, place: number): Pick<ModelItem, 'pipelineId' | 'stageId'> {
  const stages = TYPES[type] ?? []
  return stages.length === 0 ? { pipelineId, stageId } : { pipelineId: 'default', stageId: stages[place % stages.length] ?? null }
}

function numberOf(model: ModelCompany, type: string, { id }: { id: number }): number {
  if (model.items.some((item) => item.type === type && item.id >= id)) throw new Disagreement(`${type} ${id} is not a new number`)
  return id
}

function storedIn(model: ModelCompany, item: ModelItem): Record<string, unknown> {
  const found = model.items.find((one) => one.type === item.type && one.id === item.id)
  return { ...found, amount: found?.amount === null || found === undefined ? null : `${found.amount}.00` }
}

/** What of an item decides about access, in one form for both. */
function factsOf(shown: Record<string, unknown>): Record<string, unknown> {
  const { id, type, responsibleId, opened, stageId = null, observerIds } = shown
  return { id, type, responsibleId, opened, stageId, observerIds: [...(observerIds as string[])].toSorted(), amount: shown['amount'] ?? null }
}

function expectSame(told: string, got: object, expected: object): void {
  if (JSON.stringify(got) !== JSON.stringify(expected)) throw new Disagreement(`${told}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(got)}`)
}
