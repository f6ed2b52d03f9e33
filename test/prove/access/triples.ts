import * as fc from 'fast-check'
import { readPermissions } from '../../../shared/types/index.ts'
import { doDeed } from './deeds.ts'
import { companies, namesOf, OPERATIONS, TYPES } from './generate.ts'
import { Disagreement, sample, type Findings, type Sampling } from './lanes.ts'
import { flagModel, levelModel, type ModelCompany, type Place } from './model.ts'
import { changes, deeds } from './steps.ts'
import { makeChange } from './structure.ts'
import type { Tables } from './tables.ts'
import { settle, type World } from './world.ts'

/** Deeds between two changes of structure or roles. */
const DEEDS_BETWEEN_CHANGES = 10

const NAMES: Readonly<Record<number, 'done' | 'forbidden' | 'hidden'>> = { 200: 'done', 403: 'forbidden', 404: 'hidden' }

const sizes = { users: 8, departments: 6, items: 20, types: 'even' } as const

const scripts = (deedsOfACompany: number) =>
  fc.record({
    company: companies(sizes),
    deeds: fc.noBias(fc.array(deeds(namesOf(sizes)), { maxLength: 2 * deedsOfACompany, size: 'max' })),
    changes: fc.noBias(fc.array(changes(namesOf(sizes)), { maxLength: Math.ceil((4 * deedsOfACompany) / DEEDS_BETWEEN_CHANGES), size: 'max' })),
  })

/**
 * Random (company, roles, item, user, operation): the use cases, the deciding function and `explain` against the model, while people move, roles are bound
 * anew and items change hands. `runs` is the number of companies; each sees
 * about as many deeds as asked for.
 */
export async function proveTriples(tables: Tables, sampling: Sampling, deedsOfACompany: number): Promise<Findings> {
  const counts = { companies: 0, triples: 0, done: 0, forbidden: 0, hidden: 0, invalid: 0, decisions: 0, changes: 0, permissions: 0 }
  const disagreements = await sample(
    scripts(deedsOfACompany),
    async ({ company, deeds: planned, changes: plannedChanges }) => {
      const world = await settle(await tables.fresh(), company)
      for (const [place, deed] of planned.entries()) {
        const change = place % DEEDS_BETWEEN_CHANGES === 0 ? plannedChanges[place / DEEDS_BETWEEN_CHANGES] : undefined
        if (change) counts.changes += await makeChange(world, change)
        const compared = await doDeed(world, deed)
        if (!compared) continue
        counts.triples += 1
        counts.decisions += compared.decisions
        counts[NAMES[compared.answer] ?? 'invalid'] += 1
      }
      for (const { id } of world.model.users) counts.permissions += await comparePermissions(world, id)
      counts.companies += 1
    },
    sampling,
  )
  return { counts, disagreements }
}

/** `me/permissions` against the model: the flags, and every level of every row (ACC-11). */
async function comparePermissions({ model, as }: World, user: string): Promise<number> {
  const shown = await as(user, readPermissions)
  let compared = 0
  for (const flag of ['settings', 'bulkMail', 'processes'] as const) {
    if (shown.flags[flag] !== flagModel(model, user, flag)) throw new Disagreement(`${user}: the flag ${flag} is shown as ${shown.flags[flag]}`)
  }
  for (const [type, stages] of Object.entries(TYPES)) {
    const rows = shown.types[type]
    const ofType = levels(model, user, { type, pipelineId: null, stageId: null })
    const same = (place: Place, row: Readonly<Record<string, string>> | undefined): void => {
      const expected = levels(model, user, place)
      // Rows that say the same as the type's own are left out.
      const given = row ?? ofType
      for (const operation of OPERATIONS) {
        if (given[operation] !== expected[operation]) throw new Disagreement(`${user} ${operation} ${JSON.stringify(place)}: expected ${expected[operation]}, shown ${given[operation]}`)
        compared += 1
      }
    }
    same({ type, pipelineId: null, stageId: null }, OPERATIONS.reduce((row, operation) => ({ ...row, [operation]: rows?.[operation] }), {}))
    if (stages.length > 0) same({ type, pipelineId: 'default', stageId: null }, rows?.pipelines['default'])
    for (const stageId of stages) same({ type, pipelineId: 'default', stageId }, rows?.stages[stageId])
  }
  return compared
}

function levels(model: ModelCompany, user: string, place: Place): Record<string, string> {
  return Object.fromEntries(OPERATIONS.map((operation) => [operation, levelModel(model, user, operation, place)]))
}
