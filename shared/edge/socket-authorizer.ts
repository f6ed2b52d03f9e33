import type { Context } from 'aws-lambda'
import { identify } from '../directory/index.ts'
import { Problem } from '../kernel/problem.ts'
import type { Table } from '../platform/table.ts'
import { readToken } from '../platform/token.ts'
import { redeemTicket } from '../sockets/index.ts'
import { isActive, peopleOf } from '../workspace/index.ts'
import { logInvocation } from './log.ts'
import { companySessions } from './sessions.ts'

/** The part of API Gateway's event that is used. */
interface AuthorizerEvent {
  readonly methodArn: string
  readonly headers?: Readonly<Record<string, string>> | null
  readonly queryStringParameters?: Readonly<Record<string, string>> | null
}

/** What the connection's later messages carry in `requestContext.authorizer`. */
interface Permission {
  readonly principalId: string
  readonly policyDocument: object
  readonly context: { readonly userId: string; readonly until: number; readonly events: string }
}

/**
 * Lets into the WebSocket API who brings a good bearer token in the `Authorization` header, or a ticket in the query; a token in the query is no
 * token. The gateway answers 401 for the word `Unauthorized`, and 403 for a refusal by policy: a good token of nobody here.
 */
export function serveSocketAuthorizer(table: Table): (event: AuthorizerEvent, context: Context) => Promise<Permission> {
  const sessions = companySessions(table)
  return async (event, { awsRequestId }) => {
    const started = performance.now()
    let outcome = 'failed'
    try {
      const given = await sessions.run((workspace, confirmed) => whoIs(event, { workspace, table: confirmed }))
      outcome = given.active ? 'allowed' : 'denied'
      return permission(given.active ? 'Allow' : 'Deny', event, given)
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      outcome = error.code
      if (error.kind === 'forbidden') return permission('Deny', event, { userId: 'nobody', until: 0 })
      // Whoever came while the company was busy is not told that their token is bad.
      if (error.kind !== 'unauthenticated') throw error
      throw new Error('Unauthorized', { cause: error })
    } finally {
      logInvocation({ route: 'socket authorizer', outcome, requestId: awsRequestId, milliseconds: Math.round(performance.now() - started) })
    }
  }
}

async function whoIs(event: AuthorizerEvent, at: Parameters<typeof identify>[0]): Promise<{ userId: string; until: number; active: boolean }> {
  const header = Object.entries(event.headers ?? {}).find(([name]) => name.toLowerCase() === 'authorization')?.[1]
  if (header !== undefined) {
    const token = header.replace(/^bearer /i, '').trim()
    const { subject, until } = await readToken(token)
    return { userId: (await identify(at, { subject, token })).id, until, active: true }
  }
  const ticket = event.queryStringParameters?.['ticket'] ?? ''
  const redeemed = ticket === '' ? undefined : await redeemTicket(at.table, ticket, new Date())
  if (!redeemed) throw new Problem('unauthenticated', 'ticket.refused', 'There is no token, or the ticket is not good any more.')
  return { ...redeemed, active: isActive(peopleOf(at.workspace), redeemed.userId) }
}

function permission(Effect: 'Allow' | 'Deny', { methodArn, queryStringParameters }: AuthorizerEvent, { userId, until }: { userId: string; until: number }): Permission {
  // A client that takes several events in one message says so when it connects (`?events=together`).
  const events = queryStringParameters?.['events'] === 'together' ? 'together' : 'apart'
  return { principalId: userId, policyDocument: { Version: '2012-10-17', Statement: [{ Action: 'execute-api:Invoke', Effect, Resource: methodArn }] }, context: { userId, until, events } }
}
