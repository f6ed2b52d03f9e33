import { Logger } from '@aws-lambda-powertools/logger'

/** One JSON line per invocation. Never bodies, mail text or addresses. */
const logger = new Logger({ serviceName: 'leadline' })

export interface Line {
  readonly route: string
  readonly outcome: string
  readonly milliseconds: number
  readonly requestId: string
  readonly actorId?: string | undefined
  readonly [more: string]: unknown
}

export function logInvocation(line: Line): void {
  logger.info('invocation', { ...line })
}

/** An error that is a bug, with its stack, beside the invocation's line. */
export function logBug(error: unknown, where: { route: string; requestId: string }): void {
  logger.error('bug', { error: error instanceof Error ? error : new Error(String(error)), ...where })
}
