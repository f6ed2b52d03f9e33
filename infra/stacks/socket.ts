import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib'
import { WebSocketApi, WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2'
import type { Construct } from 'constructs'
import { acknowledge } from '../constructs/acknowledge.ts'
import type { ProductFunction } from '../constructs/product-function.ts'
import { createFunctions, type Surroundings } from '../constructs/product-functions.ts'
import { SocketRoutes } from '../constructs/socket-routes.ts'
import { callEvery } from '../constructs/timetable.ts'
import type { Settings } from '../settings.ts'

/** Beyond these API Gateway refuses messages, so that a client gone wild cannot run up a bill. */
const MESSAGES_PER_SECOND = 1_000
const BURST = 2_000

export interface SocketStackProps extends StackProps {
  readonly settings: Settings
  readonly surroundings: Surroundings
}

/** The WebSocket API: who may connect, what is done with what clients send, and the address by which functions reach them. */
export class SocketStack extends Stack {
  readonly connections: WebSocketStage

  constructor(scope: Construct, id: string, { settings, surroundings, ...props }: SocketStackProps) {
    super(scope, id, props)
    const api = new WebSocketApi(this, 'Api', { apiName: `${settings.prefix}-socket`, routeSelectionExpression: '$request.body.action' })
    this.connections = new WebSocketStage(this, 'Stage', { webSocketApi: api, stageName: 'ws', autoDeploy: true, throttle: { rateLimit: MESSAGES_PER_SECOND, burstLimit: BURST } })
    acknowledge(this.connections, 'APIG1', 'Access logs of a WebSocket API need a role that is set for the whole account, which is not ours to set; its functions log each request.')
    const made = createFunctions(this, 'socket', { ...surroundings, connections: this.connections })
    new SocketRoutes(this, 'Routes', api).lead(only(made, 'socket'), only(made, 'socketAuthorizer'))
    for (const one of made) if (one.row.trigger.kind === 'schedule') callEvery(this, one, one.row.trigger.everyMinutes)
    new CfnOutput(this, 'SocketAddress', { value: this.connections.url })
  }
}

function only(made: readonly ProductFunction[], kind: 'socket' | 'socketAuthorizer'): ProductFunction {
  const [one, another] = made.filter(({ row }) => row.trigger.kind === kind)
  if (one === undefined || another !== undefined) throw new Error(`The WebSocket API needs exactly one function with the trigger ${kind}`)
  return one
}
