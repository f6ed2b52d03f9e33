import { describe, expect, it } from 'vitest'
import { planCover, type Partition, type Role, type TypeShape } from '../../../shared/access/index.ts'
import type { EntryChange } from '../../../shared/workspace/index.ts'
import { aDepartment, aUser } from '../../support/company.ts'
import { aRole, rightsIn } from '../../support/workspace.ts'

/** Twenty departments of ten people each below Sales, and as many people again in Support. */
const departments = Array.from({ length: 20 }, (_, place) => `team${place}`)
const company: EntryChange[] = [
  aDepartment({ id: 'sales', headId: 'hanna' }),
  aDepartment({ id: 'support' }),
  aUser({ id: 'hanna', departmentIds: ['sales'] }),
  ...departments.map((id) => aDepartment({ id, parentId: 'sales' })),
  ...departments.flatMap((id) => Array.from({ length: 10 }, (_, place) => aUser({ id: `${id}-${place}`, departmentIds: [id] }))),
]
const manyOthers = Array.from({ length: 1000 }, (_, place) => aUser({ id: `other${place}`, departmentIds: ['support'] }))
const deals: TypeShape = { type: 'deal', pipelines: [{ id: 'default', stageIds: ['NEW', 'INVOICE', 'WON', 'LOST'] }] }
const contacts: TypeShape = { type: 'contact', pipelines: [] }

const cover = (userId: string, types: Role['types'], shape: TypeShape, only: Parameters<typeof planCover>[2] = {}, ...more: EntryChange[]): string[] =>
  planCover(rightsIn(userId, ...company, ...manyOthers, ...more, aRole({ id: 'role', types, bindings: [{ kind: 'user', id: userId }] })), shape, only).partitions.map(nameOf)

function nameOf(partition: Partition): string {
  if (partition.by === 'owner') return partition.userId
  if (partition.by === 'department') return partition.departmentId
  return partition.by === 'stage' ? partition.stageId : `bucket ${partition.number}`
}

describe('the cover of a list', () => {
  it('own: one partition', () => expect(cover('team0-0', { deal: { read: 'own' } }, deals)).toEqual(['team0-0']))

  it('one department: its partition', () => expect(cover('team0-0', { deal: { read: 'department' } }, deals)).toEqual(['team0']))

  it('the head of 200 people in 20 departments: the few stages with all that lies between, and for sure a partition for each department and their own', () => {
    expect(cover('hanna', { deal: { read: 'subdepartments' } }, deals)).toEqual(['NEW', 'INVOICE', 'WON', 'LOST'])
    const { surely = [] } = planCover(rightsIn('hanna', ...company, ...manyOthers, aRole({ id: 'role', types: { deal: { read: 'subdepartments' } }, bindings: [{ kind: 'user', id: 'hanna' }] })), deals)
    expect(surely.map(nameOf)).toEqual(expect.arrayContaining([...departments, 'hanna']))
    expect(surely).toHaveLength(21)
  })

  it('all: each stage, or each bucket', () => {
    expect(cover('hanna', { deal: { read: 'all' } }, deals)).toEqual(['NEW', 'INVOICE', 'WON', 'LOST'])
    expect(cover('hanna', { contact: { read: 'all' } }, contacts)).toEqual(['bucket 0', 'bucket 1', 'bucket 2', 'bucket 3'])
  })

  it('all on one stage and own on the others: that stage and their own', () => {
    expect(cover('team0-0', { deal: { read: 'own', stages: { NEW: { read: 'all' } } } }, deals)).toEqual(['NEW', 'team0-0'])
  })

  it('somebody who moved and whose items are not all stamped anew is looked for by owner', () => {
    expect(cover('team0-0', { deal: { read: 'department' } }, deals, {}, aUser({ id: 'team0-1', departmentIds: ['team0'], restamping: true }))).toEqual(expect.arrayContaining(['team0', 'team0-1']))
  })

  it('somebody who belongs here but mainly elsewhere is looked for by owner', () => {
    expect(cover('team0-0', { deal: { read: 'department' } }, deals, {}, aUser({ id: 'other7', departmentIds: ['support', 'team0'] }))).toEqual(['team0', 'other7'])
  })

  it('a filter by stage narrows it, and so does one by responsible person; who is out of reach is not read at all', () => {
    expect(cover('hanna', { deal: { read: 'all' } }, deals, { stageIds: new Set(['WON']) })).toEqual(['WON'])
    expect(cover('hanna', { deal: { read: 'all' } }, deals, { responsibleIds: new Set(['other7']) })).toEqual(['other7'])
    expect(cover('hanna', { deal: { read: 'subdepartments' } }, deals, { responsibleIds: new Set(['other7']) })).toEqual([])
  })

  it('nothing to read: no partition, but what one observes', () => {
    const rights = rightsIn('team0-0', ...company)
    expect(planCover(rights, deals)).toMatchObject({ partitions: [], observed: true })
    expect(planCover(rightsIn('team0-0', ...company, aUser({ id: 'team0-0', active: false })), deals)).toEqual({ partitions: [], observed: false })
  })
})
