import { Stack } from 'aws-cdk-lib'
import { CfnAuthorizer, CfnIntegration, CfnRoute, CfnRouteResponse, type WebSocketApi } from 'aws-cdk-lib/aws-apigatewayv2'
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Construct } from 'constructs'
import { acknowledge } from './acknowledge.ts'
import type { ProductFunction } from './product-function.ts'

/** Leads the messages of connections to a function, behind an authorizer that is asked once for each connection. */
export class SocketRoutes extends Construct {
  private readonly api: WebSocketApi

  constructor(scope: Construct, id: string, api: WebSocketApi) {
    super(scope, id)
    this.api = api
  }

  lead(target: ProductFunction, authorizer: ProductFunction): void {
    const permit = new CfnAuthorizer(this, 'TokenOrTicket', {
      apiId: this.api.apiId,
      name: 'token-or-ticket',
      authorizerType: 'REQUEST',
      authorizerUri: this.addressOf(authorizer),
      // A named source would have to be in every request; a browser's ticket comes without the header, a token without the ticket.
      identitySource: [],
    })
    this.mayBeCalled(authorizer, `authorizers/${permit.ref}`)
    this.mayBeCalled(target, '*')
    const integration = new CfnIntegration(this, `${target.node.id}Integration`, { apiId: this.api.apiId, integrationType: 'AWS_PROXY', integrationUri: this.addressOf(target) })
    new CfnRoute(this, 'Connect', { apiId: this.api.apiId, routeKey: '$connect', target: `integrations/${integration.ref}`, authorizationType: 'CUSTOM', authorizerId: permit.ref })
    const common = { apiId: this.api.apiId, target: `integrations/${integration.ref}`, authorizationType: 'NONE' }
    const disconnect = new CfnRoute(this, '$disconnect', { ...common, routeKey: '$disconnect' })
    // What the function gives as its body goes back over the connection: an answer takes no call of its own.
    const messages = new CfnRoute(this, '$default', { ...common, routeKey: '$default', routeResponseSelectionExpression: '$default' })
    new CfnRouteResponse(this, 'Answer', { apiId: this.api.apiId, routeId: messages.ref, routeResponseKey: '$default' })
    for (const route of [disconnect, messages]) acknowledge(route, 'APIG4', 'Only who came through the authorizer of $connect has a connection to send anything over.')
  }

  private addressOf(called: ProductFunction): string {
    const { partition, region } = Stack.of(this)
    return `arn:${partition}:apigateway:${region}:lambda:path/2015-03-31/functions/${called.function.functionArn}/invocations`
  }

  private mayBeCalled(called: ProductFunction, by: string): void {
    called.function.addPermission('FromSocketApi', {
      principal: new ServicePrincipal('apigateway.amazonaws.com'),
      sourceArn: Stack.of(this).formatArn({ service: 'execute-api', resource: this.api.apiId, resourceName: by }),
    })
  }
}
