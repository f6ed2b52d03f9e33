import * as z from 'zod'
import { Binding, coverOfEverything, demandFlag, may, OPERATIONS, RolePatch, rightsOf, type Judged } from '../access/index.ts'
import { withoutUndefined } from '../kernel/json.ts'
import { invalidField } from '../kernel/problem.ts'
import { typesOf } from '../types/index.ts'
import { peopleOf, workspaceWith, type Ctx, type EntryChange, type EntryKind } from '../workspace/index.ts'
import type { Item } from './item.ts'
import { readInOrder } from './read-in-order.ts'
import { shapeOf } from './rules.ts'
import { ItemParam } from './schema.ts'
import { observedNumbers, sourcesOf } from './sources.ts'

const id = z.string().min(1).max(64)

/** Changes to try out: roles with their bindings, people's departments and groups, the tree. */
export const Simulation = z.strictObject({
  userId: id,
  type: ItemParam.shape.type,
  operation: z.enum(OPERATIONS).default('read'),
  roles: z.array(z.strictObject({ id, ...RolePatch.shape, bindings: z.array(Binding).optional() })).max(50).default([]),
  users: z.array(z.strictObject({ id, departmentIds: z.array(id).optional(), active: z.boolean().optional() })).max(50).default([]),
  departments: z.array(z.strictObject({ id, parentId: id.nullable().optional(), headId: id.nullable().optional() })).max(50).default([]),
  groups: z.array(z.strictObject({ id, memberIds: z.array(id).optional() })).max(50).default([]),
})
export type Simulation = z.output<typeof Simulation>

interface Difference {
  readonly count: number
  readonly examples: readonly { readonly id: number; readonly title: string }[]
}

const MOST_EXAMPLES = 10
/** More items than this are not looked at; the answer says so. */
const MOST_ITEMS_LOOKED_AT = 20_000

/** What a user would gain and lose by a change of roles or structure, without making it. Needs `settings`; examples are only those that the caller may read. */
export async function simulateAccess(ctx: Ctx, { values }: { values: Simulation }): Promise<{ gained: Difference; lost: Difference; lookedAt: number; complete: boolean }> {
  demandFlag(ctx, 'settings')
  const type = typesOf(ctx.workspace).get(values.type)
  if (!type) throw invalidField('/type', 'type.unknown', 'There is no such type.')
  if (!peopleOf(ctx.workspace).users.has(values.userId)) throw invalidField('/userId', 'user.unknown', 'There is no such user.')
  const now = rightsOf(ctx.workspace, values.userId)
  const then = rightsOf(workspaceWith(ctx.workspace, changesOf(ctx, values)), values.userId)
  const observed = await observedNumbers(ctx.table, values.userId, type.code)
  const caller = rightsOf(ctx.workspace, ctx.actor.userId)
  const gained: Item[] = []
  const lost: Item[] = []
  let lookedAt = 0
  const everything = coverOfEverything(shapeOf(type))
  for await (const item of readInOrder(sourcesOf(ctx, type.code, everything, { limit: 200, newestFirst: true }), ({ id: number }) => number, true, undefined)) {
    if (lookedAt === MOST_ITEMS_LOOKED_AT) return { gained: difference(gained), lost: difference(lost), lookedAt, complete: false }
    lookedAt += 1
    const one: Judged = { ...item, observerIds: observed.has(item.id) ? [values.userId] : [] }
    const before = may(now, values.operation, one)
    const after = may(then, values.operation, one)
    if (after && !before) gained.push(item)
    if (before && !after) lost.push(item)
  }
  return { gained: difference(gained), lost: difference(lost), lookedAt, complete: true }

  function difference(items: readonly Item[]): Difference {
    const shown = items.filter((item) => may(caller, 'read', item)).slice(0, MOST_EXAMPLES)
    return { count: items.length, examples: shown.map(({ id: number, title }) => ({ id: number, title })) }
  }
}

function changesOf(ctx: Ctx, { roles, users, departments, groups }: Simulation): EntryChange[] {
  const changed = (kind: EntryKind, list: string, changes: readonly { id: string }[]): EntryChange[] =>
    changes.map((change, index) => {
      const entry = ctx.workspace.entry<Record<string, unknown>>(kind, change.id)
      if (!entry) throw invalidField(`/${list}/${index}/id`, `${list}.unknown`, 'There is no such entry.')
      return { kind, id: change.id, value: { ...entry, ...withoutUndefined(change), ...('flags' in change ? { flags: { ...(entry['flags'] as object), ...(change.flags as object) } } : {}) } }
    })
  return [...changed('ROLE', 'roles', roles), ...changed('USER', 'users', users), ...changed('DEPARTMENT', 'departments', departments), ...changed('GROUP', 'groups', groups)]
}
