import type { User } from '../workspace/index.ts'
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
  /** About how many rows of each partition fill a page of 50, in whole 4 KB: so much is best read of it at first. */
  readonly firstRows?: readonly number[]
  /** Where the cheapest cover rests on the guess that people have about as many items: the one that passes over no items of others. To be turned to when much was read in vain. */
  readonly surely?: readonly Partition[]
  readonly observed: boolean
}

/** Types without stages are spread over this many partitions, so that none grows hot. */
export const BUCKETS = 4

/** A page of 50 and the row that tells whether more follow. */
const ROWS_OF_A_PAGE = 51
/** List rows in the 4 KB that the smallest read pays for; it costs half a unit. */
export const ROWS_OF_A_READ = 24
const ROWS_OF_A_FURTHER_READ = 50
/** More is not read of a partition at first, however much of it is thought to be needed. */
const MOST_ROWS_AT_FIRST = 5 * ROWS_OF_A_READ

/** Which stages, pipelines or responsible people a filter asks for; left out, all. */
interface Only {
  readonly stageIds?: ReadonlySet<string> | undefined
  readonly pipelineIds?: ReadonlySet<string> | undefined
  readonly responsibleIds?: ReadonlySet<string> | undefined
}

/**
 * Plans what to read for a list of a type, so that only what the caller may read is read (ITM-7). Every stage is read either whole or by the people whose items may be read there.
 * People who may be read on one stage may be read on all with a wider level, so it is enough to try each level as the widest that is read by people.
 */
export function planCover(rights: Rights, shape: TypeShape, only: Only = {}): Cover {
  if (!rights.active) return { partitions: [], observed: false }
  const everywhere = placesOf(rights, shape)
  const places = everywhere.filter((place) => isAskedFor(place, only))
  const readable = places.filter(({ level }) => level !== 'none')
  const sight = sightOf(rights, readable, everywhere.length)
  const plans = PREFERENCE.filter((level) => level === 'none' || readable.some((place) => place.level === level)).map((widest) => {
    const whole = readable.filter(({ level }) => !atLeast(widest, level)).flatMap(({ partitions }) => partitions)
    return planOf([...whole, ...(widest === 'none' ? [] : peopleBy(rights, widest, sight))], sight)
  })
  const fewest = Math.min(...plans.map(({ units }) => units))
  const planned = plans.find(({ units }) => units <= fewest * WORTH_BEING_SURE)
  const observed = places.length === 0 || places.some(({ level }) => level !== 'all')
  const partitions = narrowed(rights, readable, planned?.partitions ?? [], only)
  const [surest] = plans
  if (partitions !== planned?.partitions) return { partitions, observed }
  return { partitions, firstRows: planned.firstRows, observed, ...(surest && surest !== planned ? { surely: surest.partitions } : {}) }
}

/** All items of one person lie in one partition, whatever else may be read. */
function narrowed(rights: Rights, readable: readonly Place[], planned: readonly Partition[], { responsibleIds }: Only): readonly Partition[] {
  if (!responsibleIds || responsibleIds.size > Math.max(1, planned.length)) return planned
  const levels = [...new Set(readable.map(({ level }) => level))]
  const reached = [...responsibleIds].filter((id) => levels.some((level) => atLeast(level, 'open') || peopleInReach(rights, level).has(id)))
  return reached.map((userId) => ({ by: 'owner', userId }))
}

/** All items of a type, for who has to look at everything. */
export function coverOfEverything(shape: TypeShape): Cover {
  return { partitions: partitionsOfType(shape), observed: false }
}

/**
 * Widest levels to be read by people, the surest first: reading by people passes over no items of others, however unevenly people work.
 * Where all are readable, whole stages are as sure.
 */
const PREFERENCE: readonly Level[] = ['subdepartments', 'department', 'own', 'none', 'all', 'open']

/** A surer plan may cost so much more than the cheapest: that one rests on the guess that all people have as many items. */
const WORTH_BEING_SURE = 1.1

/** A partition with the share of all items of the type that it is thought to hold. */
interface Part {
  readonly partition: Partition
  readonly share: number
}

interface Place {
  readonly level: Level
  readonly pipelineId?: string
  readonly stageId?: string
  readonly partitions: readonly Part[]
}

function placesOf(rights: Rights, shape: TypeShape): Place[] {
  const parts = partitionsOfType(shape)
  const share = 1 / Math.max(1, parts.length)
  if (shape.pipelines.length === 0) return [{ level: levelOf(rights, 'read', { type: shape.type }), partitions: parts.map((partition) => ({ partition, share })) }]
  return parts.flatMap((partition) => (partition.by === 'stage' ? [{ level: levelOf(rights, 'read', { type: shape.type, ...partition }), pipelineId: partition.pipelineId, stageId: partition.stageId, partitions: [{ partition, share }] }] : []))
}

function partitionsOfType({ pipelines }: TypeShape): Partition[] {
  if (pipelines.length === 0) return Array.from({ length: BUCKETS }, (_, number) => ({ by: 'bucket', number }))
  return pipelines.flatMap(({ id: pipelineId, stageIds }) => stageIds.map((stageId) => ({ by: 'stage', pipelineId, stageId }) as const))
}

function isAskedFor({ pipelineId, stageId }: Place, { stageIds, pipelineIds }: Only): boolean {
  return (!stageIds || (stageId !== undefined && stageIds.has(stageId))) && (!pipelineIds || (pipelineId !== undefined && pipelineIds.has(pipelineId)))
}

/** The people whose items a level reaches, besides those that reach it by being opened, which anybody may have. */
function peopleInReach({ people, userId, departments, departmentsBelow }: Rights, level: Level): ReadonlySet<string> {
  if (atLeast(level, 'open')) return new Set(people.users.keys())
  const scope = level === 'department' ? departments : level === 'subdepartments' ? departmentsBelow : []
  return new Set([userId, ...[...scope].flatMap((id) => (people.membersOf.get(id) ?? []).map((user) => user.id))])
}

/**
 * The department under which all items of a person lie: their primary one, wherever else they belong. Nobody knows for somebody
 * who has moved and whose items are not all stamped anew: they are looked for by owner.
 */
function homeOf(user: User | undefined): string | undefined {
  return user?.restamping === true ? undefined : user?.departmentIds[0]
}

/** The people in reach of a level by partitions: for each department that of the department, or one for each of the people, whichever costs less. */
function peopleBy(rights: Rights, level: Level, sight: number): Part[] {
  const { users, membersOf } = rights.people
  const byHome = Map.groupBy([...peopleInReach(rights, level)], (id) => homeOf(users.get(id)))
  return [...byHome].flatMap(([home, ids]): Part[] => {
    const owners = ids.map((userId) => ({ partition: { by: 'owner', userId } as const, share: 1 / users.size }))
    if (home === undefined || ids.length === 1) return owners
    const stamped = (membersOf.get(home) ?? []).filter((user) => homeOf(user) === home).length
    const department = [{ partition: { by: 'department', departmentId: home } as const, share: stamped / users.size }]
    return unitsOf(department, sight) <= unitsOf(owners, sight) ? department : owners
  })
}

/** How many items of the type, newest first, it takes to fill a page: the fewer of them may be read, the more. */
function sightOf(rights: Rights, readable: readonly Place[], places: number): number {
  const sizes = new Map([...new Set(readable.map(({ level }) => level))].map((level) => [level, peopleInReach(rights, level).size]))
  const cells = readable.reduce((sum, { level }) => sum + (sizes.get(level) ?? 0), 0)
  return cells === 0 ? 0 : (ROWS_OF_A_PAGE * rights.people.users.size * places) / cells
}

function planOf(parts: readonly Part[], sight: number): { partitions: readonly Partition[]; firstRows: readonly number[]; units: number } {
  return { partitions: parts.map(({ partition }) => partition), firstRows: parts.map(({ share }) => firstRowsOf(share * sight)), units: unitsOf(parts, sight) }
}

function unitsOf(parts: readonly Part[], sight: number): number {
  return parts.reduce((units, { share }) => units + unitsOfReading(share * sight), 0)
}

/** Shares are fractions: what they are off a whole number is no row to read. */
const ROUNDING = 1e-9

/** Read units for so many rows of one partition, in the steps in which lists read. */
function unitsOfReading(rows: number): number {
  const first = firstRowsOf(rows)
  const further = Math.max(0, Math.ceil((rows - first) / ROWS_OF_A_FURTHER_READ - ROUNDING))
  return (Math.ceil(first / ROWS_OF_A_READ) + further * Math.ceil(ROWS_OF_A_FURTHER_READ / ROWS_OF_A_READ)) / 2
}

/** How many rows of a partition are read at first: what is thought to be needed, in whole 4 KB, since less costs the same; but no more than a page where a page will do. */
function firstRowsOf(rows: number): number {
  const inWholeReads = ROWS_OF_A_READ * Math.max(1, Math.ceil(rows / ROWS_OF_A_READ - ROUNDING))
  return Math.min(rows <= ROWS_OF_A_PAGE + ROUNDING ? ROWS_OF_A_PAGE : MOST_ROWS_AT_FIRST, inWholeReads)
}
