import { Stack } from 'aws-cdk-lib'
import { CfnAuthorizer, CfnIntegration, CfnRoute, type HttpApi } from 'aws-cdk-lib/aws-apigatewayv2'
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Construct } from 'constructs'
import type { Route } from '../routes.ts'
import { acknowledge } from './acknowledge.ts'
import type { ProductFunction } from './product-function.ts'

/** Whose tokens the API takes. */
export interface TokenIssuer {
  /** Address of the OpenID Connect issuer. */
  readonly issuer: string
  readonly audience: string
}

/**
 * Leads requests to functions. Written in CloudFormation's own resources because the constructs of the CDK name a
 * function's integration after its first route, so that sorting a route table would replace what a running API uses.
 */
export class HttpRoutes extends Construct {
  private readonly api: HttpApi
  private readonly authorizer: CfnAuthorizer

  constructor(scope: Construct, id: string, api: HttpApi, { issuer, audience }: TokenIssuer) {
    super(scope, id)
    this.api = api
    this.authorizer = new CfnAuthorizer(this, 'Token', {
      apiId: api.apiId,
      name: 'token',
      authorizerType: 'JWT',
      identitySource: ['$request.header.Authorization'],
      jwtConfiguration: { issuer, audience: [audience] },
    })
  }

  /** Leads the routes of a table to a function. Without a token only those come through that the table calls public. */
  lead(target: ProductFunction, routes: readonly Route[]): void {
    const integration = this.integrate(target)
    for (const route of routes) {
      const made = this.addRoute(`${route.method} ${route.path}`, integration, route.public !== true)
      if (route.public === true) acknowledge(made, 'APIG4', 'The route table says that anybody may call this route; its function checks what it is given.')
    }
  }

  /** Leads what no route takes to a function. */
  leadTheRest(target: ProductFunction): void {
    const made = this.addRoute('$default', this.integrate(target), false)
    acknowledge(made, 'APIG4', 'Unknown addresses get a plain 404 and reach no data.')
  }

  private integrate(target: ProductFunction): CfnIntegration {
    // One permission for the whole API: with one per route the function's policy outgrows its 20 KB at about 30 routes.
    // The default route is named `<stage>/$default`, which `<stage>/<method>/<path>` would not match.
    target.function.addPermission('FromApi', {
      principal: new ServicePrincipal('apigateway.amazonaws.com'),
      sourceArn: Stack.of(this).formatArn({ service: 'execute-api', resource: this.api.apiId, resourceName: '*/*' }),
    })
    return new CfnIntegration(this, `${target.node.id}Integration`, {
      apiId: this.api.apiId,
      integrationType: 'AWS_PROXY',
      integrationUri: target.function.functionArn,
      payloadFormatVersion: '2.0',
    })
  }

  private addRoute(routeKey: string, integration: CfnIntegration, withToken: boolean): CfnRoute {
    return new CfnRoute(this, routeKey, {
      apiId: this.api.apiId,
      routeKey,
      target: `integrations/${integration.ref}`,
      ...(withToken ? { authorizationType: 'JWT', authorizerId: this.authorizer.ref } : { authorizationType: 'NONE' }),
    })
  }
}
