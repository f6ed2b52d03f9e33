import * as fc from 'fast-check'
import { bindRole, updateRole } from '../../../shared/access/index.ts'
import { updateDepartment, updateGroup, updateUser } from '../../../shared/directory/index.ts'
import { addObservers, listItems, readItem, removeObserver, updateItem } from '../../../shared/items/index.ts'
import { Problem } from '../../../shared/kernel/problem.ts'
import { rolePorts } from '../../../shared/types/index.ts'
import type { Ctx } from '../../../shared/workspace/index.ts'
import { namesOf, OPERATIONS, ROOT } from './generate.ts'
import type { Findings, Sampling } from './lanes.ts'
import type { ModelCompany, ModelTypeRights } from './model.ts'
import type { Tables } from './tables.ts'
import { settle, type World } from './world.ts'

/** The person whose sight is given and taken. */
const VIEWER = 'u0'
const OWNER = 'u1'
const ITEM = { type: 'deal', id: 1 } as const
const CONTAINERS = 4
const READERS = 8
/** Reads of each reader that begin after the change has been answered. */
const READS_AFTER = 6

/** One way to let somebody see an item and to end it. */
interface Way {
  readonly give: (ctx: Ctx) => Promise<unknown>
  readonly take: (ctx: Ctx) => Promise<unknown>
}

const reading = (level: 'own' | 'department' | 'subdepartments' | 'open' | 'all'): Record<string, ModelTypeRights> => ({ deal: { read: level } })

/** The role of the viewer says nothing until a way gives it something; the rest of the company is as `company` says. */
const ways: Readonly<Record<string, Way>> = {
  'the level of a role': { give: (ctx) => updateRole({ ...ctx, ...rolePorts }, { id: 'own', values: { types: reading('all') } }), take: (ctx) => updateRole({ ...ctx, ...rolePorts }, { id: 'own', values: { types: {} } }) },
  'a row for a stage': { give: (ctx) => updateRole({ ...ctx, ...rolePorts }, { id: 'own', values: { types: { deal: { stages: { NEW: { read: 'all' } } } } } }), take: (ctx) => updateRole({ ...ctx, ...rolePorts }, { id: 'own', values: { types: { deal: { stages: { NEW: { read: 'own' } } } } } }) },
  'the binding of a role': { give: (ctx) => bindRole(ctx, { id: 'all', values: { bindings: [{ kind: 'user', id: VIEWER }] } }), take: (ctx) => bindRole(ctx, { id: 'all', values: { bindings: [] } }) },
  'membership in a group': { give: (ctx) => updateGroup(ctx, { id: 'g0', values: { memberIds: [VIEWER] } }), take: (ctx) => updateGroup(ctx, { id: 'g0', values: { memberIds: [] } }) },
  'membership in a department': { give: (ctx) => updateUser(ctx, { id: VIEWER, values: { departmentIds: ['d0'] } }), take: (ctx) => updateUser(ctx, { id: VIEWER, values: { departmentIds: [] } }) },
  'being head': { give: (ctx) => updateDepartment(ctx, { id: 'd1', values: { headId: VIEWER } }), take: (ctx) => updateDepartment(ctx, { id: 'd1', values: { headId: null } }) },
  'the place of a department in the tree': { give: (ctx) => updateDepartment(ctx, { id: 'd3', values: { parentId: 'd2' } }), take: (ctx) => updateDepartment(ctx, { id: 'd3', values: { parentId: null } }) },
  'observing': { give: (ctx) => addObservers(ctx, { ...ITEM, values: { userIds: [VIEWER] } }), take: (ctx) => removeObserver(ctx, { ...ITEM, userId: VIEWER }) },
  'being responsible': { give: (ctx) => updateItem(ctx, { ...ITEM, values: { responsibleId: VIEWER } }), take: (ctx) => updateItem(ctx, { ...ITEM, values: { responsibleId: OWNER } }) },
}

const everything = Object.fromEntries(OPERATIONS.map((operation) => [operation, 'all']))
const role = (id: string, types: Record<string, ModelTypeRights>, bindings: ModelCompany['roles'][number]['bindings']): ModelCompany['roles'][number] => ({ id, flags: { settings: id === 'rootRole', bulkMail: false, processes: false }, types, bindings })

const company: ModelCompany = {
  users: namesOf({ users: 3, departments: 0, items: 0, types: 'deals' }).users.map((id) => ({ id, active: true, departmentIds: id === OWNER ? ['d3'] : [] })),
  departments: ['d0', 'd1', 'd2', 'd3'].map((id) => ({ id, parentId: null, headId: id === 'd2' ? VIEWER : null })),
  groups: [{ id: 'g0', kind: 'project', memberIds: [] }],
  roles: [
    role('rootRole', { deal: everything }, [{ kind: 'user', id: ROOT }]),
    role('own', {}, [{ kind: 'user', id: VIEWER }]),
    role('all', reading('all'), []),
    role('group', reading('all'), [{ kind: 'group', id: 'g0' }]),
    role('department', reading('all'), [{ kind: 'department', id: 'd0', scope: 'department' }]),
    role('head', reading('all'), [{ kind: 'department', id: 'd1', scope: 'heads' }]),
    role('below', reading('subdepartments'), [{ kind: 'department', id: 'd2', scope: 'heads' }]),
  ],
  items: [{ ...ITEM, responsibleId: OWNER, observerIds: [], opened: false, pipelineId: 'default', stageId: 'NEW', amount: null, deleted: false }],
  observersNeedRole: false,
}

/**
 * After a change that ends somebody's sight of an item has been answered, no read and no list that begins later shows it, in whichever container; while it is
 * being made, readers read on in all of them. `runs` is the number of reads after such changes.
 */
export async function proveInterleaving(tables: Tables, { runs, seed }: Sampling): Promise<Findings> {
  const counts = { changes: 0, readsBefore: 0, readsMeanwhile: 0, readsAfter: 0, listsAfter: 0 }
  const world = await settle(await tables.fresh(), company)
  const containers = Array.from({ length: CONTAINERS }, () => world.another())
  const rounds = Math.ceil(runs / (READERS * READS_AFTER))
  const disagreements: string[] = []
  for (const name of fc.sample(fc.constantFrom(...Object.keys(ways)), { numRuns: rounds, seed })) {
    const way = ways[name]
    if (!way) continue
    await world.as(ROOT, way.give)
    for (const as of containers) {
      if (!(await sees(as))) disagreements.push(`${name}: given, and not seen`)
      counts.readsBefore += 1
    }
    let taken = false
    const readers = Array.from({ length: READERS }, async (_, reader) => {
      const as = containers[reader % CONTAINERS] ?? world.as
      for (let after = 0; after < READS_AFTER; ) {
        const beganAfter = taken
        const seen = await sees(as)
        if (beganAfter && seen) disagreements.push(`${name}: taken, and a read that began later sees the item`)
        counts[beganAfter ? 'readsAfter' : 'readsMeanwhile'] += 1
        after += beganAfter ? 1 : 0
      }
    })
    await world.as(ROOT, way.take)
    taken = true
    const lists = await Promise.all(containers.map(listed))
    if (lists.some((ids) => ids.length > 0)) disagreements.push(`${name}: taken, and a list that began later shows the item`)
    counts.listsAfter += lists.length
    await Promise.all(readers)
    counts.changes += 1
  }
  return { counts, disagreements: [...new Set(disagreements)] }
}

async function sees(as: World['as']): Promise<boolean> {
  try {
    await as(VIEWER, (ctx) => readItem(ctx, ITEM))
    return true
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return false
    throw error
  }
}

async function listed(as: World['as']): Promise<unknown[]> {
  const { items } = await as(VIEWER, (ctx) => listItems(ctx, { type: ITEM.type, limit: 50, view: 'list', sort: '-id', filter: {}, cursor: undefined }))
  return items.map(({ id }) => id)
}
