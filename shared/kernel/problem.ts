/**
 * What a caller did wrong, or what stands against it: the one error of the product. Anything else that is thrown is a bug and answers 500.
 * Each kind has one status code (API-2); `code` is stable and made for programs, `detail` is made for people.
 */

const statusOfKind = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  stale: 412,
  too_large: 413,
  unsupported: 415,
  impossible: 422,
  limit: 429,
} as const

export type ProblemKind = keyof typeof statusOfKind

const titleOfKind: Record<ProblemKind, string> = {
  invalid: 'The request is not valid',
  unauthenticated: 'Sign in first',
  forbidden: 'This is not allowed',
  not_found: 'There is no such thing',
  conflict: 'Something stands against it',
  stale: 'It was changed meanwhile',
  too_large: 'It is too large',
  unsupported: 'This format is not supported',
  impossible: 'It is understood but impossible',
  limit: 'Too much at once',
}

/** A field at fault: a JSON pointer into the body, or `?name` for a query parameter, and what is wrong with it. */
export interface FieldProblem {
  readonly pointer: string
  readonly detail: string
}

/** Thrown to refuse a request. `detail` is for people and says what to do about it; `fields` are the parts of the request at fault. */
export class Problem extends Error {
  readonly kind: ProblemKind
  readonly code: string
  readonly fields: readonly FieldProblem[]

  constructor(kind: ProblemKind, code: string, detail: string, fields: readonly FieldProblem[] = []) {
    super(detail)
    this.name = 'Problem'
    this.kind = kind
    this.code = code
    this.fields = fields
  }

  get status(): number {
    return statusOfKind[this.kind]
  }
}

/** The body of an answer of `application/problem+json` (RFC 9457, API-2). */
export interface ProblemBody {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: string
  readonly detail: string
  readonly errors?: readonly FieldProblem[]
  readonly requestId: string
}

/** Puts a problem into words for a client (API-2). */
export function problemBody(problem: Problem, requestId: string): ProblemBody {
  return {
    type: `https://leadline.example/problems/${problem.kind.replaceAll('_', '-')}`,
    title: titleOfKind[problem.kind],
    status: problem.status,
    code: problem.code,
    detail: problem.message,
    ...(problem.fields.length > 0 ? { errors: problem.fields } : {}),
    requestId,
  }
}

/** What is said of a bug of ours: nothing of its insides (API-2). `detail` says what the client had better do. */
export function faultBody(detail: string, requestId: string): ProblemBody {
  return { type: 'https://leadline.example/problems/internal', title: 'Something went wrong on our side', status: 500, code: 'internal', detail, requestId }
}

/** The thing does not exist, or the caller may not know that it does: both answer the same (ACC-9). */
export function notFound(what: string): Problem {
  return new Problem('not_found', `${what}.not_found`, `There is no such ${what}, or you may not see it.`)
}

/** One bad field, named. */
export function invalidField(pointer: string, code: string, detail: string): Problem {
  return new Problem('invalid', code, detail, [{ pointer, detail }])
}
