import type * as z from 'zod'
import { Problem, type FieldProblem } from './problem.ts'

/** Where a value came from decides how its fields are named in a problem. */
export type Origin = 'body' | 'query' | 'path'

/** Checks a value against its schema and names each bad field (API-2, API-5). Throws 400 `request.invalid`. */
export function parse<S extends z.ZodType>(schema: S, value: unknown, origin: Origin): z.output<S> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const fields = result.error.issues.flatMap((issue) => fieldsOfIssue(issue, origin))
  const first = fields[0]
  throw new Problem('invalid', 'request.invalid', first ? `${first.pointer || 'The body'}: ${first.detail}` : 'The request is not valid.', fields.slice(0, MOST_FIELDS_NAMED))
}

/** A hostile body can be wrong in a million places; naming the first of them is enough. */
const MOST_FIELDS_NAMED = 50

function fieldsOfIssue(issue: z.core.$ZodIssue, origin: Origin): FieldProblem[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => ({ pointer: pointerTo([...issue.path, key], origin), detail: 'There is no such field.' }))
  return [{ pointer: pointerTo(issue.path, origin), detail: issue.message }]
}

function pointerTo(path: readonly PropertyKey[], origin: Origin): string {
  if (origin === 'query') return `?${path.map(String).join('.')}`
  const parts = path.map((part) => `/${String(part).slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1')}`)
  return (origin === 'path' ? '{path}' : '') + parts.join('')
}
