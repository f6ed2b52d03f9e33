import type { APIGatewayProxyResultV2, Context } from 'aws-lambda'
import type * as z from 'zod'
import { parse } from '../kernel/parse.ts'
import { faultBody, Problem, problemBody } from '../kernel/problem.ts'
import type { Push } from '../platform/push.ts'
import type { Table } from '../platform/table.ts'
import { closeSocket, openSocket, tokenHasEnded, type Socket, type SocketPorts } from '../sockets/index.ts'
import { isActive, openSessions, peopleOf, type Ctx, type Sessions } from '../workspace/index.ts'
import { contextOf } from './http.ts'
import { createLater } from './later.ts'
import { logBug, logInvocation } from './log.ts'
import { readRequest, type SocketRequest } from './socket-request.ts'

type SocketCtx = Ctx & SocketPorts & { socket: Socket }

/** One thing a client can ask for over its connection, as data: what the API's description and the client read too. */
export interface Action {
  readonly action: string
  /** One sentence for people. */
  readonly summary: string
  readonly body: z.ZodType
  readonly run: (ctx: SocketCtx, input: { values: never }) => Promise<object | void>
}

/** An action that knows its types: the typed client infers from it what a request takes and what the answer says. */
export interface TypedAction<Name extends string, S, R> extends Action {
  readonly action: Name
  /** For the compiler alone: no value is ever kept here. */
  readonly types?: { readonly body: S; readonly returns: R }
}

/** Declares an action; the input of its use case follows from its schema. A table of actions ends in `as const satisfies readonly Action[]`, so that their types last. */
export function action<const Name extends string, S extends z.ZodType, R extends object | void>(
  definition: Omit<Action, 'action' | 'run' | 'body'> & { readonly action: Name; readonly body: S; readonly run: (ctx: SocketCtx, input: { values: z.output<S> }) => Promise<R> },
): TypedAction<Name, S, R> {
  return definition
}

/** The part of API Gateway's event that is used. The authorizer's words come back with every message of the connection. */
interface SocketEvent {
  readonly body?: string
  readonly requestContext: {
    readonly routeKey: string
    readonly connectionId: string
    readonly authorizer?: { readonly userId?: string; readonly until?: string | number; readonly events?: string }
  }
}

type Handler = (event: SocketEvent, context: Context) => Promise<APIGatewayProxyResultV2>

/** Serves a table of actions. Every request has an `id` and is answered with it: `ok`, or the problem. */
export function serveSocket(actions: readonly Action[], { push }: { push: Push }, table: Table): Handler {
  const byName = new Map(actions.map((one) => [one.action, one]))
  const sessions = openSessions(table)
  return async (event, context) => {
    const started = performance.now()
    const socket = socketOf(event)
    const seen = { route: `socket ${event.requestContext.routeKey}`, outcome: 'done' }
    try {
      const answer = await serve(event, socket, { byName, sessions, push, table }, context, seen)
      return { statusCode: 200, ...(answer === undefined ? {} : { body: answer }) }
    } catch (error) {
      seen.outcome = 'failed'
      logBug(error, { route: seen.route, requestId: context.awsRequestId })
      throw error
    } finally {
      logInvocation({ ...seen, actorId: socket.userId, requestId: context.awsRequestId, milliseconds: Math.round(performance.now() - started) })
    }
  }
}

interface Served {
  readonly byName: ReadonlyMap<string, Action>
  readonly sessions: Sessions
  readonly push: Push
  readonly table: Table
}

/** Gives the answer to a request, which the gateway hands to the connection. */
async function serve(event: SocketEvent, socket: Socket, served: Served, context: Context, seen: { route: string; outcome: string }): Promise<string | undefined> {
  if (event.requestContext.routeKey === '$connect') await openSocket(served.table, socket)
  else if (event.requestContext.routeKey === '$disconnect') await closeSocket(served.table, socket)
  else if (tokenHasEnded(socket, new Date())) await sayFarewell(event.body ?? '', socket, served, context, seen)
  else return answerRequest(event.body ?? '', socket, served, context, seen)
  return undefined
}

/** Ends a connection whose token has ended (CHT-8). What the function gives comes only after its calls, so this answer is a call too. */
async function sayFarewell(body: string, socket: Socket, { push, table }: Served, context: Context, seen: { outcome: string }): Promise<void> {
  const problem = new Problem('unauthenticated', 'token.ended', 'The token of this connection has ended. Connect with a new one.')
  seen.outcome = problem.code
  const answer = { id: readRequest(body).id, ok: false, problem: problemBody(problem, context.awsRequestId) }
  if (await push.send(socket.connectionId, JSON.stringify(answer))) await push.close(socket.connectionId)
  await closeSocket(table, socket)
}

const WHAT_TO_DO = 'The request could not be carried out. Send it again; a message under the same clientId is not doubled.'

async function answerRequest(body: string, socket: Socket, served: Served, context: Context, seen: { route: string; outcome: string }): Promise<string> {
  const request = readRequest(body)
  const later = createLater()
  const where = { route: seen.route, requestId: context.awsRequestId }
  let answer: object
  try {
    const chosen = actionFor(request, served.byName)
    seen.route = where.route = `socket ${chosen.action}`
    answer = { id: request.id, ok: true, ...(await perform(chosen, request, socket, served, later)) }
    await later.finish(served.table, where)
  } catch (error) {
    const problem = error instanceof Problem ? error : undefined
    if (!problem) logBug(error, where)
    seen.outcome = problem?.code ?? 'failed'
    answer = { id: request.id, ok: false, problem: problem ? problemBody(problem, context.awsRequestId) : faultBody(WHAT_TO_DO, context.awsRequestId) }
  }
  return JSON.stringify(answer)
}

async function perform(chosen: Action, request: SocketRequest, socket: Socket, { sessions, push }: Served, later: ReturnType<typeof createLater>): Promise<object> {
  const result = await sessions.run(async (workspace, table) => {
    if (!isActive(peopleOf(workspace), socket.userId)) throw new Problem('forbidden', 'user.not_here', 'This account does not belong to an active user of the company.')
    const values = parse(chosen.body, request.fields, 'body')
    const ctx = contextOf({ userId: socket.userId, via: 'user', tokenUntil: socket.until }, workspace, table)
    return chosen.run({ ...ctx, push, socket, ...later.begin() }, { values: values as never })
  })
  return result ?? {}
}

function actionFor({ id, action: name, malformed }: SocketRequest, byName: ReadonlyMap<string, Action>): Action {
  if (malformed !== undefined) throw malformed
  if (id === null) throw new Problem('invalid', 'request.without_id', 'Every request has an id, a text of 1 to 64 characters.', [{ pointer: '/id', detail: 'A text of 1 to 64 characters.' }])
  const found = byName.get(name)
  if (!found) throw new Problem('invalid', 'request.unknown_action', `The actions are ${[...byName.keys()].join(', ')}.`, [{ pointer: '/action', detail: 'There is no such action.' }])
  return found
}

function socketOf({ requestContext: { connectionId, authorizer } }: SocketEvent): Socket {
  return { connectionId, userId: authorizer?.userId ?? '', until: Number(authorizer?.until ?? 0), together: authorizer?.events === 'together' }
}
