import { describe, expect, it } from 'vitest'
import { may, rightsOf, type Level } from '../../../shared/access/index.ts'
import type { EntryChange } from '../../../shared/workspace/index.ts'
import { aDepartment, aUser } from '../../support/company.ts'
import { aRole, aWorkspace, rightsIn } from '../../support/workspace.ts'

/**
 * Sales has Retail below it, and Retail has Web. Support is a root of its own, headed by Mona, who belongs to Sales.
 * Everybody asked has one role with the level in question.
 */
const company: EntryChange[] = [
  aDepartment({ id: 'sales' }),
  aDepartment({ id: 'retail', parentId: 'sales', headId: 'rita' }),
  aDepartment({ id: 'web', parentId: 'retail' }),
  aDepartment({ id: 'support', headId: 'mona' }),
  aDepartment({ id: 'helpdesk', parentId: 'support' }),
  aUser({ id: 'mona', departmentIds: ['sales'] }),
  aUser({ id: 'colin', departmentIds: ['sales'] }),
  aUser({ id: 'rita' }),
  aUser({ id: 'rob', departmentIds: ['retail'] }),
  aUser({ id: 'wendy', departmentIds: ['web', 'support'] }),
  aUser({ id: 'sue', departmentIds: ['support'] }),
  aUser({ id: 'hal', departmentIds: ['helpdesk'] }),
  aUser({ id: 'nobody' }),
]
const asking = (level: Level) => (userId: string): ReturnType<typeof rightsOf> => rightsOf(aWorkspace(...company, aRole({ id: 'role', types: { deal: { read: level } }, bindings: [{ kind: 'user', id: userId }] })), userId)
const dealOf = (responsibleId: string, opened = false): { type: string; responsibleId: string; opened: boolean } => ({ type: 'deal', responsibleId, opened })

describe('ACC-3: what a level reaches', () => {
  const LEVELS = ['none', 'own', 'department', 'subdepartments', 'open', 'all'] as const
  /** For each item, the first level at which Mona (of Sales, head of Support) may read it. */
  const table: readonly [item: string, deal: ReturnType<typeof dealOf>, from: Level][] = [
    ['her own', dealOf('mona'), 'own'],
    ['a colleague’s in her department', dealOf('colin'), 'department'],
    ['one of the department that she heads', dealOf('sue'), 'department'],
    ['one of somebody who belongs to it besides another', dealOf('wendy'), 'department'],
    ['one of a department below hers', dealOf('rob'), 'subdepartments'],
    ['one of a department below the one that she heads', dealOf('hal'), 'subdepartments'],
    ['one of the head of a department below, who belongs to none', dealOf('rita'), 'all'],
    ['one of somebody in no department', dealOf('nobody'), 'all'],
    ['the same, but open to everybody', dealOf('nobody', true), 'open'],
    ['one of a user who is not there', dealOf('gone'), 'all'],
  ]
  for (const [item, deal, from] of table) {
    it(`${item}: from the level ${from} on`, () => {
      expect(LEVELS.filter((level) => may(asking(level)('mona'), 'read', deal))).toEqual(LEVELS.slice(LEVELS.indexOf(from)))
    })
  }
})

describe('ACC-3: heads', () => {
  it('a head reaches the department that they head without belonging to it', () => {
    expect(may(asking('department')('rita'), 'read', dealOf('rob'))).toBe(true)
    expect(may(asking('subdepartments')('rita'), 'read', dealOf('wendy'))).toBe(true)
    expect(may(asking('department')('rita'), 'read', dealOf('colin'))).toBe(false)
  })

  it('what a head is responsible for is not in reach of the department that they only head', () => {
    expect(may(asking('subdepartments')('rob'), 'read', dealOf('rita'))).toBe(false)
    expect(may(asking('subdepartments')('sue'), 'read', dealOf('mona'))).toBe(false)
  })

  it('a member of a department below reaches nothing of those above', () => {
    expect(may(asking('subdepartments')('rob'), 'read', dealOf('colin'))).toBe(false)
  })
})

describe('ACC-2, DIR-3: who has no rights', () => {
  it('no role, no access', () => {
    expect(may(rightsIn('colin', ...company), 'read', dealOf('colin', true))).toBe(false)
  })

  it('a type or an operation that a role leaves out is none', () => {
    const rights = asking('all')('colin')
    expect(may(rights, 'read', { ...dealOf('colin'), type: 'lead' })).toBe(false)
    expect(may(rights, 'update', dealOf('colin'))).toBe(false)
  })

  it('a deactivated user may nothing, and what they own stays in reach of their department', () => {
    const role = aRole({ id: 'role', types: { deal: { read: 'department' } }, bindings: [{ kind: 'department', id: 'sales', scope: 'department' }] })
    const after = aWorkspace(...company, aUser({ id: 'colin', departmentIds: ['sales'], active: false }), role)
    expect(may(rightsOf(after, 'colin'), 'read', dealOf('colin'))).toBe(false)
    expect(may(rightsOf(after, 'mona'), 'read', dealOf('colin'))).toBe(true)
  })

  it('ACC-9: who may update but not read may not update', () => {
    const rights = rightsIn('colin', ...company, aRole({ id: 'role', types: { deal: { read: 'own', update: 'all', add: 'all' } }, bindings: [{ kind: 'user', id: 'colin' }] }))
    expect(may(rights, 'update', dealOf('sue'))).toBe(false)
    expect(may(rights, 'update', dealOf('colin'))).toBe(true)
    expect(may(rights, 'add', dealOf('sue'))).toBe(true)
  })
})
