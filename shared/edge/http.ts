import middy from '@middy/core'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda'
import { identify } from '../directory/index.ts'
import { randomId } from '../kernel/ids.ts'
import { notFound, Problem } from '../kernel/problem.ts'
import type { Table } from '../platform/table.ts'
import type { Actor, Ctx, Workspace } from '../workspace/index.ts'
import { answerOf } from './answer.ts'
import { doOnce, onceOnlyOf, type Answer } from './idempotency.ts'
import { oneLogLine, problemsAsAnswers, seenBy, type Seen } from './middleware.ts'
import { inputOf } from './request.ts'
import type { Route } from './route.ts'
import { companySessions } from './sessions.ts'

type Handler = (event: APIGatewayProxyEventV2, context: Context) => Promise<APIGatewayProxyStructuredResultV2>

/** Serves a table of routes. `ports` are what its use cases need besides the table, such as stored files. */
export function serveHttp<Ports extends object>(routes: readonly Route<Ports>[], ports: Ports, table: Table): Handler {
  const byKey = new Map(routes.map((route) => [`${route.method} ${route.path}`, route]))
  const sessions = companySessions(table)
  return wrapped(async (event, seen) => {
    const route = byKey.get(event.routeKey)
    if (!route) throw notFound('resource')
    // The session may repeat this on a newer workspace; all of it is safe to repeat, since nothing is written before the workspace is confirmed.
    return sessions.run(async (workspace, table) => {
      const user = await identify({ workspace, table }, signInOf(event))
      seen.actorId = user.id
      const input = inputOf(route, event)
      const perform = async (on: Table): Promise<Answer> => answerOf(route, await route.run({ ...contextOf({ userId: user.id, via: 'user' }, workspace, on), ...ports }, input as never))
      const once = onceOnlyOf(route, event, user.id)
      return once ? doOnce(table, once, new Date(), perform) : perform(table)
    })
  })
}

/**
 * Answers every path that no function has: 404 in the API's own words (API-2). A browser's preflight request comes here too, because the
 * `$default` route takes every method: an empty answer, to which the gateway adds the CORS headers of its settings.
 */
export function serveUnknownPaths(): Handler {
  return wrapped(async (event) => {
    if (event.requestContext.http.method === 'OPTIONS') return { statusCode: 204 }
    throw new Problem('not_found', 'path.not_found', `There is nothing at ${event.requestContext.http.method} ${event.rawPath.slice(0, 200)}.`)
  })
}

export function contextOf(actor: Actor, workspace: Workspace, table: Table): Ctx {
  return { actor, workspace, table, now: () => new Date(), newId: randomId }
}

/** What the gateway's authorizer has checked of the token, and the token itself for the issuer's userinfo. */
function signInOf(event: APIGatewayProxyEventV2): { subject: string; token: string } {
  const context = event.requestContext as { authorizer?: { jwt?: { claims?: Record<string, unknown> } } }
  const subject = context.authorizer?.jwt?.claims?.['sub']
  const token = (event.headers['authorization'] ?? '').replace(/^bearer /i, '')
  if (typeof subject !== 'string' || subject === '') throw new Problem('unauthenticated', 'token.without_subject', 'The token names nobody.')
  return { subject, token }
}

function wrapped(work: (event: APIGatewayProxyEventV2, seen: Seen) => Promise<APIGatewayProxyStructuredResultV2>): Handler {
  return middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
    .use(oneLogLine())
    .use(problemsAsAnswers())
    .handler(async (event, context) => work(event, seenBy(context))) as unknown as Handler
}
