import { describe, expect, it } from 'vitest'
import { may, type Level, type Role } from '../../../shared/access/index.ts'
import { aUser } from '../../support/company.ts'
import { aRole, rightsIn } from '../../support/workspace.ts'

type Rows = Role['types'][string]

const reads = (...rows: Rows[]) => (pipelineId: string, stageId: string): Level => {
  const rights = rightsIn('ann', aUser({ id: 'ann' }), ...rows.map((deal, place) => aRole({ id: `role${place}`, types: { deal }, bindings: [{ kind: 'user', id: 'ann' }] })))
  const seen = { own: { responsibleId: 'ann', opened: false }, open: { responsibleId: 'bob', opened: true }, all: { responsibleId: 'bob', opened: false } }
  const reached = (['all', 'open', 'own'] as const).find((level) => may(rights, 'read', { type: 'deal', pipelineId, stageId, ...seen[level] }))
  return reached ?? 'none'
}

describe('ACC-4: a row that a role leaves out inherits', () => {
  const table: readonly [what: string, rows: Rows, expected: Level][] = [
    ['the type alone', { read: 'own' }, 'own'],
    ['the pipeline goes before the type', { read: 'own', pipelines: { default: { read: 'open' } } }, 'open'],
    ['the stage goes before the pipeline', { read: 'own', pipelines: { default: { read: 'open' } }, stages: { WON: { read: 'all' } } }, 'all'],
    ['the stage can take away', { read: 'all', pipelines: { default: { read: 'all' } }, stages: { WON: { read: 'none' } } }, 'none'],
    ['a stage row that says nothing of reading inherits from the pipeline', { read: 'all', pipelines: { default: { read: 'own' } }, stages: { WON: { update: 'all' } } }, 'own'],
    ['a pipeline row that says nothing of reading inherits from the type', { read: 'open', pipelines: { default: { update: 'all' } } }, 'open'],
    ['rows of other stages and pipelines say nothing', { read: 'own', pipelines: { other: { read: 'all' } }, stages: { LOST: { read: 'all' } } }, 'own'],
    ['nothing to inherit from is none', { stages: { LOST: { read: 'all' } } }, 'none'],
  ]
  for (const [what, rows, expected] of table) {
    it(`${what}: ${expected}`, () => expect(reads(rows)('default', 'WON')).toBe(expected))
  }
})

describe('ACC-5: several roles', () => {
  it('the highest level counts', () => expect(reads({ read: 'own' }, { read: 'open' }, { read: 'none' })('default', 'NEW')).toBe('open'))

  it('for each stage on its own: what one role takes away another may give', () => {
    const roles = reads({ read: 'all', stages: { WON: { read: 'none' } } }, { read: 'none', stages: { WON: { read: 'own' } } })
    expect(roles('default', 'NEW')).toBe('all')
    expect(roles('default', 'WON')).toBe('own')
  })

  it('levels of two roles are not added together', () => expect(reads({ read: 'own' }, { update: 'all' })('default', 'NEW')).toBe('own'))

  it('a role that two bindings give counts once, and one is enough', () => {
    const rights = rightsIn('ann', aUser({ id: 'ann' }), aRole({ id: 'role', types: { deal: { read: 'own' } }, bindings: [{ kind: 'user', id: 'bob' }, { kind: 'user', id: 'ann' }] }))
    expect(may(rights, 'read', { type: 'deal', responsibleId: 'ann', opened: false })).toBe(true)
  })
})
