import { describe, expect, it } from 'vitest'
import { explain, type Explanation, type Operation } from '../../../shared/access/index.ts'
import type { EntryChange } from '../../../shared/workspace/index.ts'
import { aDepartment, aGroup, aUser } from '../../support/company.ts'
import { aRole, rightsIn } from '../../support/workspace.ts'

const company: EntryChange[] = [
  aDepartment({ id: 'sales' }),
  aDepartment({ id: 'retail', parentId: 'sales' }),
  aDepartment({ id: 'web', parentId: 'retail', headId: 'wendy' }),
  aGroup({ id: 'launch', kind: 'project', memberIds: ['ann'] }),
  aUser({ id: 'ann', departmentIds: ['retail'] }),
  aUser({ id: 'rob', departmentIds: ['retail'] }),
  aUser({ id: 'wendy' }),
  aUser({ id: 'ivy', active: false }),
  aUser({ id: 'nobody' }),
  aRole({ id: 'seller', name: 'Seller', types: { deal: { read: 'department', update: 'own', stages: { WON: { read: 'none' } }, pipelines: { default: { delete: 'own' } } } }, bindings: [{ kind: 'department', id: 'sales', scope: 'subdepartments' }] }),
  aRole({ id: 'launcher', name: 'Launcher', types: { deal: { read: 'open', export: 'all' } }, bindings: [{ kind: 'group', id: 'launch' }] }),
]
const dealOf = (responsibleId: string, more: { stageId?: string; observerIds?: string[]; opened?: boolean } = {}): Parameters<typeof explain>[2] => ({ type: 'deal', responsibleId, opened: false, pipelineId: 'default', stageId: 'NEW', ...more })
const why = (userId: string, operation: Operation, item: Parameters<typeof explain>[2], ...more: EntryChange[]): Explanation => explain(rightsIn(userId, ...company, ...more), operation, item)

describe('ACC-10: explain names the rule that decided', () => {
  it('the role, its binding with the way from the bound department down, the row and the level', () => {
    expect(why('rob', 'read', dealOf('ann'))).toMatchObject({
      allowed: true,
      level: 'department',
      rule: { kind: 'role', role: { id: 'seller', name: 'Seller' }, binding: { kind: 'department', id: 'sales', scope: 'subdepartments' }, departmentPath: ['sales', 'retail'], row: 'type', level: 'department', reachesItem: true },
    })
  })

  it('the way down to a department that the user heads', () => {
    expect(why('wendy', 'read', dealOf('wendy')).rule).toMatchObject({ kind: 'role', departmentPath: ['sales', 'retail', 'web'] })
  })

  it('of several roles the one with the highest level, and every role that was looked at', () => {
    const { rule, considered, level } = why('ann', 'read', dealOf('nobody', { opened: true }))
    expect(rule).toMatchObject({ kind: 'role', role: { id: 'launcher' }, binding: { kind: 'group', id: 'launch' }, departmentPath: [], level: 'open' })
    expect(level).toBe('open')
    expect(considered.map(({ role, reachesItem }) => [role.id, reachesItem])).toEqual([['seller', false], ['launcher', true]])
  })

  it('the row of a stage and of a pipeline', () => {
    expect(why('rob', 'read', dealOf('rob', { stageId: 'WON' }))).toMatchObject({ allowed: false, level: 'none', rule: { kind: 'levelTooLow' }, considered: [{ row: 'stage', level: 'none' }] })
    expect(why('rob', 'delete', dealOf('rob'))).toMatchObject({ allowed: true, rule: { kind: 'role', row: 'pipeline', level: 'own' } })
  })

  it('observing', () => {
    expect(why('nobody', 'read', dealOf('ann', { observerIds: ['nobody'] }))).toMatchObject({ allowed: true, rule: { kind: 'observer', observersNeedRole: false } })
    const strict: EntryChange = { kind: 'SETTINGS', id: 'general', value: { observersNeedRole: true } }
    expect(why('nobody', 'read', dealOf('ann', { observerIds: ['nobody'] }), strict)).toMatchObject({ allowed: false, rule: { kind: 'observer', observersNeedRole: true } })
    expect(why('rob', 'read', dealOf('nobody', { observerIds: ['rob'] }), strict)).toMatchObject({ allowed: true, rule: { kind: 'observer' } })
  })

  it.each([
    ['a level that does not reach', why('rob', 'update', dealOf('ann')), 'levelTooLow'],
    ['an item that may be exported but not read (ACC-9)', why('ann', 'export', dealOf('nobody')), 'notReadable'],
    ['no role at all', why('nobody', 'read', dealOf('nobody')), 'noRole'],
    ['a user who may not sign in', why('ivy', 'read', dealOf('ivy')), 'inactiveUser'],
  ])('refused: %s', (_what, explanation, kind) => {
    expect([explanation.allowed, explanation.rule.kind]).toEqual([false, kind])
  })
})
