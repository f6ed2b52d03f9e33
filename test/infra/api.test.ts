import { describe, expect, it } from 'vitest'
import { FUNCTIONS } from '../../infra/functions.ts'
import { readRouteTables } from '../../infra/routes.ts'
import { IN_AN_ACCOUNT, ON_ONE_MACHINE } from './settings-examples.ts'
import { synthesize } from './synthesized.ts'

const local = await synthesize(ON_ONE_MACHINE)
const account = await synthesize(IN_AN_ACCOUNT)

describe('the API', () => {
  it('has every route of the route tables and our own answer for the rest', async () => {
    const wanted = [...(await readRouteTables()).values()].flat().map(({ method, path }) => `${method} ${path}`)
    expect(
      local
        .ofType('AWS::ApiGatewayV2::Route', 'api')
        .map(({ Properties }) => Properties['RouteKey'])
        .toSorted(),
    ).toEqual(['$default', ...wanted].toSorted())
  })

  it('asks for a token on every route but the public ones and the rest', async () => {
    const open = [...(await readRouteTables()).values()]
      .flat()
      .filter((route) => route.public === true)
      .map(({ method, path }) => `${method} ${path}`)
    for (const { Properties } of local.ofType('AWS::ApiGatewayV2::Route', 'api')) {
      const isOpen = Properties['RouteKey'] === '$default' || open.includes(String(Properties['RouteKey']))
      expect([Properties['RouteKey'], Properties['AuthorizationType'], 'AuthorizerId' in Properties]).toEqual([
        Properties['RouteKey'],
        isOpen ? 'NONE' : 'JWT',
        !isOpen,
      ])
    }
  })

  it('trusts the issuer of the settings, else the user pool', () => {
    expect(local.only('AWS::ApiGatewayV2::Authorizer', 'api')).toMatchObject({
      AuthorizerType: 'JWT',
      IdentitySource: ['$request.header.Authorization'],
      JwtConfiguration: { Issuer: ON_ONE_MACHINE.issuer, Audience: [ON_ONE_MACHINE.audience] },
    })
    expect(JSON.stringify(account.only('AWS::ApiGatewayV2::Authorizer', 'api')['JwtConfiguration'])).toMatch(/cognito-idp.*acme-identity:/)
  })

  it('may call each function by one permission, however many routes there are, and the default route too', () => {
    const permissions = local.ofType('AWS::Lambda::Permission', 'api').filter(({ Properties }) => Properties['Principal'] === 'apigateway.amazonaws.com')
    const called = permissions.map(({ Properties }) => JSON.stringify(Properties['FunctionName']))
    expect(new Set(called).size).toBe(called.length)
    expect(called).toHaveLength(FUNCTIONS.filter(({ trigger }) => trigger.kind === 'http' || trigger.kind === 'fallback').length)
    for (const { Properties } of permissions) expect(JSON.stringify(Properties['SourceArn'])).toMatch(/"Ref":"Api\w+"\},"\/\*\/\*"/)
  })

  it('limits how fast it can be called, and logs nothing of who calls', () => {
    const stage = local.only('AWS::ApiGatewayV2::Stage', 'api')
    expect(stage['DefaultRouteSettings']).toEqual({ ThrottlingRateLimit: 1000, ThrottlingBurstLimit: 2000 })
    const { Format } = stage['AccessLogSettings'] as { Format: string }
    expect(Format).toContain('$context.routeKey')
    expect(Format).not.toMatch(/identity|authorizer|sourceIp|userAgent|\$context\.path|\$context\.domainName/)
  })

  it('answers browsers only from the web origins of the settings', () => {
    expect(account.only('AWS::ApiGatewayV2::Api', 'api')['CorsConfiguration']).toMatchObject({
      AllowOrigins: IN_AN_ACCOUNT.webOrigins,
      ExposeHeaders: expect.arrayContaining(['etag']),
    })
    expect(local.only('AWS::ApiGatewayV2::Api', 'api')).not.toHaveProperty('CorsConfiguration')
  })
})
