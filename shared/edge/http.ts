import middy from '@middy/core'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda'
import { identify } from '../directory/index.ts'
import { randomId } from '../kernel/ids.ts'
import { notFound, Problem } from '../kernel/problem.ts'
import type { Table } from '../platform/table.ts'
import { subjectOfToken } from '../platform/token.ts'
import type { Actor, Afterwards, Ctx, Repeated, Workspace } from '../workspace/index.ts'
import { answerOf } from './answer.ts'
import { doOnce, onceOnlyOf, type Perform } from './idempotency.ts'
import { createLater } from './later.ts'
import { oneLogLine, problemsAsAnswers, seenBy, type Seen } from './middleware.ts'
import { inputOf } from './request.ts'
import type { Route } from './route.ts'
import { companySessions } from './sessions.ts'

type Handler = (event: APIGatewayProxyEventV2, context: Context) => Promise<APIGatewayProxyStructuredResultV2>

/** Serves a table of routes. `ports` are what its use cases need besides the table, such as stored files. */
export function serveHttp<Ports extends object>(routes: readonly Route<Ports & Afterwards & Repeated>[], ports: Ports, table: Table): Handler {
  const byKey = new Map(routes.map((route) => [`${route.method} ${route.path}`, route]))
  const sessions = companySessions(table)
  return wrapped(async (event, seen) => {
    const route = byKey.get(event.routeKey)
    if (!route) throw notFound('resource')
    // The session may repeat this on a newer workspace; all of it is safe to repeat, since nothing is written before the workspace is confirmed.
    const later = createLater()
    const answer = await sessions.run(async (workspace, table) => {
      const userId = await callerOf(route, event, { workspace, table })
      if (userId !== NOBODY) seen.actorId = userId
      const input = inputOf(route, event)
      const actor: Actor = { userId, via: 'user', ...tokenEndOf(event) }
      const perform: Perform = async (on, earlier) =>
        answerOf(route, await route.run({ ...contextOf(actor, workspace, on), ...ports, ...later.begin(), ...(earlier?.body === undefined ? {} : { earlierBody: earlier.body }) }, input as never))
      const once = onceOnlyOf(route, event, userId)
      return once ? doOnce(table, once, new Date(), perform) : perform(table)
    })
    await later.finish(table, { route: event.routeKey, requestId: event.requestContext.requestId })
    return answer
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

/** What a use case is given, with the clock and random ids of real life. */
export function contextOf(actor: Actor, workspace: Workspace, table: Table): Ctx {
  return { actor, workspace, table, now: () => new Date(), newId: randomId }
}

/** Who asks on a public route without a token: the name of no user, who has no rights. */
const NOBODY = ''

async function callerOf(route: Pick<Route, 'public' | 'welcomesToken'>, event: APIGatewayProxyEventV2, at: { workspace: Workspace; table: Table }): Promise<string> {
  if (!route.public) return (await identify(at, signInOf(event))).id
  const token = bearerOf(event)
  if (!route.welcomesToken || token === '') return NOBODY
  return (await identify(at, { subject: await subjectOfToken(token), token })).id
}

/** When the token ends, as its checked claims say in seconds since 1970. */
function tokenEndOf(event: APIGatewayProxyEventV2): { tokenUntil?: number } {
  const context = event.requestContext as { authorizer?: { jwt?: { claims?: Record<string, unknown> } } }
  const tokenUntil = Number(context.authorizer?.jwt?.claims?.['exp'] ?? Number.NaN)
  return Number.isFinite(tokenUntil) ? { tokenUntil } : {}
}

/** What the gateway's authorizer has checked of the token, and the token itself for the issuer's userinfo. */
function signInOf(event: APIGatewayProxyEventV2): { subject: string; token: string } {
  const context = event.requestContext as { authorizer?: { jwt?: { claims?: Record<string, unknown> } } }
  const subject = context.authorizer?.jwt?.claims?.['sub']
  if (typeof subject !== 'string' || subject === '') throw new Problem('unauthenticated', 'token.without_subject', 'The token names nobody.')
  return { subject, token: bearerOf(event) }
}

function bearerOf(event: APIGatewayProxyEventV2): string {
  return (event.headers['authorization'] ?? '').replace(/^bearer /i, '').trim()
}

function wrapped(work: (event: APIGatewayProxyEventV2, seen: Seen) => Promise<APIGatewayProxyStructuredResultV2>): Handler {
  return middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
    .use(oneLogLine())
    .use(problemsAsAnswers())
    .handler(async (event, context) => work(event, seenBy(context))) as unknown as Handler
}
