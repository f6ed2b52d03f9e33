import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bindRole, cloneRole, createRole, deleteRole, listRoles, readRole, rightsOf, updateRole, may, type Operation, type RolePorts } from '../../../shared/access/index.ts'
import { MOST_PIPELINE_ROWS, MOST_STAGE_ROWS, MOST_TYPES_OF_A_ROLE, RoleInput } from '../../../shared/access/schema.ts'
import { rolePorts } from '../../../shared/types/index.ts'
import { workspaceWith, type Ctx, type EntryChange } from '../../../shared/workspace/index.ts'
import { aCompany, aDepartment, aUser, type TestCompany } from '../../support/company.ts'
import { problemOf } from '../../support/problems.ts'
import { aTable, type TestTable } from '../../support/table.ts'

let store: TestTable
let company: TestCompany
beforeAll(async () => {
  store = await aTable()
  company = await aCompany(store.table)
  await company.add(aDepartment({ id: 'sales', headId: 'hanna' }), aUser({ id: 'ann', departmentIds: ['sales'] }), aUser({ id: 'bob', departmentIds: ['sales'] }), aUser({ id: 'hanna' }), aUser({ id: 'cleo' }), aUser({ id: 'ada' }), aUser({ id: 'nobody' }))
  await company.bind('manager', { kind: 'user', id: 'ann' })
  await company.bind('headOfDepartment', { kind: 'department', id: 'sales', scope: 'heads' })
  await company.bind('chiefExecutive', { kind: 'user', id: 'cleo' })
  await company.bind('administrator', { kind: 'user', id: 'ada' })
})
afterAll(() => store.close())

const asAdministrator = <T>(work: (ctx: Ctx & RolePorts) => Promise<T>): Promise<T> => company.as(company.administratorId, (ctx) => work({ ...ctx, ...rolePorts }))

describe('ACC-6: the four default roles', () => {
  const OPERATIONS: readonly Operation[] = ['read', 'add', 'update', 'delete', 'export', 'import']
  const WORKING = ['lead', 'contact', 'deal', 'quote', 'invoice']
  const reachOf = (userId: string): Promise<Record<string, string>> =>
    company.as(userId, async (ctx) => {
      const rights = rightsOf(ctx.workspace, userId)
      const mayAll = (type: string, responsibleId: string): boolean => OPERATIONS.every((operation) => may(rights, operation, { type, responsibleId, opened: true }))
      const mayAny = (type: string, responsibleId: string): boolean => OPERATIONS.some((operation) => may(rights, operation, { type, responsibleId, opened: true }))
      const name = (type: string): string => {
        if (mayAll(type, 'nobody')) return 'all'
        if (mayAny(type, 'nobody')) return 'mixed'
        if (userId !== 'bob' && mayAll(type, 'bob')) return 'department'
        return mayAll(type, userId) ? 'own' : 'nothing'
      }
      return Object.fromEntries([...WORKING, 'company'].map((type) => [type, name(type)]))
    })
  const everywhere = (reach: string): Record<string, string> => Object.fromEntries(WORKING.map((type) => [type, reach]))

  it.each([
    ['a manager: their own', 'ann', { ...everywhere('own'), company: 'own' }],
    ['a head of department: the department, and all companies', 'hanna', { ...everywhere('department'), company: 'all' }],
    ['a chief executive: everything', 'cleo', { ...everywhere('all'), company: 'all' }],
    ['an administrator: everything', 'ada', { ...everywhere('all'), company: 'all' }],
    ['no role, no access', 'nobody', { ...everywhere('nothing'), company: 'nothing' }],
  ])('%s', async (_who, userId, expected) => {
    expect(await reachOf(userId)).toEqual(expected)
  })

  it.each([
    ['ann', { settings: false, processes: false, bulkMail: false }],
    ['hanna', { settings: false, processes: false, bulkMail: true }],
    ['cleo', { settings: false, processes: false, bulkMail: true }],
    ['ada', { settings: true, processes: true, bulkMail: true }],
  ])('flags of %s', async (userId, flags) => {
    expect(await company.as(userId, async (ctx) => rightsOf(ctx.workspace, userId).flags)).toEqual(flags)
  })

  it('only Administrator is bound in a new company', async () => {
    const fresh = await aTable()
    const newCompany = await aCompany(fresh.table)
    const { items } = await newCompany.as(newCompany.administratorId, (ctx) => listRoles(ctx, { limit: 50 }))
    expect(items.map(({ name, bindings }) => [name, bindings.length])).toEqual([['Administrator', 1], ['Chief executive', 0], ['Head of department', 0], ['Manager', 0]])
    await fresh.close()
  })
})

describe('ACC-1: roles are freely made', () => {
  it('made, renamed, cloned without its bindings, bound anew and deleted; each effective at once', async () => {
    const made = await asAdministrator((ctx) => createRole(ctx, { values: { name: 'Reader', flags: { settings: false, bulkMail: true, processes: false }, types: { deal: { read: 'all' } } } }))
    await asAdministrator((ctx) => bindRole(ctx, { id: made.id, values: { bindings: [{ kind: 'user', id: 'nobody' }, { kind: 'user', id: 'nobody' }] } }))
    const mails = (): Promise<boolean> => company.as('nobody', async (ctx) => rightsOf(ctx.workspace, 'nobody').flags.bulkMail)
    expect(await mails()).toBe(true)
    const renamed = await asAdministrator((ctx) => updateRole(ctx, { id: made.id, values: { name: 'Auditor' } }))
    expect(renamed).toMatchObject({ name: 'Auditor', bindings: [{ kind: 'user', id: 'nobody' }], types: { deal: { read: 'all' } } })
    const clone = await asAdministrator((ctx) => cloneRole(ctx, { id: made.id }))
    expect(clone).toMatchObject({ name: 'Auditor (copy)', bindings: [], types: { deal: { read: 'all' } }, flags: { bulkMail: true } })
    expect(await asAdministrator((ctx) => cloneRole(ctx, { id: made.id, values: { name: 'Second auditor' } }))).toMatchObject({ name: 'Second auditor', bindings: [], types: { deal: { read: 'all' } } })
    await asAdministrator((ctx) => deleteRole(ctx, { id: made.id }))
    expect(await mails()).toBe(false)
    expect((await problemOf(asAdministrator((ctx) => readRole(ctx, { id: made.id })))).status).toBe(404)
  })

  it('is bound to what exists', async () => {
    const made = await asAdministrator((ctx) => createRole(ctx, { values: { name: 'Empty', flags: { settings: false, bulkMail: false, processes: false }, types: {} } }))
    const problem = await problemOf(asAdministrator((ctx) => bindRole(ctx, { id: made.id, values: { bindings: [{ kind: 'user', id: 'ann' }, { kind: 'group', id: 'gone' }] } })))
    expect([problem.status, problem.fields[0]?.pointer]).toEqual([400, '/bindings/1/id'])
  })

  it('ACC-2: a role names types that exist; others are refused by name', async () => {
    const types = { deal: { read: 'all' }, boat: { read: 'all' }, 'a/b': {} } as const
    const flags = { settings: false, bulkMail: false, processes: false }
    const refused = await problemOf(asAdministrator((ctx) => createRole(ctx, { values: { name: 'Misspelt', flags, types } })))
    expect([refused.status, refused.code]).toEqual([400, 'role.type_unknown'])
    expect(refused.fields.map(({ pointer }) => pointer)).toEqual(['/types/boat', '/types/a~1b'])
    const { id } = await asAdministrator((ctx) => createRole(ctx, { values: { name: 'Right', flags, types: { deal: { read: 'all' } } } }))
    expect((await problemOf(asAdministrator((ctx) => updateRole(ctx, { id, values: { types } })))).code).toBe('role.type_unknown')
  })

  it('API-4: are listed by name, page by page, and no page is larger than an answer', async () => {
    const fresh = await aTable()
    const newCompany = await aCompany(fresh.table)
    const page = (limit: number, cursor?: string, more: EntryChange[] = []) => newCompany.as(newCompany.administratorId, (ctx) => listRoles({ ...ctx, workspace: workspaceWith(ctx.workspace, more) }, { limit, cursor }))
    const first = await page(3)
    expect(first.items.map(({ name }) => name)).toEqual(['Administrator', 'Chief executive', 'Head of department'])
    const second = await page(3, first.nextCursor ?? '')
    expect([second.items.map(({ name }) => name), second.nextCursor]).toEqual([['Manager'], null])
    expect((await problemOf(page(3, 'made up'))).status).toBe(400)
    const stages = (type: string) => Object.fromEntries(Array.from({ length: MOST_STAGE_ROWS }, (_, n) => [`${type}${n}`.padEnd(64, 'x'), { read: 'all', update: 'all' } as const]))
    const types = Object.fromEntries(['lead', 'deal', 'quote', 'invoice', 'company', 'contact'].map((type) => [type, { stages: stages(type) }]))
    const large = Array.from({ length: 40 }, (_, n) => ({ kind: 'ROLE', id: `rol_${n}`, value: { id: `rol_${n}`, name: `Large ${n}`, flags: { settings: false, bulkMail: false, processes: false }, types, bindings: [] } }) as const)
    const sizes: number[] = []
    let seen = 0
    for (let cursor: string | undefined; ; ) {
      const { items, nextCursor } = await page(200, cursor, large)
      sizes.push(JSON.stringify(JSON.stringify(items)).length)
      seen += items.length
      if (nextCursor === null) break
      cursor = nextCursor
    }
    expect(seen).toBe(44)
    expect(Math.max(...sizes)).toBeLessThan(6_000_000)
    expect(sizes.length).toBeGreaterThan(1)
    await fresh.close()
  })

  it('API-5: a role that would be too large to store is refused, and what is too much is named', async () => {
    const rows = (count: number, name: string) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`${name}${n}`.padEnd(64, 'x'), { read: 'all', add: 'all', update: 'all', delete: 'all', export: 'all', import: 'all' }]))
    const pointers = (types: object): string[] => {
      const result = RoleInput.safeParse({ name: 'Large', types })
      return result.success ? [] : result.error.issues.map(({ path }) => path.join('/'))
    }
    expect(pointers({ deal: { stages: rows(MOST_STAGE_ROWS, 'S'), pipelines: rows(MOST_PIPELINE_ROWS, 'P') } })).toEqual([])
    expect(pointers({ deal: { stages: rows(MOST_STAGE_ROWS + 1, 'S') } })).toEqual(['types/deal/stages'])
    expect(pointers({ deal: { pipelines: rows(MOST_PIPELINE_ROWS + 1, 'P') } })).toEqual(['types/deal/pipelines'])
    expect(pointers(rows(MOST_TYPES_OF_A_ROLE + 1, 'T'))).toEqual(['types'])
    const values = RoleInput.parse({ name: 'Large', types: Object.fromEntries(['lead', 'deal', 'quote', 'invoice', 'company', 'contact'].map((type) => [type, { stages: rows(MOST_STAGE_ROWS, type) }])) })
    const refused = await problemOf(asAdministrator((ctx) => createRole(ctx, { values })))
    expect([refused.status, refused.code, refused.fields[0]?.pointer]).toEqual([400, 'role.too_large', '/types'])
    const { id } = await asAdministrator((ctx) => createRole(ctx, { values: { ...values, types: {} } }))
    expect((await problemOf(asAdministrator((ctx) => updateRole(ctx, { id, values: { types: values.types } })))).code).toBe('role.too_large')
  })

  it('ACC-2: needs settings', async () => {
    for (const userId of ['cleo', 'hanna', 'nobody']) expect((await problemOf(company.as(userId, (ctx) => listRoles(ctx, { limit: 50 })))).status).toBe(403)
  })
})
