import type { Host, Resource } from '../contract.ts'
import { number, text, texts } from '../properties.ts'

export interface Target {
  readonly functionArn: string
  readonly timeoutMilliseconds: number
}

export interface SocketRoute extends Target {
  /** Whether the body that the function gives goes back over the connection. */
  readonly answers: boolean
}

export interface SocketApi {
  readonly apiId: string
  /** Also the path at which clients connect: `/<stage>`. */
  readonly stage: string
  /** The field of a message's body by whose value its route is chosen: `action` for `$request.body.action`. */
  readonly selector: string
  /** By route key: `$connect`, `$disconnect`, `$default` and values of the selector. */
  readonly routes: ReadonlyMap<string, SocketRoute>
  /** Asked before `$connect`. */
  readonly authorizer: (Target & { readonly arn: string }) | undefined
}

/**
 * The WebSocket API of the template; undefined if it has none.
 *
 * @throws Error that names the resource, for whatever the local host does not do as API Gateway would
 */
export function readSocketApi(host: Host): SocketApi | undefined {
  const [api, second] = host.resources('AWS::ApiGatewayV2::Api').filter(({ properties }) => properties['ProtocolType'] === 'WEBSOCKET')
  if (api === undefined) return undefined
  if (second !== undefined) throw notHosted(second, 'a second WebSocket API')
  const [stage, another] = belongingTo(host, 'AWS::ApiGatewayV2::Stage', api)
  if (stage === undefined || another !== undefined) throw notHosted(api, 'a number of stages other than one')
  const expression = text(api.properties['RouteSelectionExpression']) ?? ''
  const selector = /^\$\{?request\.body\.([A-Za-z]\w*)\}?$/.exec(expression)?.[1]
  if (selector === undefined) throw notHosted(api, `the route selection expression "${expression}"`)
  const routes = belongingTo(host, 'AWS::ApiGatewayV2::Route', api)
  return {
    apiId: api.name,
    stage: stage.name,
    selector,
    routes: new Map(routes.map((route) => [text(route.properties['RouteKey']) ?? '', { ...targetOf(host, route), answers: answersItself(host, route) }])),
    authorizer: authorizerOf(host, routes),
  }
}

function belongingTo(host: Host, type: string, api: Resource): readonly Resource[] {
  return host.resources(type).filter(({ properties }) => properties['ApiId'] === api.name)
}

/** API Gateway's own limit for an integration. */
const defaultTimeoutMilliseconds = 29_000

function targetOf(host: Host, route: Resource): Target {
  const integrationId = /^integrations\/(.+)$/.exec(text(route.properties['Target']) ?? '')?.[1]
  const integration = host.resources('AWS::ApiGatewayV2::Integration').find(({ name }) => name === integrationId)
  if (integration === undefined) throw notHosted(route, 'a target that is no integration of the template')
  const { properties } = integration
  if (properties['IntegrationType'] !== 'AWS_PROXY') throw notHosted(integration, `the integration type ${String(properties['IntegrationType'])}`)
  return { functionArn: functionOf(integration, properties['IntegrationUri']), timeoutMilliseconds: number(properties['TimeoutInMillis']) ?? defaultTimeoutMilliseconds }
}

/** API Gateway knows one answer of a route, `$default`; without the resource that stands for it nothing goes back. */
function answersItself(host: Host, route: Resource): boolean {
  const expression = text(route.properties['RouteResponseSelectionExpression'])
  if (expression === undefined) return false
  if (expression !== '$default') throw notHosted(route, `the route response selection expression "${expression}"`)
  return host.resources('AWS::ApiGatewayV2::RouteResponse').some(({ properties }) => properties['RouteId'] === route.name)
}

function authorizerOf(host: Host, routes: readonly Resource[]): SocketApi['authorizer'] {
  for (const { properties, ...route } of routes) {
    const kind = text(properties['AuthorizationType']) ?? 'NONE'
    if (kind === 'NONE') continue
    if (kind !== 'CUSTOM' || properties['RouteKey'] !== '$connect') throw notHosted({ ...route, properties }, `the authorization type ${kind} on ${String(properties['RouteKey'])}`)
    const authorizer = host.resources('AWS::ApiGatewayV2::Authorizer').find(({ name }) => name === properties['AuthorizerId'])
    if (authorizer === undefined) throw notHosted({ ...route, properties }, 'an authorizer that is not in the template')
    if (authorizer.properties['AuthorizerType'] !== 'REQUEST') throw notHosted(authorizer, 'an authorizer of another type than REQUEST')
    if (texts(authorizer.properties['IdentitySource']).length > 0) throw notHosted(authorizer, 'identity sources')
    return {
      functionArn: functionOf(authorizer, authorizer.properties['AuthorizerUri']),
      timeoutMilliseconds: defaultTimeoutMilliseconds,
      arn: `arn:aws:execute-api:${host.region}:${host.accountId}:${String(properties['ApiId'])}/authorizers/${authorizer.name}`,
    }
  }
  return undefined
}

function functionOf(resource: Resource, uri: unknown): string {
  const address = text(uri) ?? ''
  const functionArn = /:path\/[^/]+\/functions\/(.+)\/invocations$/.exec(address)?.[1]
  if (functionArn === undefined) throw notHosted(resource, `the address "${address}", which is no function's`)
  return functionArn
}

function notHosted(resource: Resource, what: string): Error {
  return new Error(`The local host does not do this of ${resource.type} ${resource.logicalId}: ${what}`)
}
