/** A field at fault: a JSON pointer into the body, or `?name` for a query parameter, and what is wrong with it. */
export interface ProblemField {
  readonly pointer: string
  readonly detail: string
}

/** What the API answered instead of doing what was asked (API-2), or `network.failed` with status 0 where it could not be reached. */
export class ApiProblem extends Error {
  readonly status: number
  /** Stable, made for programs: `item.stale`. What API Gateway refuses by itself has `gateway.` and the status. */
  readonly code: string
  readonly fields: readonly ProblemField[]
  readonly requestId: string | undefined

  constructor(given: { status: number; code: string; detail: string; fields?: readonly ProblemField[]; requestId?: string | undefined; cause?: unknown }) {
    super(given.detail, given.cause === undefined ? undefined : { cause: given.cause })
    this.name = 'ApiProblem'
    this.status = given.status
    this.code = given.code
    this.fields = given.fields ?? []
    this.requestId = given.requestId
  }
}

/** The problem that an answer tells of, in the API's words or in those of API Gateway. */
export function problemOf(status: number, body: unknown, requestId: string | null): ApiProblem {
  const told = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {}
  if (typeof told['code'] === 'string') {
    return new ApiProblem({ status, code: told['code'], detail: String(told['detail'] ?? told['title'] ?? told['code']), fields: Array.isArray(told['errors']) ? (told['errors'] as ProblemField[]) : [], requestId: String(told['requestId'] ?? requestId ?? '') })
  }
  return new ApiProblem({ status, code: `gateway.${status}`, detail: typeof told['message'] === 'string' ? told['message'] : `The API answered ${status}.`, requestId: requestId ?? undefined })
}
