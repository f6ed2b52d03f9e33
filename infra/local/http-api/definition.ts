import type { Host, Resource } from '../contract.ts'
import { flag, number, record, text, texts } from '../properties.ts'
import type { Route } from './route-table.ts'

export interface JwtSettings {
  /** The header that carries the token, lower case. */
  readonly header: string
  readonly issuer: string
  readonly audience: readonly string[]
}

export interface RouteTarget {
  readonly functionArn: string
  readonly timeoutMilliseconds: number
  /** Undefined: the route is open to everyone. */
  readonly jwt: JwtSettings | undefined
  readonly scopes: readonly string[]
}

export interface CorsSettings {
  readonly allowCredentials: boolean
  readonly allowHeaders: readonly string[]
  readonly allowMethods: readonly string[]
  readonly allowOrigins: readonly string[]
  readonly exposeHeaders: readonly string[]
  readonly maxAgeSeconds: number | undefined
}

export interface ApiDefinition {
  readonly apiId: string
  readonly routes: readonly Route<RouteTarget>[]
  readonly cors: CorsSettings | undefined
}

/**
 * The HTTP API of the template; undefined if it has none.
 *
 * @throws Error that names the resource, for whatever the local host does not do as API Gateway would
 */
export function readDefinition(host: Host): ApiDefinition | undefined {
  const [api, second] = host.resources('AWS::ApiGatewayV2::Api').filter(({ properties }) => properties.ProtocolType === 'HTTP')
  if (api === undefined) return undefined
  if (second !== undefined) throw notHosted(second, 'a second HTTP API')
  for (const stage of belongingTo(host, 'AWS::ApiGatewayV2::Stage', api)) {
    if (stage.properties.StageName !== '$default') throw notHosted(stage, 'a stage with a path of its own')
  }
  return {
    apiId: api.name,
    routes: belongingTo(host, 'AWS::ApiGatewayV2::Route', api).map((route) => ({
      routeKey: text(route.properties.RouteKey) ?? '',
      target: readTarget(host, route),
    })),
    cors: readCors(api.properties.CorsConfiguration),
  }
}

function belongingTo(host: Host, type: string, api: Resource): readonly Resource[] {
  return host.resources(type).filter(({ properties }) => properties.ApiId === api.name)
}

function readTarget(host: Host, route: Resource): RouteTarget {
  const { properties } = route
  const integrationId = /^integrations\/(.+)$/.exec(text(properties.Target) ?? '')?.[1]
  const integration = host.resources('AWS::ApiGatewayV2::Integration').find(({ name }) => name === integrationId)
  if (integration === undefined) throw notHosted(route, 'a target that is no integration of the template')
  return { ...readIntegration(integration), jwt: readAuthorizer(host, route), scopes: texts(properties.AuthorizationScopes) }
}

const defaultTimeoutMilliseconds = 30_000

function readIntegration(integration: Resource): Pick<RouteTarget, 'functionArn' | 'timeoutMilliseconds'> {
  const { properties } = integration
  if (properties.IntegrationType !== 'AWS_PROXY') throw notHosted(integration, `the integration type ${String(properties.IntegrationType)}`)
  if (properties.PayloadFormatVersion !== '2.0') throw notHosted(integration, `the payload format ${String(properties.PayloadFormatVersion)}`)
  const uri = text(properties.IntegrationUri) ?? ''
  const functionArn = /:path\/[^/]+\/functions\/(.+)\/invocations$/.exec(uri)?.[1] ?? uri
  if (!functionArn.includes(':function:')) throw notHosted(integration, 'an integration that is no function')
  return { functionArn, timeoutMilliseconds: number(properties.TimeoutInMillis) ?? defaultTimeoutMilliseconds }
}

function readAuthorizer(host: Host, route: Resource): JwtSettings | undefined {
  const kind = text(route.properties.AuthorizationType) ?? 'NONE'
  if (kind === 'NONE') return undefined
  if (kind !== 'JWT') throw notHosted(route, `the authorization type ${kind}`)
  const authorizer = host.resources('AWS::ApiGatewayV2::Authorizer').find(({ name }) => name === route.properties.AuthorizerId)
  if (authorizer === undefined) throw notHosted(route, 'an authorizer that is not in the template')
  const source = texts(authorizer.properties.IdentitySource)[0] ?? ''
  const header = /^\$request\.header\.([A-Za-z0-9-]+)$/.exec(source)?.[1]
  if (header === undefined) throw notHosted(authorizer, `the identity source "${source}" (tokens are taken from a header only)`)
  const { Issuer: issuer, Audience: audience } = record(authorizer.properties.JwtConfiguration)
  return { header: header.toLowerCase(), issuer: text(issuer) ?? '', audience: texts(audience) }
}

function readCors(value: unknown): CorsSettings | undefined {
  if (value === undefined) return undefined
  const given = record(value)
  return {
    allowCredentials: flag(given.AllowCredentials),
    allowHeaders: texts(given.AllowHeaders),
    allowMethods: texts(given.AllowMethods),
    allowOrigins: texts(given.AllowOrigins),
    exposeHeaders: texts(given.ExposeHeaders),
    maxAgeSeconds: number(given.MaxAge),
  }
}

function notHosted(resource: Resource, what: string): Error {
  return new Error(`The local host does not do this of ${resource.type} ${resource.logicalId}: ${what}`)
}
