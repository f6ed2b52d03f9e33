import type { Context } from 'aws-lambda'
import { logBugs, logInvocation } from './log.ts'

/** How much time is left before the function is ended. */
export type MillisecondsLeft = () => number

/** Runs a job at its hours. What it returns is counted in the log; what it throws is an error of the function, which an alarm watches. */
export function serveSchedule(name: string, job: (left: MillisecondsLeft) => Promise<Readonly<Record<string, number>>>): (event: unknown, context: Context) => Promise<void> {
  return async (_event, context) => {
    const started = performance.now()
    let outcome: Readonly<Record<string, unknown>> = { outcome: 'failed' }
    try {
      outcome = { ...(await job(() => context.getRemainingTimeInMillis())), outcome: 'done' }
    } catch (error) {
      logBugs(error, { route: name, requestId: context.awsRequestId })
      throw error
    } finally {
      logInvocation({ route: name, requestId: context.awsRequestId, milliseconds: Math.round(performance.now() - started), ...outcome, outcome: String(outcome['outcome']) })
    }
  }
}
