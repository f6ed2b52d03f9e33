import * as fc from 'fast-check'
import { bindRole, deleteRole, updateRole, type Role } from '../../../shared/access/index.ts'
import { deleteDepartment, deleteGroup, updateDepartment, updateGroup, updateUser } from '../../../shared/directory/index.ts'
import { rolePorts } from '../../../shared/types/index.ts'
import { changeWorkspace, peopleOf, type Ctx, type User, type Workspace } from '../../../shared/workspace/index.ts'
import { ADMINISTRATOR_EMAIL } from '../../support/company.ts'
import { bindings, companies, namesOf, ROOT } from './generate.ts'
import { Disagreement, outcomeOf, sample, type Findings, type Sampling } from './lanes.ts'
import { administeredModel, type ModelBinding, type ModelCompany } from './model.ts'
import type { Tables } from './tables.ts'
import { settle } from './world.ts'

const sizes = { users: 4, departments: 3, items: 0, types: 'even' } as const

/** Ways to take `settings` away from somebody, and a few that give it; `one` and `other` are places among those of the kind, counted round. */
const KINDS = ['deactivate', 'activate', 'leave', 'loseHead', 'hang', 'emptyGroup', 'unbind', 'rebind', 'unflag', 'flag', 'dropRole', 'dropDepartment', 'dropGroup'] as const

interface Attempt {
  readonly by: number
  readonly kind: (typeof KINDS)[number]
  readonly one: number
  readonly other: number
  readonly bindings: Role['bindings']
}

const attempts: fc.Arbitrary<Attempt> = fc.record({ by: fc.nat(20), kind: fc.constantFrom(...KINDS), one: fc.nat(20), other: fc.nat(20), bindings: bindings(namesOf(sizes)) })

/** Departments of the first administrator, whatever else the company has: they head one that lies below another. */
const OWN_DEPARTMENTS: ModelCompany['departments'] = [
  { id: 'dTop', parentId: null, headId: null },
  { id: 'dLow', parentId: 'dTop', headId: ROOT },
]

const FOOTINGS: Readonly<Record<string, ModelBinding>> = {
  user: { kind: 'user', id: ROOT },
  group: { kind: 'group', id: 'gOwn' },
  head: { kind: 'department', id: 'dLow', scope: 'heads' },
  department: { kind: 'department', id: 'dLow', scope: 'department' },
  above: { kind: 'department', id: 'dTop', scope: 'subdepartments' },
}

const scripts = fc.record({
  company: companies(sizes),
  /** How the one administrator who is there in any case has the flag. */
  by: fc.constantFrom(...Object.keys(FOOTINGS)),
  /** Which roles have the flag besides the first. */
  flagged: fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
  rounds: fc.array(fc.array(attempts, { minLength: 2, maxLength: 8, size: 'max' }), { minLength: 1, maxLength: 4, size: 'max' }),
})

/** However many change people, structure and roles at the same time, each in a container of its own: somebody active keeps `settings` (ACC-12). */
export async function proveAdministrators(tables: Tables, sampling: Sampling): Promise<Findings> {
  const counts = { companies: 0, rounds: 0, attempts: 0, done: 0, lastOne: 0, refused: 0 }
  const disagreements = await sample(
    scripts,
    async ({ company: drawn, by, flagged, rounds }) => {
      const company = administered(drawn, by, flagged)
      const world = await settle(await tables.fresh(), company)
      await world.as(ROOT, (ctx) => changeWorkspace(ctx, founderGone(ctx.workspace)))
      for (const round of rounds) {
        const outcomes = await Promise.all(round.map((attempt) => outcomeOf(world.another()(actorOf(company, attempt), (ctx) => make(ctx, attempt)))))
        const after = await world.another()(ROOT, async (ctx) => modelOf(ctx.workspace))
        if (!administeredModel(after)) throw new Disagreement(`nobody has settings any more after ${JSON.stringify(round)}: ${outcomes.join()}`)
        counts.rounds += 1
        counts.attempts += round.length
        counts.done += outcomes.filter((one) => one === 200).length
        counts.lastOne += outcomes.filter((one) => one === 409).length
        counts.refused += outcomes.filter((one) => one !== 200 && one !== 409).length
      }
      counts.companies += 1
    },
    sampling,
  )
  return { counts, disagreements }
}

function administered(company: ModelCompany, by: string, flagged: readonly boolean[]): ModelCompany {
  const footing = FOOTINGS[by]
  const roles = company.roles.map((role, place) => (place > 0 ? { ...role, flags: { ...role.flags, settings: flagged[place - 1] === true } } : { ...role, bindings: footing ? [footing] : role.bindings }))
  return { ...company, roles, departments: [...OWN_DEPARTMENTS, ...company.departments], groups: [{ id: 'gOwn', kind: 'user', memberIds: [ROOT] }, ...company.groups] }
}

function actorOf({ users }: ModelCompany, { by }: Attempt): string {
  // Mostly the one who certainly begins with the flag, so that most attempts may be made.
  return by % 3 === 0 ? (users[by % users.length]?.id ?? ROOT) : ROOT
}

async function make(ctx: Ctx, { kind, one, other, bindings: given }: Attempt): Promise<unknown> {
  const people = peopleOf(ctx.workspace)
  const user = nth([...people.users.values()].filter(({ emails }) => !emails.includes(ADMINISTRATOR_EMAIL)), one)
  const department = nth([...people.departments.values()], one)
  const group = nth([...people.groups.values()], one)
  const role = nth(ctx.workspace.entries<Role>('ROLE').filter(({ flags }) => flags.settings), one)
  switch (kind) {
    case 'deactivate':
    case 'activate':
      return user && updateUser(ctx, { id: user.id, values: { active: kind === 'activate' } })
    case 'leave':
      return user && updateUser(ctx, { id: user.id, values: { departmentIds: [] } })
    case 'loseHead':
      return department && updateDepartment(ctx, { id: department.id, values: { headId: null } })
    case 'hang':
      return department && updateDepartment(ctx, { id: department.id, values: { parentId: nth([...people.departments.keys()], other) ?? null } })
    case 'emptyGroup':
      return group && updateGroup(ctx, { id: group.id, values: { memberIds: [] } })
    case 'unbind':
      return role && bindRole(ctx, { id: role.id, values: { bindings: [] } })
    case 'rebind':
      return role && bindRole(ctx, { id: role.id, values: { bindings: given.filter(({ id }) => people.users.has(id) || people.departments.has(id) || people.groups.has(id)) } })
    case 'unflag':
    case 'flag':
      return role && updateRole({ ...ctx, ...rolePorts }, { id: role.id, values: { flags: { settings: kind === 'flag' } } })
    case 'dropRole':
      return role && deleteRole(ctx, { id: role.id })
    case 'dropDepartment':
      return department && deleteDepartment(ctx, { id: department.id })
    case 'dropGroup':
      return group && deleteGroup(ctx, { id: group.id })
  }
}

function founderGone(workspace: Workspace): { kind: 'USER'; id: string; value: Record<string, unknown> }[] {
  return workspace.entries<User>('USER').flatMap((user) => (user.emails.includes(ADMINISTRATOR_EMAIL) ? [{ kind: 'USER' as const, id: user.id, value: { ...user, active: false } }] : []))
}

/** The company as it is stored, as the model's plain data. */
function modelOf(workspace: Workspace): ModelCompany {
  return structuredClone({ users: workspace.entries('USER'), departments: workspace.entries('DEPARTMENT'), groups: workspace.entries('GROUP'), roles: workspace.entries('ROLE'), items: [], observersNeedRole: false }) as unknown as ModelCompany
}

function nth<T>(all: readonly T[], place: number): T | undefined {
  return all[place % all.length]
}
