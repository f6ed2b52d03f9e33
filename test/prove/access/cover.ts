import * as fc from 'fast-check'
import { planCover, rightsOf, type Cover, type TypeShape } from '../../../shared/access/index.ts'
import { entryKey, workspaceOfRows, type Workspace } from '../../../shared/workspace/index.ts'
import { fewestUnits, unitsOf, type Situation } from './best-plan.ts'
import { companies, TYPES } from './generate.ts'
import { Disagreement, sample, type Findings, type Sampling } from './lanes.ts'
import { levelModel, mayModel, reachesModel, type ModelCompany, type ModelItem } from './model.ts'
import { entriesOf } from './world.ts'

/** A cover may cost so much more than the best one. */
const MOST_ABOVE_THE_BEST = 1.25

interface Case {
  readonly company: ModelCompany
  readonly user: number
  /** People whose items may still be stamped with any department. */
  readonly restamping: readonly number[]
  readonly shape: TypeShape
  readonly only: readonly string[] | undefined
}

const shapes: fc.Arbitrary<TypeShape> = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom<TypeShape>({ type: 'contact', pipelines: [] }, { type: 'company', pipelines: [] }) },
  {
    weight: 3,
    arbitrary: fc.record({ stages: fc.shuffledSubarray([...(TYPES['deal'] ?? [])], { minLength: 1 }), cut: fc.nat(6) }).map(({ stages, cut }): TypeShape => {
      const pipelines = [{ id: 'default', stageIds: stages.slice(0, Math.max(1, cut)) }, { id: 'other', stageIds: stages.slice(Math.max(1, cut)) }]
      return { type: 'deal', pipelines: pipelines.filter(({ stageIds }) => stageIds.length > 0) }
    }),
  },
)

const cases: fc.Arbitrary<Case> = fc
  .oneof({ weight: 3, arbitrary: fc.constant(10) }, { weight: 1, arbitrary: fc.constant(50) })
  .chain((users) =>
    fc.record({
      company: companies({ users, departments: 7, items: 0, types: 'deals' }),
      user: fc.nat(100),
      restamping: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.array(fc.nat(100), { maxLength: 3 }) }),
      shape: shapes,
      only: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.shuffledSubarray([...(TYPES['deal'] ?? [])], { minLength: 1, maxLength: 3 }) }),
    }),
  )

/** The planned cover holds every item that the model lets the user read, wherever it may be stamped, and costs hardly more than the cheapest. */
export async function proveCovers(sampling: Sampling): Promise<Findings> {
  const counts = { cases: 0, wayward: 0, cells: 0, best: 0 }
  let highest = 1
  let sum = 0
  const disagreements = await sample(
    cases,
    async (one) => {
      const { cover, userId, moving } = planned(one)
      counts.cells += holdsAll(one, userId, moving, cover)
      const situation = situationOf(one, userId, moving)
      const best = fewestUnits(situation)
      const ratio = best === 0 ? cover.partitions.length + 1 : unitsOf(situation, cover.partitions) / best
      if (ratio > MOST_ABOVE_THE_BEST) throw new Disagreement(`${userId}: ${JSON.stringify(cover.partitions)} costs ${unitsOf(situation, cover.partitions)} units, ${ratio.toFixed(2)} times the best (${best})`)
      highest = Math.max(highest, ratio)
      sum += ratio
      counts.cases += 1
      counts.best += ratio === 1 ? 1 : 0
      counts.wayward += moving.size > 0 ? 1 : 0
    },
    sampling,
  )
  return { counts: { ...counts, highestRatio: Number(highest.toFixed(3)), averageRatio: Number((sum / Math.max(1, counts.cases)).toFixed(3)) }, disagreements }
}

function planned({ company, user, restamping, shape, only }: Case): { cover: Cover; userId: string; moving: ReadonlySet<string> } {
  const idAt = (place: number): string => company.users[place % company.users.length]?.id ?? ''
  const moving = new Set(restamping.map(idAt))
  const rights = rightsOf(workspaceOf(company, moving), idAt(user))
  return { cover: planCover(rights, shape, shape.pipelines.length > 0 && only ? { stageIds: new Set(only) } : undefined), userId: idAt(user), moving }
}

function workspaceOf(company: ModelCompany, moving: ReadonlySet<string>): Workspace {
  const rows = entriesOf(company).map(({ kind, id, value }) => ({ ...entryKey(kind, id), entry: moving.has(id) ? { ...value, restamping: true } : value }))
  return workspaceOfRows(1, rows)
}

/** Every owner's items in every place, opened or not, observed or not. */
function holdsAll({ company, only, shape }: Case, userId: string, moving: ReadonlySet<string>, cover: Cover): number {
  const wanted = placesOf(shape).filter(({ stageId }) => stageId === null || !only || only.includes(stageId))
  let cells = 0
  for (const owner of company.users) {
    for (const place of wanted) {
      for (const opened of [true, false]) {
        const item: ModelItem = { ...place, id: 1, responsibleId: owner.id, observerIds: [], opened, amount: null, deleted: false }
        const held = isHeld(cover, item, moving.has(owner.id) ? undefined : owner.departmentIds[0])
        if (!held && mayModel(company, userId, 'read', item)) throw new Disagreement(`${userId} may read ${JSON.stringify(item)}, which ${JSON.stringify(cover)} does not hold`)
        if (!held && !cover.observed && mayModel(company, userId, 'read', { ...item, observerIds: [userId] })) throw new Disagreement(`${userId} may read ${JSON.stringify(item)} as an observer, which ${JSON.stringify(cover)} does not hold`)
        cells += 1
      }
    }
  }
  return cells
}

function isHeld({ partitions }: Cover, { responsibleId, pipelineId, stageId }: ModelItem, stamped: string | undefined): boolean {
  const buckets = new Set(partitions.flatMap((one) => (one.by === 'bucket' ? [one.number] : [])))
  if (stageId === null && [0, 1, 2, 3].every((number) => buckets.has(number))) return true
  return partitions.some((one) => (one.by === 'owner' && one.userId === responsibleId) || (one.by === 'department' && one.departmentId === stamped) || (one.by === 'stage' && one.stageId === stageId && one.pipelineId === pipelineId))
}

function situationOf({ company, only, shape }: Case, userId: string, moving: ReadonlySet<string>): Situation {
  const places = placesOf(shape)
  const levels = places.map((place) => levelModel(company, userId, 'read', place))
  return {
    places: shape.pipelines.length === 0 ? 'buckets' : places.map(({ pipelineId, stageId }) => ({ pipelineId: pipelineId ?? '', stageId: stageId ?? '' })),
    owners: company.users.map(({ id, departmentIds }) => ({
      id,
      home: moving.has(id) ? undefined : departmentIds[0],
      readable: places.map((place, at) => {
        const isWanted = place.stageId === null || !only || only.includes(place.stageId)
        return isWanted && reachesModel(company, userId, levels[at] ?? 'none', { ...place, id: 1, responsibleId: id, observerIds: [], opened: true, amount: null, deleted: false })
      }),
    })),
  }
}

function placesOf({ type, pipelines }: TypeShape): Pick<ModelItem, 'type' | 'pipelineId' | 'stageId'>[] {
  if (pipelines.length === 0) return [{ type, pipelineId: null, stageId: null }]
  return pipelines.flatMap(({ id: pipelineId, stageIds }) => stageIds.map((stageId) => ({ type, pipelineId, stageId })))
}
