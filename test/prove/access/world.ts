import { foundCompany } from '../../../shared/directory/index.ts'
import { randomId } from '../../../shared/kernel/ids.ts'
import { inParts } from '../../../shared/kernel/in-parts.ts'
import type { Table } from '../../../shared/platform/table.ts'
import { changeWorkspace, openSessions, type Ctx, type EntryChange } from '../../../shared/workspace/index.ts'
import { aDepartment, aGroup, aUser, ADMINISTRATOR_EMAIL } from '../../support/company.ts'
import { createMany } from '../../support/many-items.ts'
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
  await as(ROOT, (ctx) => createMany(ctx, model.items.map(draftOf)))
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

function draftOf({ type, responsibleId, observerIds, opened, stageId, amount }: ModelItem): { type: string; values: object } {
  return { type, values: { responsibleId, observerIds, opened, ...(stageId === null ? {} : { stageId }), ...(amount === null ? {} : { amount }) } }
}
