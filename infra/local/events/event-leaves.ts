/** A value that is neither object nor array. */
export type Value = string | number | boolean | null

/** The element chosen in each array on the way: array (numbered through the event) → index. */
export type Place = ReadonlyMap<number, number>

/** A value of an event with the array elements that it lies in. */
export interface Leaf {
  readonly value: Value
  readonly place: Place
}

/**
 * The values of an event by path. Array levels leave no trace in the path (`a: [{ b: 1 }]` gives `a.b`) but in the leaf's
 * place; plain values directly in an array belong to no element, since no other field can stand beside them. Empty objects and
 * arrays have no leaves, hence count as absent. A dot in a name cannot be told from a level, as on AWS.
 */
export function leavesOf(event: object): ReadonlyMap<string, readonly Leaf[]> {
  const leaves = new Map<string, Leaf[]>()
  let arrays = 0

  const add = (path: string, value: Value, place: Place): void => {
    const same = leaves.get(path)
    if (same === undefined) leaves.set(path, [{ value, place }])
    else same.push({ value, place })
  }
  const walk = (path: string, value: unknown, place: Place): void => {
    if (Array.isArray(value)) {
      const array = arrays++
      for (const [index, element] of value.entries()) {
        const isPlain = typeof element !== 'object' || element === null
        walk(path, element, isPlain ? place : new Map([...place, [array, index]]))
      }
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, member] of Object.entries(value)) walk(path === '' ? name : `${path}.${name}`, member, place)
    } else if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      add(path, value, place)
    }
  }
  walk('', event, new Map())
  return leaves
}

/** Both places at once; undefined if they name different elements of one array. */
export function together(one: Place, other: Place): Place | undefined {
  if (other.size === 0) return one
  for (const [array, index] of other) {
    const chosen = one.get(array)
    if (chosen !== undefined && chosen !== index) return undefined
  }
  return new Map([...one, ...other])
}
