import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openEndpoint } from '../../../infra/local/endpoint.ts'
import { startHost } from '../../../infra/local/host.ts'
import type { RunningHost } from '../../../infra/local/host.ts'
import { createStore } from '../../../infra/local/store.ts'
import { loadTemplate } from '../../../infra/local/template.ts'
import { anAssembly, code } from '../../support/an-assembly.ts'
import type { Stacks } from '../../support/an-assembly.ts'

/** `GET /put/{what}` writes to the table or, without a grant, to the queue; what comes through the queue is written to the table too. */
const modules = {
  'functions/test/http.mjs': `
    import { DynamoDBClient, PutItemCommand, GetItemCommand } from '${import.meta.resolve('@aws-sdk/client-dynamodb')}'
    import { SQSClient, SendMessageCommand } from '${import.meta.resolve('@aws-sdk/client-sqs')}'
    const dynamodb = new DynamoDBClient(), sqs = new SQSClient()
    const text = (S) => ({ S })
    export const handler = async ({ pathParameters: { what } }) => {
      try {
        if (what === 'row') await dynamodb.send(new PutItemCommand({ TableName: process.env.TABLE_NAME, Item: { pk: text('from-http') } }))
        if (what === 'message') await sqs.send(new SendMessageCommand({ QueueUrl: process.env.QUEUE_URL, MessageBody: 'from-queue' }))
        if (what === 'forbidden') await sqs.send(new SendMessageCommand({ QueueUrl: process.env.OTHER_QUEUE_URL, MessageBody: 'x' }))
        if (what === 'from-queue') {
          const { Item } = await dynamodb.send(new GetItemCommand({ TableName: process.env.TABLE_NAME, Key: { pk: text(what) }, ConsistentRead: true }))
          return { statusCode: Item ? 200 : 404 }
        }
        return { statusCode: 204 }
      } catch (problem) { return { statusCode: 500, body: problem.name + ': ' + problem.message } }
    }`,
  'functions/test/queue.mjs': `
    import { DynamoDBClient, PutItemCommand } from '${import.meta.resolve('@aws-sdk/client-dynamodb')}'
    const dynamodb = new DynamoDBClient()
    export const handler = async ({ Records }) => {
      for (const { body } of Records) await dynamodb.send(new PutItemCommand({ TableName: process.env.TABLE_NAME, Item: { pk: { S: body } } }))
    }`,
}

const get = (logicalId: string, attribute = 'Arn') => ({ 'Fn::GetAtt': [logicalId, attribute] })
const role = (...statements: unknown[]) => ({
  Type: 'AWS::IAM::Role',
  Properties: { Policies: [{ PolicyName: 'own', PolicyDocument: { Statement: statements } }] },
})
const allow = (Action: string | string[], ...Resource: unknown[]) => ({ Effect: 'Allow', Action, Resource })
const func = (name: string) => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    Code: code,
    Handler: `functions/test/${name}.handler`,
    Runtime: 'nodejs24.x',
    Role: get(`${name}Role`),
    Timeout: 10,
    MemorySize: 256,
    Environment: { Variables: { TABLE_NAME: { Ref: 'Table' }, QUEUE_URL: { Ref: 'Queue' }, OTHER_QUEUE_URL: { Ref: 'Other' } } },
  },
})

const stacks: Stacks = {
  app: {
    Resources: {
      Table: {
        Type: 'AWS::DynamoDB::Table',
        Properties: { AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }], KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }], BillingMode: 'PAY_PER_REQUEST' },
      },
      Queue: { Type: 'AWS::SQS::Queue' },
      Other: { Type: 'AWS::SQS::Queue' },
      httpRole: role(allow(['dynamodb:PutItem', 'dynamodb:GetItem'], get('Table')), allow('sqs:SendMessage', get('Queue'))),
      queueRole: role(allow('dynamodb:PutItem', get('Table')), allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], get('Queue'))),
      http: func('http'),
      queue: func('queue'),
      Mapping: { Type: 'AWS::Lambda::EventSourceMapping', Properties: { EventSourceArn: get('Queue'), FunctionName: { Ref: 'queue' } } },
      Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'test', ProtocolType: 'HTTP' } },
      Stage: { Type: 'AWS::ApiGatewayV2::Stage', Properties: { ApiId: { Ref: 'Api' }, StageName: '$default', AutoDeploy: true } },
      Integration: {
        Type: 'AWS::ApiGatewayV2::Integration',
        Properties: { ApiId: { Ref: 'Api' }, IntegrationType: 'AWS_PROXY', IntegrationUri: get('http'), PayloadFormatVersion: '2.0' },
      },
      Route: {
        Type: 'AWS::ApiGatewayV2::Route',
        Properties: { ApiId: { Ref: 'Api' }, RouteKey: 'GET /put/{what}', AuthorizationType: 'NONE', Target: { 'Fn::Join': ['/', ['integrations', { Ref: 'Integration' }]] } },
      },
      FromApi: {
        Type: 'AWS::Lambda::Permission',
        Properties: { FunctionName: get('http'), Action: 'lambda:InvokeFunction', Principal: 'apigateway.amazonaws.com' },
      },
    },
  },
}

describe('a template that is played', () => {
  let folder: string
  let host: RunningHost
  let origin: string
  let closeStore: () => void
  const lines: string[] = []

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'leadline-host-'))
    const endpoint = await openEndpoint(0)
    origin = `http://127.0.0.1:${endpoint.port}`
    const place = { region: 'eu-west-1', accountId: '000000000000', origin }
    const template = await loadTemplate(await anAssembly(join(folder, 'cdk.out'), stacks, modules), place)
    const store = createStore(folder)
    closeStore = store.close
    host = await startHost({
      endpoint, place, template, store, smtpPort: 0, dataFolder: folder, dynamodbUrl: undefined, mailAddress: 'crm@leadline.example', log: (line) => lines.push(line), verbose: false,
    })
  }, 30_000)
  afterAll(async () => {
    await host.stop()
    closeStore()
    await rm(folder, { recursive: true, force: true })
  })

  const ask = (path: string): Promise<Response> => fetch(`${origin}${path}`)

  it('leads a request through its function to the table', async () => {
    expect((await ask('/put/row')).status).toBe(204)
  })

  it('leads a message from one function through a queue to another', async () => {
    expect((await ask('/put/message')).status).toBe(204)
    await expect.poll(async () => (await ask('/put/from-queue')).status, { timeout: 5_000 }).toBe(200)
  })

  it('refuses what the template does not grant, naming function, action and resource', async () => {
    const refused = await (await ask('/put/forbidden')).text()
    const what = 'User: arn:aws:sts::000000000000:assumed-role/app-httpRole/app-http is not authorized to perform: sqs:SendMessage on resource: arn:aws:sqs:eu-west-1:000000000000:app-Other'
    expect(refused).toContain(what)
    expect(refused).toContain('AccessDenied')
    expect(lines.some((line) => line.includes(what))).toBe(true)
  })
})
