import { foundCompany } from '../../../shared/directory/index.ts'
import type { Item } from '../../../shared/items/index.ts'
import { counterKey } from '../../../shared/items/keys.ts'
import { insertItem } from '../../../shared/items/repository.ts'
import { randomId } from '../../../shared/kernel/ids.ts'
import type { Table, Write } from '../../../shared/platform/table.ts'
import { changeWorkspace, openSessions, type Ctx, type EntryChange } from '../../../shared/workspace/index.ts'
import { aDepartment, aGroup, aUser, ADMINISTRATOR_EMAIL } from '../../support/company.ts'
import { ROOT } from './generate.ts'
import type { ModelCompany, ModelItem } from './model.ts'

/** A company that stands twice: as the model's plain data, and stored in the product. */
export interface World {
  readonly model: ModelCompany
  readonly table: Table
  /** Runs a use case as one of the people, as a request does. */
  as<T>(userId: string, work: (ctx: Ctx) => Promise<T>): Promise<T>
  /** Another container of the product on the same table. */
  another(): World['as']
  /** Lets time pass for the product. */
  wait(minutes: number): void
}

/** Stores a company of the model in an empty table. */
export async function settle(table: Table, company: ModelCompany): Promise<World> {
  const model = structuredClone(company)
  let waited = 0
  const another = (): World['as'] => {
    const sessions = openSessions(table, () => foundCompany(table, ADMINISTRATOR_EMAIL))
    return (userId, work) => sessions.run((workspace, confirmed) => work({ actor: { userId, via: 'user' }, workspace, table: confirmed, now: () => new Date(Date.now() + waited), newId: randomId }))
  }
  const as = another()
  for (const changes of inParts(entriesOf(model), 90)) await as(ROOT, (ctx) => changeWorkspace(ctx, changes))
  await as(ROOT, (ctx) => storeItems(ctx, model.items))
  return {
    model,
    table,
    as,
    another,
    wait(minutes) {
      waited += minutes * 60_000
    },
  }
}

/** The entries of the workspace that make this company; ids are those of the model. */
export function entriesOf(model: ModelCompany): EntryChange[] {
  return [
    ...model.users.map(({ id, active, departmentIds }) => aUser({ id, active, departmentIds })),
    ...model.departments.map(({ id, parentId, headId }) => aDepartment({ id, parentId, headId })),
    ...model.groups.map(({ id, kind, memberIds }) => aGroup({ id, kind, memberIds })),
    ...model.roles.map((role): EntryChange => ({ kind: 'ROLE', id: role.id, value: { name: role.id, ...role } })),
    observersNeedRole(model.observersNeedRole),
  ]
}

export function observersNeedRole(value: boolean): EntryChange {
  return { kind: 'SETTINGS', id: 'general', value: { observersNeedRole: value } }
}

/** Puts many items at once: the rows are the product's own, only the transactions are shared. */
async function storeItems(ctx: Ctx, items: readonly ModelItem[]): Promise<void> {
  const writes: Write[][] = []
  const collecting: Ctx = { ...ctx, table: { ...ctx.table, write: async (...some) => void writes.push(some) } }
  for (const item of items) await insertItem(collecting, itemOf(item))
  for (const part of inParts(writes.flat(), 100)) await ctx.table.write(...part)
  for (const type of new Set(items.map((item) => item.type))) await ctx.table.increment(counterKey(type), 'last', items.filter((item) => item.type === type).length)
}

export function itemOf({ type, id, responsibleId, observerIds, opened, pipelineId, stageId, amount }: ModelItem): Item {
  const at = '2026-11-20T08:00:00.000Z'
  return {
    type,
    id,
    title: `${type} ${id}`,
    titleGiven: true,
    responsibleId,
    observerIds,
    opened,
    ...(pipelineId === null || stageId === null ? {} : { pipelineId, stageId, stageSince: at }),
    values: amount === null ? {} : { amount: `${amount}.00`, currency: 'EUR' },
    createdAt: at,
    createdBy: ROOT,
    updatedAt: at,
    updatedBy: ROOT,
    version: 1,
  }
}

function inParts<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, part) => all.slice(part * size, (part + 1) * size))
}
