import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Role } from '../../../shared/access/index.ts'
import { createItem, readItem } from '../../../shared/items/index.ts'
import { readPermissions } from '../../../shared/types/index.ts'
import { deleteType, listTypes, readType, TypeInput, updateType } from '../../../shared/types/use-cases.ts'
import { problemOf } from '../../support/problems.ts'
import { aTypesCompany, type TypesCompany } from './a-types-company.ts'

let at: TypesCompany
beforeAll(async () => {
  at = await aTypesCompany()
})
afterAll(() => at.store.close())

const rolesNamed = (name: string): Promise<Role> => at.shape(async (ctx) => ctx.workspace.entries<Role>('ROLE').find((role) => role.name === name) ?? Promise.reject(new Error(name)))

describe('a smart process', () => {
  it('ITM-1: works from the next request on, with its own stages, fields and numbers', async () => {
    const type = await at.define({ code: 'equipment', title: 'Equipment', fields: [{ code: 'serial', kind: 'string', title: 'Serial number' }], stages: [{ id: 'IN_STOCK', title: 'In stock' }, { id: 'LENT', title: 'Lent' }] })
    expect(type).toMatchObject({ code: 'equipment', builtIn: false, keyPrefix: 'EQUIPMENT#', flags: { observers: true, stages: true, pipelines: false, clientLinks: false, productRows: false, processes: true } })
    const made = await at.make('equipment', { fields: { serial: 'A-1' }, stageId: 'LENT' })
    expect(made).toMatchObject({ id: 1, type: 'equipment', title: 'Equipment #1', pipelineId: 'default', stageId: 'LENT', fields: { serial: 'A-1' } })
    expect(await at.list('equipment', { 'fields.serial': 'A-1' })).toEqual([1])
    expect(await at.list('equipment', { 'fields.serial': 'A-2' })).toEqual([])
  })

  it('ITM-1: is none for everybody but the roles that the request names and those that may do everything everywhere', async () => {
    const manager = await rolesNamed('Manager')
    await at.define({ code: 'vehicle', title: 'Vehicle', roles: { [manager.id]: { read: 'own', add: 'own' } } })
    await at.define({ code: 'secret', title: 'Secret' })
    expect((await rolesNamed('Manager')).types['vehicle']).toEqual({ read: 'own', add: 'own' })
    expect((await rolesNamed('Manager')).types['secret']).toBeUndefined()
    expect((await rolesNamed('Head of department')).types['secret']).toBeUndefined()
    for (const name of ['Chief executive', 'Administrator']) expect((await rolesNamed(name)).types['secret']).toMatchObject({ read: 'all', delete: 'all', import: 'all' })
    expect(await at.company.as(at.seller, (ctx) => createItem(ctx, { type: 'vehicle', values: {} }))).toMatchObject({ id: 1, responsibleId: at.seller })
    expect((await problemOf(at.company.as(at.seller, (ctx) => createItem(ctx, { type: 'secret', values: {} })))).status).toBe(403)
    const hidden = await at.make('secret')
    expect((await problemOf(at.company.as(at.seller, (ctx) => readItem(ctx, { type: 'secret', id: Number(hidden['id']) })))).status).toBe(404)
    expect((await at.company.as(at.seller, readPermissions)).types).toMatchObject({ vehicle: { read: 'own', update: 'none' }, secret: { read: 'none' } })
    expect((await problemOf(at.define({ code: 'other', title: 'Other', roles: { rol_nobody: { read: 'all' } } }))).fields[0]?.pointer).toBe('/roles/rol_nobody')
  })

  it('ITM-1: a code is taken once, never a word that objects know, and a key prefix is unique', async () => {
    await at.define({ code: 'did', title: 'Deed' })
    expect((await at.shape((ctx) => readType(ctx, { type: 'did' }))).keyPrefix).toBe('DID_2#')
    expect(await problemOf(at.define({ code: 'deal', title: 'Deal again' }))).toMatchObject({ status: 409, code: 'type.code_taken' })
    expect(await problemOf(at.define({ code: 'did', title: 'Again' }))).toMatchObject({ status: 409 })
    expect(await problemOf(at.define({ code: 'keyed', title: 'Keyed', keyPrefix: 'lid#' }))).toMatchObject({ status: 409, code: 'type.key_taken' })
    for (const code of ['Equipment', '1st', 'constructor', 'a'.repeat(41), 'a-b', '']) expect(TypeInput.safeParse({ code, title: 'X' }).success).toBe(false)
  })

  it('ACC-2: only who has the flag settings defines types; everybody reads their definitions', async () => {
    expect(await problemOf(at.company.as(at.seller, (ctx) => updateType(ctx as never, { type: 'deal', values: { title: 'Sale' } })))).toMatchObject({ status: 403, code: 'access.settings_needed' })
    const page = await at.company.as(at.seller, (ctx) => listTypes(ctx, { limit: 3 }))
    expect(page.items.map(({ code }) => code)).toEqual(['lead', 'deal', 'contact'])
    const next = await at.company.as(at.seller, (ctx) => listTypes(ctx, { limit: 3, cursor: page.nextCursor ?? '' }))
    expect(next.items.map(({ code }) => code)).toEqual(['company', 'quote', 'invoice'])
    expect((await at.company.as(at.seller, (ctx) => readType(ctx, { type: 'equipment' }))).fields.map(({ code }) => code)).toEqual(['serial'])
  })

  it('ITM-1: the product’s own types are renamed like others, but keep their flags and stay', async () => {
    await at.shape((ctx) => updateType(ctx, { type: 'invoice', values: { title: 'Bill' } }))
    expect(await at.make('invoice')).toMatchObject({ type: 'invoice', title: expect.stringMatching(/^Bill #/) })
    expect(await problemOf(at.shape((ctx) => updateType(ctx, { type: 'quote', values: { flags: { observers: true } } })))).toMatchObject({ status: 422, code: 'type.flag_fixed' })
    expect(await problemOf(at.shape((ctx) => deleteType(ctx, { type: 'lead' })))).toMatchObject({ status: 422, code: 'type.built_in' })
  })

  it('OBS-1: with observers switched off an attempt is refused, and the switch is fixed once there are items', async () => {
    await at.define({ code: 'archive', title: 'Archive', flags: { observers: false, stages: false } })
    for (const type of ['archive', 'quote']) expect(await problemOf(at.make(type, { observerIds: [at.seller] }))).toMatchObject({ status: 422, code: `${type}.no_observers`, fields: [{ pointer: '/observerIds' }] })
    await at.shape((ctx) => updateType(ctx, { type: 'archive', values: { flags: { observers: true } } }))
    expect(await at.make('archive', { observerIds: [at.seller] })).toMatchObject({ observerIds: [at.seller] })
    expect(await problemOf(at.shape((ctx) => updateType(ctx, { type: 'archive', values: { flags: { observers: false } } })))).toMatchObject({ status: 422, fields: [{ pointer: '/flags/observers' }] })
    expect((await at.read('archive', 1))['stageId']).toBeUndefined()
    expect(await at.list('archive')).toEqual([1])
  })
})

describe('removing a smart process', () => {
  it('ITM-1: is refused while it has an item, and works when the last is deleted; its rows leave the roles', async () => {
    await at.define({ code: 'room', title: 'Room', fields: [{ code: 'size', kind: 'integer' }] })
    const { id } = await at.make('room')
    expect(await problemOf(at.shape((ctx) => deleteType(ctx, { type: 'room' })))).toMatchObject({ status: 409, code: 'type.in_use' })
    expect(await at.make('room', { fields: { size: 3 } })).toMatchObject({ fields: { size: 3 } })
    await at.remove('room', id)
    await at.remove('room', 2)
    await at.shape((ctx) => deleteType(ctx, { type: 'room' }))
    expect((await problemOf(at.make('room'))).status).toBe(404)
    expect((await rolesNamed('Administrator')).types['room']).toBeUndefined()
    expect(await problemOf(at.define({ code: 'room', title: 'Room again' }))).toMatchObject({ status: 409 })
  })

  it('ITM-1: the code of one that never had an item is free again, without its old fields', async () => {
    await at.define({ code: 'draft', title: 'Draft', flags: { stages: false }, fields: [{ code: 'old', kind: 'text' }] })
    await at.shape((ctx) => deleteType(ctx, { type: 'draft' }))
    expect((await at.define({ code: 'draft', title: 'Draft', flags: { stages: false } })).fields).toEqual([])
    expect(await at.make('draft')).toMatchObject({ id: 1, fields: {} })
  })
})
