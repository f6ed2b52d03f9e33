import { demand } from '../access/index.ts'
import { invalidField, Problem } from '../kernel/problem.ts'
import { chatsAreLinked } from '../settings/index.ts'
import { knownType, type TypeDefinition } from '../types/index.ts'
import type { Ctx } from '../workspace/index.ts'
import type { ItemRef } from './item.ts'
import { withObservers } from './people.ts'
import { changeItem } from './repository.ts'
import { chooseObservers, notStale } from './rules.ts'
import { MOST_OBSERVERS } from './schema.ts'
import { itemAnswer } from './visible-links.ts'

/** Lets people see an item whatever their roles say (OBS-2, ACC-7). Needs `update`. Who observes already, or is responsible, stays what they are (OBS-4). Throws 412 when `ifMatch` is not the version that stands. */
export async function addObservers(ctx: Ctx, { type: code, id, values, ifMatch }: ItemRef & { values: { userIds: string[] }; ifMatch?: number }): Promise<Record<string, unknown>> {
  const type = knownType(ctx.workspace, code)
  const item = await changeItem(ctx, { type: code, id }, (before) => {
    demand(ctx, 'update', before)
    notStale(before, ifMatch)
    typeHasObservers(type)
    const added = chooseObservers(ctx.workspace, values.userIds, before.responsibleId, '/userIds').filter((userId) => !before.observerIds.includes(userId))
    if (added.length === 0) return undefined
    const after = withObservers(before, added, chatsAreLinked(ctx.workspace))
    if (after.observerIds.length > MOST_OBSERVERS) throw invalidField('/userIds', 'observer.too_many', `An item has at most ${MOST_OBSERVERS} observers.`)
    return { ...after, updatedAt: ctx.now().toISOString(), updatedBy: ctx.actor.userId, version: before.version + 1 }
  })
  return itemAnswer(ctx, type, item)
}

/** Quotes, and smart processes with observers switched off, have none (OBS-1). */
export function typeHasObservers(type: TypeDefinition, pointer?: string): void {
  if (!type.observers) throw new Problem('impossible', `${type.code}.no_observers`, `Items of the type ${type.title} have no observers.`, pointer === undefined ? [] : [{ pointer, detail: 'It has no observers.' }])
}
