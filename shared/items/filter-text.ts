import { invalidField } from '../kernel/problem.ts'

const LONGEST_VALUE = 1000
/** Parameters of a list that are no filter; the last would vanish on its way through objects. */
const NO_FILTERS = ['limit', 'cursor', 'view', 'sort', '__proto__']

/**
 * The filter of a list as it stands behind the `?` of its address, `stageId=NEW&amount[ge]=1000`, where a body names many items by it; empty for all. Throws 400 at `/filter`
 * for what the list would not take either, and for paging and view: what is left out without a word would widen the selection.
 */
export function filterIn(text: string): Record<string, string> {
  const filter = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(text)) {
    if (filter.has(name) || NO_FILTERS.includes(name)) throw invalidField('/filter', 'filter.invalid', `The filter cannot have ${name.slice(0, 100)} ${filter.has(name) ? 'twice' : 'here'}.`)
    if (value.length > LONGEST_VALUE) throw invalidField('/filter', 'filter.invalid', `A value of the filter has at most ${LONGEST_VALUE} characters.`)
    filter.set(name, value)
  }
  return Object.fromEntries(filter)
}
