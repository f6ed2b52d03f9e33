import type { MiddlewareObj } from '@middy/core'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda'
import { Problem } from '../kernel/problem.ts'
import { answerOfBug, answerOfProblem } from './answer.ts'
import { logBug, logInvocation } from './log.ts'

type HttpMiddleware = MiddlewareObj<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>

/** What is learnt of an invocation on its way, for its line in the log. */
export interface Seen {
  readonly started: number
  actorId?: string
}

const seenByContext = new WeakMap<Context, Seen>()

/** What was learnt of an invocation so far; it begins with the first who asks. */
export function seenBy(context: Context): Seen {
  const seen = seenByContext.get(context) ?? { started: performance.now() }
  seenByContext.set(context, seen)
  return seen
}

/** One line in the log for each invocation, whatever became of it. */
export function oneLogLine(): HttpMiddleware {
  const write = (event: APIGatewayProxyEventV2, context: Context, outcome: string): void => {
    const { started, actorId } = seenBy(context)
    logInvocation({ route: event.routeKey, outcome, actorId, requestId: context.awsRequestId, milliseconds: Math.round(performance.now() - started) })
  }
  return {
    before: ({ context }) => void seenBy(context),
    after: ({ event, context, response }) => write(event, context, String(response?.statusCode)),
    onError: ({ event, context, response }) => write(event, context, String(response?.statusCode ?? 'error')),
  }
}

/** Problems become answers of `application/problem+json`; anything else that was thrown is a bug and answers 500 (API-2). */
export function problemsAsAnswers(): HttpMiddleware {
  return {
    onError: (request) => {
      const { error, context, event } = request
      if (error instanceof Problem) {
        request.response = answerOfProblem(error, context.awsRequestId)
        return
      }
      logBug(error, { route: event.routeKey, requestId: context.awsRequestId })
      request.response = answerOfBug(context.awsRequestId)
    },
  }
}
