import type { Partition } from '../../../shared/access/index.ts'

/**
 * What reading a page costs, and the least it can cost: by trying every way to cover the readable items with partitions.
 *
 * The cost model. Items are many, and spread evenly over their owners and over the stages (or buckets). For a page of 50 with one row more, as many items must be
 * looked at as it takes to meet 51 readable ones, newest first; each partition holds its share of them. A partition is read as lists read it: first the rows that are thought
 * to be needed, in whole 4 KB and five of these at most, then 50 at a time; 4 KB hold 24 rows and cost half a unit.
 */

const ROWS_OF_HALF_A_UNIT = 24
const ROWS_OF_A_PAGE = 51
const ROWS_OF_A_FURTHER_READ = 50
const BUCKETS = 4

export interface Situation {
  readonly owners: readonly {
    readonly id: string
    /** The department under which all of their items are stamped, if it is known. */
    readonly home: string | undefined
    /** For each place, whether the items of this owner there are readable and wanted. */
    readonly readable: readonly boolean[]
  }[]
  /** The stages of the type, or one place without a name for types without stages. */
  readonly places: readonly { readonly pipelineId: string; readonly stageId: string }[] | 'buckets'
}

/** The read units of a page by these partitions. */
export function unitsOf(situation: Situation, partitions: readonly Partition[]): number {
  const depth = depthOf(situation)
  return partitions.reduce((units, partition) => units + unitsOfReading(depth * shareOf(situation, partition)), 0)
}

/** The read units of the cheapest partitions that hold everything readable: every choice of stages and departments, and owners for what they leave over. */
export function fewestUnits(situation: Situation): number {
  const { owners, places } = situation
  const depth = depthOf(situation)
  if (depth === Infinity) return 0
  const homes = [...new Set(owners.flatMap(({ home, readable }) => (home !== undefined && readable.some(Boolean) ? [home] : [])))]
  const membersOf = homes.map((home) => owners.filter((owner) => owner.home === home).length)
  const wides = places === 'buckets' ? [0, 1] : Array.from({ length: 2 ** places.length }, (_, chosen) => chosen)
  let fewest = Infinity
  for (const wide of wides) {
    const wideParts = places === 'buckets' ? wide * BUCKETS : bits(wide)
    const widths = places === 'buckets' ? BUCKETS : places.length
    const needed = owners.filter(({ readable }) => readable.some((one, place) => one && (wide & (1 << place)) === 0))
    const homeless = needed.filter(({ home }) => home === undefined).length
    const neededOf = homes.map((home) => needed.filter((owner) => owner.home === home).length)
    for (let chosen = 0; chosen < 2 ** homes.length; chosen += 1) {
      let alone = homeless
      for (let home = 0; home < homes.length; home += 1) if ((chosen & (1 << home)) === 0) alone += neededOf[home] ?? 0
      let units = wideParts * unitsOfReading(depth / widths) + alone * unitsOfReading(depth / owners.length)
      for (let home = 0; home < homes.length; home += 1) if ((chosen & (1 << home)) !== 0) units += unitsOfReading((depth * (membersOf[home] ?? 0)) / owners.length)
      fewest = Math.min(fewest, units)
    }
  }
  return fewest
}

/** How many items must be looked at to meet a page of readable ones. */
function depthOf({ owners, places }: Situation): number {
  const cells = owners.length * (places === 'buckets' ? 1 : places.length)
  const readable = owners.reduce((sum, owner) => sum + owner.readable.filter(Boolean).length, 0)
  return (ROWS_OF_A_PAGE * cells) / readable
}

function shareOf({ owners, places }: Situation, partition: Partition): number {
  if (partition.by === 'owner') return 1 / owners.length
  if (partition.by === 'department') return owners.filter(({ home }) => home === partition.departmentId).length / owners.length
  return 1 / (places === 'buckets' ? BUCKETS : places.length)
}

function unitsOfReading(rows: number): number {
  const first = Math.min(5, Math.max(1, Math.ceil(rows / ROWS_OF_HALF_A_UNIT - 1e-9))) * ROWS_OF_HALF_A_UNIT
  const further = Math.max(0, Math.ceil((rows - first) / ROWS_OF_A_FURTHER_READ - 1e-9))
  return (Math.ceil(first / ROWS_OF_HALF_A_UNIT) + further * Math.ceil(ROWS_OF_A_FURTHER_READ / ROWS_OF_HALF_A_UNIT)) / 2
}

function bits(chosen: number): number {
  let count = 0
  for (let rest = chosen; rest > 0; rest &= rest - 1) count += 1
  return count
}
