import { onTestFinished } from 'vitest'
import { createWebsocket } from '../../../../infra/local/websocket/index.ts'
import type { InvocationOutcome } from '../../../../infra/local/contract.ts'
import type { Patience } from '../../../../infra/local/websocket/limits.ts'
import { aHost, aResource, type HostOptions, type TestHost } from '../../../support/a-host.ts'

export const API_ID = 'socketapi1'
const SOCKET_FUNCTION = 'arn:aws:lambda:eu-west-1:000000000000:function:socket'
const AUTHORIZER_FUNCTION = 'arn:aws:lambda:eu-west-1:000000000000:function:authorizer'

export interface Invocation {
  readonly type?: string
  readonly methodArn?: string
  readonly headers?: Record<string, string>
  readonly queryStringParameters?: Record<string, string>
  readonly body?: string
  readonly requestContext: { readonly routeKey: string; readonly eventType: string; readonly connectionId: string; readonly authorizer?: Record<string, unknown>; readonly disconnectStatusCode?: number; readonly [more: string]: unknown }
}

export interface SocketApiOptions {
  /** Left out: no authorizer. */
  readonly authorize?: (event: Invocation) => unknown
  /** What the route function answers; the default is 200. A thrown error fails the invocation. */
  readonly answer?: (event: Invocation) => unknown
  /** Route keys besides `$connect`, `$disconnect` and `$default`. */
  readonly routes?: readonly string[]
  readonly withoutDefault?: boolean
  /** Route keys whose answer goes back over the connection. */
  readonly answering?: readonly string[]
  readonly patience?: Patience
  readonly host?: Pick<HostOptions, 'deny' | 'allowedByResourcePolicy'>
}

export interface SocketApi {
  readonly host: TestHost
  readonly address: string
  /** Every event that the route function got. */
  readonly seen: Invocation[]
}

/** A host with one WebSocket API at `/ws`. */
export async function aSocketApi(options: SocketApiOptions = {}): Promise<SocketApi> {
  const seen: Invocation[] = []
  const uri = (arn: string): string => `arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${arn}/invocations`
  const keys = ['$connect', '$disconnect', ...(options.withoutDefault ? [] : ['$default']), ...(options.routes ?? [])]
  const type = (name: string) => `AWS::ApiGatewayV2::${name}`
  const resources = [
    aResource({ type: type('Api'), name: API_ID, properties: { ProtocolType: 'WEBSOCKET', RouteSelectionExpression: '$request.body.action' } }),
    aResource({ type: type('Stage'), name: 'ws', properties: { ApiId: API_ID, StageName: 'ws' } }),
    aResource({ type: type('Integration'), name: 'int1', properties: { ApiId: API_ID, IntegrationType: 'AWS_PROXY', IntegrationUri: uri(SOCKET_FUNCTION) } }),
    ...(options.authorize === undefined ? [] : [aResource({ type: type('Authorizer'), name: 'auth1', properties: { ApiId: API_ID, AuthorizerType: 'REQUEST', AuthorizerUri: uri(AUTHORIZER_FUNCTION), IdentitySource: [] } })]),
    ...keys.flatMap((RouteKey, n) => (options.answering?.includes(RouteKey) ? [aResource({ type: type('RouteResponse'), name: `answer${n}`, properties: { ApiId: API_ID, RouteId: `route${n}`, RouteResponseKey: '$default' } })] : [])),
    ...keys.map((RouteKey, n) => aResource({ type: type('Route'), name: `route${n}`, properties: { ApiId: API_ID, RouteKey, Target: 'integrations/int1', ...(options.answering?.includes(RouteKey) ? { RouteResponseSelectionExpression: '$default' } : {}), ...(RouteKey === '$connect' && options.authorize !== undefined ? { AuthorizationType: 'CUSTOM', AuthorizerId: 'auth1' } : {}) } })),
  ]
  const run = async (work: () => unknown): Promise<InvocationOutcome> => {
    try {
      return { ok: true, payload: await work() }
    } catch (error) {
      return { ok: false, errorType: 'Error', errorMessage: error instanceof Error ? error.message : String(error), timedOut: false }
    }
  }
  const host = await aHost({
    ...options.host,
    resources,
    parts: { websocket: (made) => createWebsocket(made, options.patience) },
    invoke(functionArn, event) {
      const invocation = event as Invocation
      if (functionArn === AUTHORIZER_FUNCTION) return run(() => options.authorize?.(invocation))
      seen.push(invocation)
      return run(() => options.answer?.(invocation) ?? { statusCode: 200 })
    },
  })
  onTestFinished(() => host.close())
  return { host, address: `ws://127.0.0.1:${host.port}/ws`, seen }
}
