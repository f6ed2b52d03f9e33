import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib'
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway'
import { CorsHttpMethod, HttpApi, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2'
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import type { Construct } from 'constructs'
import { HttpRoutes, type TokenIssuer } from '../constructs/http-routes.ts'
import { createFunctions, type Surroundings } from '../constructs/product-functions.ts'
import { ALARM_PERIOD, UserAlarm } from '../constructs/user-alarm.ts'
import type { RouteTables } from '../routes.ts'
import type { Settings } from '../settings.ts'

/** Beyond these API Gateway answers 429, so that a client gone wild cannot run up a bill. */
const REQUESTS_PER_SECOND = 1_000
const BURST = 2_000

/** What is kept of each request: nothing of who made it, from where, or what about. */
const ACCESS_LOG_FIELDS = {
  requestId: '$context.requestId',
  at: '$context.requestTime',
  route: '$context.routeKey',
  status: '$context.status',
  bytes: '$context.responseLength',
  milliseconds: '$context.responseLatency',
  gatewayError: '$context.error.message',
  functionError: '$context.integrationErrorMessage',
}

export interface ApiStackProps extends StackProps {
  readonly settings: Settings
  readonly surroundings: Surroundings
  readonly tokens: TokenIssuer
  readonly routeTables: RouteTables
}

/** The HTTP API: the route tables of all domains, one authorizer, and our own answer for what no route takes. */
export class ApiStack extends Stack {
  constructor(scope: Construct, id: string, { settings, surroundings, tokens, routeTables, ...props }: ApiStackProps) {
    super(scope, id, props)
    const api = new HttpApi(this, 'Api', { apiName: settings.prefix, createDefaultStage: false, ...corsFor(settings.webOrigins) })
    const routes = new HttpRoutes(this, 'Routes', api, tokens)
    for (const made of createFunctions(this, 'api', { ...surroundings, apiAddress: api.apiEndpoint })) {
      const { entry, trigger } = made.row
      if (trigger.kind === 'http') routes.lead(made, routeTables.get(entry) ?? [])
      if (trigger.kind === 'fallback') routes.leadTheRest(made)
      // The worker of mailings stands here, since it writes the API's address into mails.
      if (trigger.kind === 'mailings' && surroundings.sending) made.function.addEventSource(new SqsEventSource(surroundings.sending.mailings, { batchSize: 1, reportBatchItemFailures: true }))
    }
    new UserAlarm(this, 'ServerErrors', {
      userImpact: 'People get error answers from the CRM, and what they were doing was not done.',
      metric: api.metricServerError({ period: ALARM_PERIOD, statistic: 'Sum' }),
      threshold: 1,
      topic: surroundings.alarmTopic,
    })
    const stage = createStage(this, api, settings)
    new CfnOutput(this, 'ApiAddress', { value: stage.url })
  }
}

function createStage(scope: Construct, api: HttpApi, settings: Settings): HttpStage {
  // Groups under /aws/vendedlogs/ need no entry of their own in the account's log policy, which has little room.
  const logGroupName = `/aws/vendedlogs/apis/${settings.prefix}`
  const logGroup = new LogGroup(scope, 'AccessLog', { logGroupName, retention: RetentionDays.ONE_MONTH, removalPolicy: RemovalPolicy.DESTROY })
  return new HttpStage(scope, 'Stage', {
    httpApi: api,
    stageName: '$default',
    autoDeploy: true,
    throttle: { rateLimit: REQUESTS_PER_SECOND, burstLimit: BURST },
    accessLogSettings: { destination: new LogGroupLogDestination(logGroup), format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG_FIELDS)) },
  })
}

function corsFor(webOrigins: readonly string[]) {
  if (webOrigins.length === 0) return {}
  return {
    corsPreflight: {
      allowOrigins: [...webOrigins],
      allowMethods: [CorsHttpMethod.GET, CorsHttpMethod.POST, CorsHttpMethod.PUT, CorsHttpMethod.PATCH, CorsHttpMethod.DELETE],
      allowHeaders: ['authorization', 'content-type', 'if-match', 'if-none-match', 'idempotency-key'],
      exposeHeaders: ['etag', 'location', 'retry-after'],
      maxAge: Duration.hours(1),
    },
  }
}
