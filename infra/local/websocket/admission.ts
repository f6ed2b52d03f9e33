import type { IncomingMessage } from 'node:http'
import type { Host, InvocationOutcome } from '../contract.ts'
import { judge } from '../policy.ts'
import type { PolicyDocument } from '../policy.ts'
import { record, text } from '../properties.ts'
import type { SocketApi, Target } from './definition.ts'
import { authorizerEvent, routeEvent } from './event.ts'
import type { ConnectionFacts } from './event.ts'

/** Whether a client may connect; else the status of the refused handshake. */
export type Admission = { readonly admitted: true; readonly facts: ConnectionFacts } | { readonly admitted: false; readonly status: number }

/** Asks the authorizer, then the `$connect` route, as API Gateway does before it completes a handshake. */
export async function admit(host: Host, api: SocketApi, unauthorized: Omit<ConnectionFacts, 'authorizer'>, request: IncomingMessage): Promise<Admission> {
  const judged = await authorizerOf(host, api, { ...unauthorized, authorizer: undefined }, request)
  if (typeof judged === 'number') return { admitted: false, status: judged }
  const facts: ConnectionFacts = { ...unauthorized, authorizer: judged }
  const route = api.routes.get('$connect')
  if (route === undefined) return { admitted: true, facts }
  const outcome = await invokeRoute(host, api, route, '$connect', routeEvent(api, facts, { eventType: 'CONNECT', routeKey: '$connect' }, host.now(), request))
  if (!outcome.ok) return { admitted: false, status: 502 }
  const status = Number(record(outcome.payload)['statusCode'])
  return status >= 200 && status < 300 ? { admitted: true, facts } : { admitted: false, status: Number.isInteger(status) ? status : 502 }
}

/** The authorizer's context, or the status of its refusal: 401 for the word `Unauthorized`, 403 by policy, 500 for anything else. */
async function authorizerOf(host: Host, api: SocketApi, facts: ConnectionFacts, request: IncomingMessage): Promise<Readonly<Record<string, string>> | undefined | number> {
  const { authorizer } = api
  if (authorizer === undefined) return undefined
  const methodArn = `arn:aws:execute-api:${host.region}:${host.accountId}:${api.apiId}/${api.stage}/$connect`
  const outcome = await invoke(host, authorizer, authorizer.arn, authorizerEvent(api, facts, methodArn, host.now(), request))
  if (!outcome.ok) return outcome.errorMessage === 'Unauthorized' ? 401 : 500
  const { principalId, policyDocument, context } = record(outcome.payload)
  if (text(principalId) === undefined || record(policyDocument)['Statement'] === undefined) return 500
  const question = { action: 'execute-api:Invoke', resource: methodArn, context: {} }
  if (judge([policyDocument as PolicyDocument], question) !== 'allow') return 403
  // The context comes back as text, whatever it was; objects and lists are not allowed in it.
  return { ...Object.fromEntries(Object.entries(record(context)).map(([name, value]) => [name, String(value)])), principalId: String(principalId) }
}

export async function invokeRoute(host: Host, api: SocketApi, target: Target, routeKey: string, event: Record<string, unknown>): Promise<InvocationOutcome> {
  return invoke(host, target, `arn:aws:execute-api:${host.region}:${host.accountId}:${api.apiId}/${api.stage}/${routeKey}`, event)
}

async function invoke(host: Host, { functionArn, timeoutMilliseconds }: Target, sourceArn: string, event: Record<string, unknown>): Promise<InvocationOutcome> {
  if (!host.allowedByResourcePolicy(functionArn, 'lambda:InvokeFunction', 'apigateway.amazonaws.com', sourceArn)) {
    host.log(`WebSocket API: no AWS::Lambda::Permission lets ${sourceArn} invoke ${functionArn}`)
    return { ok: false, errorType: 'AccessDenied', errorMessage: 'API Gateway may not invoke the function', timedOut: false }
  }
  const { promise: late, resolve } = Promise.withResolvers<InvocationOutcome>()
  const timer = setTimeout(() => resolve({ ok: false, errorType: 'Timeout', errorMessage: 'Endpoint request timed out', timedOut: true }), timeoutMilliseconds)
  try {
    return await Promise.race([host.invoke(functionArn, event), late])
  } finally {
    clearTimeout(timer)
  }
}
