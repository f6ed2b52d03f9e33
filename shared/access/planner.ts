import { reaches } from './predicate.ts'
import { atLeast, levelOf, type Rights } from './rights.ts'
import type { Level } from './schema.ts'

/** Where the items of a type lie in the indexes: its pipelines with their stages, or none of them for types without stages. */
export interface TypeShape {
  readonly type: string
  readonly pipelines: readonly { readonly id: string; readonly stageIds: readonly string[] }[]
}

/** One index partition, named by what it holds. */
export type Partition =
  | { readonly by: 'owner'; readonly userId: string }
  | { readonly by: 'department'; readonly departmentId: string }
  | { readonly by: 'stage'; readonly pipelineId: string; readonly stageId: string }
  | { readonly by: 'bucket'; readonly number: number }

/**
 * Partitions that together hold every item of a type that the user may read by their roles, and perhaps more: the predicate decides row by row.
 * `observed` says that items the user observes are to be read besides (what a wide cover holds anyway is not read twice).
 */
export interface Cover {
  readonly partitions: readonly Partition[]
  readonly observed: boolean
}

/** Types without stages are spread over this many partitions, so that none grows hot. */
export const BUCKETS = 4

/** Above this share of the active users, reading everything and passing over the rest costs less than department by department. */
const MOST_OF_THE_COMPANY = 0.5

/** Plans what to read for a list of a type (DESIGN: lists by permission). `only` narrows to stages that a filter asks for. */
export function planCover(rights: Rights, shape: TypeShape, only?: { stageIds?: ReadonlySet<string>; pipelineIds?: ReadonlySet<string> }): Cover {
  if (!rights.active) return { partitions: [], observed: false }
  const places = placesOf(rights, shape).filter((place) => (!only?.stageIds || (place.stageId !== undefined && only.stageIds.has(place.stageId))) && (!only?.pipelineIds || (place.pipelineId !== undefined && only.pipelineIds.has(place.pipelineId))))
  const open = places.filter((place) => atLeast(place.level, 'open'))
  const narrow = places.filter((place) => place.level !== 'none' && !atLeast(place.level, 'open'))
  const widest = narrow.reduce<Level>((level, place) => (atLeast(place.level, level) ? place.level : level), 'none')
  const byPeople = widest === 'none' ? [] : partitionsOfPeople(rights, widest)
  const byPlaces = narrow.flatMap((place) => place.partitions)
  const wide = open.flatMap((place) => place.partitions)
  const peopleCostLess = widest === 'own' || byPeople.length <= byPlaces.length || shareInScope(rights, widest) < MOST_OF_THE_COMPANY
  const partitions = [...wide, ...(peopleCostLess ? byPeople : byPlaces)]
  return { partitions, observed: !places.every((place) => place.level === 'all') || places.length === 0 }
}

/** All items of a type, for who has to look at everything. */
export function coverOfEverything(shape: TypeShape): Cover {
  return { partitions: partitionsOfType(shape), observed: false }
}

interface Place {
  readonly level: Level
  readonly pipelineId?: string
  readonly stageId?: string
  readonly partitions: readonly Partition[]
}

function placesOf(rights: Rights, { type, pipelines }: TypeShape): Place[] {
  if (pipelines.length === 0) return [{ level: levelOf(rights, 'read', { type }), partitions: partitionsOfType({ type, pipelines }) }]
  return pipelines.flatMap(({ id: pipelineId, stageIds }) =>
    stageIds.map((stageId) => ({ level: levelOf(rights, 'read', { type, pipelineId, stageId }), pipelineId, stageId, partitions: [{ by: 'stage', pipelineId, stageId } as const] })),
  )
}

function partitionsOfType({ pipelines }: TypeShape): Partition[] {
  if (pipelines.length === 0) return Array.from({ length: BUCKETS }, (_, number) => ({ by: 'bucket', number }))
  return pipelines.flatMap(({ id: pipelineId, stageIds }) => stageIds.map((stageId) => ({ by: 'stage', pipelineId, stageId }) as const))
}

/**
 * One partition per department in scope, and one per owner for those whom the departments' partitions may miss: the user themselves outside of the scope,
 * people whose primary department is not in scope but another of theirs is, and people who moved and are not all stamped anew.
 */
function partitionsOfPeople(rights: Rights, level: Level): Partition[] {
  const { people, userId } = rights
  const scope = level === 'own' ? new Set<string>() : level === 'department' ? rights.departments : rights.departmentsBelow
  const departments = [...scope].filter((id) => (people.membersOf.get(id)?.length ?? 0) > 0)
  const members = new Map(departments.flatMap((id) => people.membersOf.get(id) ?? []).map((user) => [user.id, user]))
  const held = (id: string): boolean => {
    const user = members.get(id)
    return user !== undefined && user.restamping !== true && scope.has(user.departmentIds[0] ?? '')
  }
  const owners = [userId, ...members.keys()].filter((id, place, all) => all.indexOf(id) === place && !held(id))
  const needed = departments.filter((id) => people.membersOf.get(id)?.some((user) => user.departmentIds[0] === id && held(user.id)))
  return [...needed.map((departmentId) => ({ by: 'department', departmentId }) as const), ...owners.map((id) => ({ by: 'owner', userId: id }) as const)]
}

function shareInScope(rights: Rights, level: Level): number {
  const active = [...rights.people.users.values()].filter((user) => user.active)
  const reached = active.filter((user) => reaches(rights, level, { type: '', responsibleId: user.id, opened: false }))
  return active.length === 0 ? 0 : reached.length / active.length
}
