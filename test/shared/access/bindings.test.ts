import { describe, expect, it } from 'vitest'
import type { Binding } from '../../../shared/access/index.ts'
import type { EntryChange } from '../../../shared/workspace/index.ts'
import { aDepartment, aGroup, aUser } from '../../support/company.ts'
import { aRole, rightsIn } from '../../support/workspace.ts'

/** Sales is headed by Hanna, who belongs to Support; Retail lies below it and is headed by Rita, who belongs to nothing. */
const company: EntryChange[] = [
  aDepartment({ id: 'sales', headId: 'hanna' }),
  aDepartment({ id: 'retail', parentId: 'sales', headId: 'rita' }),
  aDepartment({ id: 'support' }),
  aUser({ id: 'hanna', departmentIds: ['support'] }),
  aUser({ id: 'ann', departmentIds: ['sales'] }),
  aUser({ id: 'rita' }),
  aUser({ id: 'rob', departmentIds: ['support', 'retail'] }),
  aUser({ id: 'ivy', departmentIds: ['sales'], active: false }),
  aGroup({ id: 'friends', kind: 'user', memberIds: ['ann', 'ivy'] }),
  aGroup({ id: 'launch', kind: 'project', memberIds: ['rob'] }),
]
const PEOPLE = ['hanna', 'ann', 'rita', 'rob', 'ivy']

describe('ACC-1: who has a role', () => {
  const table: readonly [what: string, binding: Binding, having: readonly string[]][] = [
    ['a user', { kind: 'user', id: 'ann' }, ['ann']],
    ['a user group', { kind: 'group', id: 'friends' }, ['ann']],
    ['a project group', { kind: 'group', id: 'launch' }, ['rob']],
    ['a department: its members and its head', { kind: 'department', id: 'sales', scope: 'department' }, ['hanna', 'ann']],
    ['a department with all below: their members and heads too', { kind: 'department', id: 'sales', scope: 'subdepartments' }, ['hanna', 'ann', 'rita', 'rob']],
    ['a lower department gives nothing to those above', { kind: 'department', id: 'retail', scope: 'subdepartments' }, ['rita', 'rob']],
    ['heads: the head of that one department', { kind: 'department', id: 'sales', scope: 'heads' }, ['hanna']],
    ['heads of a department without one: nobody', { kind: 'department', id: 'support', scope: 'heads' }, []],
    ['a group that is not there: nobody', { kind: 'group', id: 'gone' }, []],
    ['a deactivated user: nobody', { kind: 'user', id: 'ivy' }, []],
  ]
  for (const [what, binding, having] of table) {
    it(`${what}`, () => {
      const role = aRole({ id: 'role', flags: { bulkMail: true }, bindings: [binding] })
      expect(PEOPLE.filter((id) => rightsIn(id, ...company, role).flags.bulkMail)).toEqual(having)
    })
  }

  it('a move to another department does not end being head', () => {
    const role = aRole({ id: 'role', flags: { bulkMail: true }, bindings: [{ kind: 'department', id: 'sales', scope: 'department' }] })
    expect(rightsIn('hanna', ...company, aUser({ id: 'hanna', departmentIds: ['retail'] }), role).flags.bulkMail).toBe(true)
    expect(rightsIn('ann', ...company, aUser({ id: 'ann', departmentIds: ['support'] }), role).flags.bulkMail).toBe(false)
  })
})
