/** One step: a member, an element, or all of them. */
type Step = string | number | '*'

const step = /\.([\w/-]+|\*)|\[(\d+)\]|\[(\*)\]|\['([^']+)'\]/y

/**
 * The steps of a JSON path as EventBridge takes it: `$`, `.name`, `[0]`, `[*]`.
 *
 * @throws Error if it is none
 */
export function stepsOf(path: string): readonly Step[] {
  if (!path.startsWith('$')) throw new Error(`${path} is not a JSON path`)
  const steps: Step[] = []
  step.lastIndex = 1
  while (step.lastIndex < path.length) {
    const [found, name, index, all, quoted] = step.exec(path) ?? []
    if (found === undefined) throw new Error(`${path} is not a JSON path that EventBridge understands`)
    steps.push(index === undefined ? (name ?? all ?? quoted ?? '') : Number(index))
  }
  return steps
}

/** What stands at the path; undefined if nothing does. `*` gives a list. */
export function valueAt(value: unknown, [first, ...rest]: readonly Step[]): unknown {
  if (first === undefined) return value
  if (typeof value !== 'object' || value === null) return undefined
  if (first === '*') return Object.values(value).map((one) => valueAt(one, rest)).filter((one) => one !== undefined)
  if (!Object.hasOwn(value, first)) return undefined
  return valueAt((value as Record<string | number, unknown>)[first], rest)
}
