/** What is told of an invocation, as one line of JSON. Never bodies, mail text or addresses. */
export interface Line {
  readonly route: string
  readonly outcome: string
  readonly milliseconds: number
  readonly requestId: string
  readonly actorId?: string | undefined
  readonly [more: string]: unknown
}

/** The one line that every invocation leaves. */
export function logInvocation(line: Line): void {
  write({ level: 'INFO', message: 'invocation', ...line })
}

/** An error that is a bug, with its stack, beside the invocation's line. */
export function logBug(error: unknown, where: { route: string; requestId: string }): void {
  const { name, message, stack, cause } = error instanceof Error ? error : new Error(String(error))
  write({ level: 'ERROR', message: 'bug', ...where, error: { name, message, stack, ...(cause === undefined ? {} : { cause: String(cause) }) } })
}

/** The same for several errors that were thrown together: each of them, or the first `most`. */
export function logBugs(error: unknown, where: { route: string; requestId: string }, most = Infinity): void {
  const causes: readonly unknown[] = error instanceof AggregateError ? error.errors.slice(0, most) : [error]
  for (const cause of causes) logBug(cause, where)
}

/** Lambda hands what a function prints to CloudWatch, a line at a time. */
function write(line: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify({ timestamp: new Date().toISOString(), service: 'leadline', ...line })}\n`)
}
