import type { InvocationOutcome, Resource } from '../../../../infra/local/contract.ts'
import { createHttpApi } from '../../../../infra/local/http-api/index.ts'
import { aHost, aResource } from '../../../support/a-host.ts'

const apiId = 'a1b2c3d4e5'

export interface ApiOptions {
  /** Route keys, each with what its resource has besides. */
  readonly routes: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly cors?: Readonly<Record<string, unknown>>
  readonly issuer?: string
  readonly audience?: readonly string[]
  readonly timeoutMilliseconds?: number
  readonly answer?: (event: GatewayEvent) => unknown
  readonly invoke?: (functionArn: string, event: unknown) => Promise<InvocationOutcome>
  readonly allowedByResourcePolicy?: () => boolean
}

/** What a function reads of an event in these tests. */
export interface GatewayEvent {
  readonly routeKey: string
  readonly rawPath: string
  readonly rawQueryString: string
  readonly cookies?: readonly string[]
  readonly headers: Readonly<Record<string, string>>
  readonly queryStringParameters?: Readonly<Record<string, string>>
  readonly pathParameters?: Readonly<Record<string, string>>
  readonly requestContext: Readonly<Record<string, unknown>> & {
    readonly authorizer?: { readonly jwt: { readonly claims: Readonly<Record<string, string>>; readonly scopes: readonly string[] | null } }
  }
  readonly body?: string
  readonly isBase64Encoded: boolean
}

export interface TestApi {
  readonly origin: string
  readonly port: number
  /** What the host logged. */
  readonly lines: readonly string[]
  /** What the function was invoked with, in order. */
  readonly events: GatewayEvent[]
  close(): Promise<void>
}

/** A real HTTP API in front of one function, which answers with `answer` (by default an empty 200). */
export async function anApi(options: ApiOptions): Promise<TestApi> {
  const events: GatewayEvent[] = []
  const { answer = () => ({ statusCode: 200, body: '' }) } = options
  const host = await aHost({
    resources: resourcesOf(options),
    edgeDoors: [createHttpApi],
    ...(options.allowedByResourcePolicy !== undefined && { allowedByResourcePolicy: options.allowedByResourcePolicy }),
    invoke: options.invoke ?? (async (_functionArn, event) => {
      events.push(event as GatewayEvent)
      return { ok: true, payload: answer(event as GatewayEvent) }
    }),
  })
  const { origin, port, lines, close } = host
  return { origin, port, lines, events, close }
}

function resourcesOf({ routes, cors, issuer, audience, timeoutMilliseconds }: ApiOptions): Resource[] {
  const functionArn = 'arn:aws:lambda:eu-west-1:000000000000:function:things'
  return [
    aResource({ type: 'AWS::ApiGatewayV2::Api', name: apiId, properties: { ProtocolType: 'HTTP', ...(cors !== undefined && { CorsConfiguration: cors }) } }),
    aResource({ type: 'AWS::ApiGatewayV2::Stage', name: '$default', properties: { ApiId: apiId, StageName: '$default', AutoDeploy: true } }),
    aResource({
      type: 'AWS::ApiGatewayV2::Integration',
      name: 'int1',
      properties: {
        ApiId: apiId,
        IntegrationType: 'AWS_PROXY',
        IntegrationUri: `arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${functionArn}/invocations`,
        PayloadFormatVersion: '2.0',
        ...(timeoutMilliseconds !== undefined && { TimeoutInMillis: timeoutMilliseconds }),
      },
    }),
    aResource({
      type: 'AWS::ApiGatewayV2::Authorizer',
      name: 'auth1',
      properties: {
        ApiId: apiId,
        AuthorizerType: 'JWT',
        IdentitySource: ['$request.header.Authorization'],
        JwtConfiguration: { Issuer: issuer ?? 'http://127.0.0.1:1', Audience: audience ?? ['leadline-local'] },
      },
    }),
    ...Object.entries(routes).map(([RouteKey, more], index) =>
      aResource({ type: 'AWS::ApiGatewayV2::Route', name: `route${index}`, properties: { ApiId: apiId, RouteKey, Target: 'integrations/int1', ...more } }),
    ),
  ]
}
