import { Problem, type FieldProblem } from '../kernel/problem.ts'
import type { Workspace } from '../workspace/index.ts'
import { MOST_PLACEHOLDERS } from './limits.ts'
import { readPart, type Part } from './liquid.ts'
import { placeholdersFor, sampleScope } from './placeholders.ts'
import type { Content } from './schema.ts'
import { isList, type Shape, type Shapes } from './shape.ts'

/** Refuses a template that says nothing, is no Liquid, names something that mails do not have, or goes beyond a limit on a made-up item (BLK-2). */
export async function templateIsUsable(workspace: Workspace, { subject, html, text, type }: Content & { type: string | null }): Promise<void> {
  if (html.trim() === '' && text.trim() === '') throw new Problem('invalid', 'template.empty', 'A template needs html or text.', [{ pointer: '/html', detail: 'It needs html or text.' }])
  const shape = placeholdersFor(workspace, type)
  const found = await Promise.all([faultOf(subject, '/subject', 'plain', shape), faultOf(html, '/html', 'html', shape), faultOf(text, '/text', 'plain', shape)])
  const faults = found.filter((fault) => fault !== undefined)
  const [first] = faults
  if (first) throw new Problem('invalid', 'template.invalid', `${first.pointer}: ${first.detail}`, faults)
}

async function faultOf(source: string, pointer: string, as: 'html' | 'plain', shape: Shapes): Promise<FieldProblem | undefined> {
  try {
    const part = await readPart(source, as)
    const unknown = part.placeholders.slice(0, MOST_PLACEHOLDERS).find((path) => !isKnown(path, shape))
    if (part.placeholders.length > MOST_PLACEHOLDERS) return { pointer, detail: `It has more than ${MOST_PLACEHOLDERS} placeholders.` }
    if (unknown) return { pointer, detail: `There is no placeholder ${named(unknown)}.` }
    tried(part, shape)
    return undefined
  } catch (error) {
    // Whatever the library finds fault with is the writer's to mend; it names line and column.
    return { pointer, detail: (error instanceof Error ? error.message : String(error)).slice(0, 300) }
  }
}

/** On an item that has everything, so that a name that only a loop or an assignment leads to is found as well; and on one that has nothing. */
function tried(part: Part, shape: Shapes): void {
  part.render(sampleScope(shape), { strict: true })
  part.render({ item: {}, responsible: {}, sender: {} })
}

function isKnown([first, ...rest]: readonly unknown[], shape: Shapes): boolean {
  const inner = typeof first === 'string' && Object.hasOwn(shape, first) ? shape[first] : undefined
  return inner !== undefined && leadsWithin(rest, inner)
}

/** Whether the rest of a path names something within what its beginning names. */
function leadsWithin(path: readonly unknown[], shape: Shape): boolean {
  const [step, ...rest] = path
  if (step === undefined) return true
  if (shape === 'value') return rest.length === 0 && step === 'size'
  if (!isList(shape)) return isKnown(path, shape)
  if (step === 'size') return rest.length === 0
  const isPlace = typeof step === 'number' || step === 'first' || step === 'last' || (typeof step === 'string' && /^\d+$/.test(step))
  return isPlace && leadsWithin(rest, shape[0])
}

function named(path: readonly unknown[]): string {
  return path.map((step) => (Array.isArray(step) ? `[${named(step)}]` : String(step))).join('.').slice(0, 100)
}
