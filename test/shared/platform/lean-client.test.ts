import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { leanSettings, withoutTelemetry } from '../../../shared/platform/lean-client.ts'
import { createSigner, sha256 } from '../../../shared/platform/signature.ts'

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY', sessionToken: 'a token/with+signs==' }

/** What a Lambda function finds in its environment. */
function asFunction(more: Record<string, string | undefined> = {}): void {
  const environment = { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: credentials.accessKeyId, AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey, AWS_SESSION_TOKEN: credentials.sessionToken, AWS_ENDPOINT_URL: undefined, AWS_ENDPOINT_URL_DYNAMODB: undefined, ...more }
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
}
afterEach(() => vi.unstubAllEnvs())

interface Asked {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A server in DynamoDB's place that fails the first calls. */
async function aServer(failures = 0): Promise<{ endpoint: string; asked: Asked[] }> {
  const asked: Asked[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    asked.push({ headers: request.headers, body: Buffer.concat(chunks).toString() })
    response.writeHead(asked.length <= failures ? 500 : 200, { 'content-type': 'application/x-amz-json-1.0' }).end('{"Item":{"pk":{"S":"there"}}}')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { endpoint: `http://127.0.0.1:${(server.address() as { port: number }).port}`, asked }
}

/** What the signature must be, worked out from what came over the wire. */
function signedAnew({ headers, body }: Asked): string | undefined {
  const names = /SignedHeaders=([^,]+)/.exec(headers.authorization ?? '')?.[1]?.split(';') ?? []
  expect(names).toEqual(expect.arrayContaining(Object.keys(headers).filter((name) => name === 'host' || name === 'content-type' || name.startsWith('x-amz-'))))
  const covered = names.filter((name) => !['host', 'x-amz-date', 'x-amz-security-token'].includes(name))
  const at = new Date(String(headers['x-amz-date']).replace(/(....)(..)(..)T(..)(..)(..)Z/, '$1-$2-$3T$4:$5:$6Z'))
  return createSigner(credentials, { region: 'eu-west-1', service: 'dynamodb' })({ method: 'POST', host: String(headers.host), path: '/', bodyHash: sha256(body), headers: Object.fromEntries(covered.map((name) => [name, String(headers[name])])) }, at)['authorization']
}

describe('a client that is made lean', () => {
  it('signs each call, also one that is tried again, over all that AWS demands', async () => {
    const { endpoint, asked } = await aServer(1)
    asFunction({ AWS_ENDPOINT_URL: endpoint })
    const client = withoutTelemetry(new DynamoDBClient(leanSettings('dynamodb')))
    expect((await client.send(new GetItemCommand({ TableName: 'table', Key: { pk: { S: 'ä€' } } }))).Item).toEqual({ pk: { S: 'there' } })
    await client.send(new PutItemCommand({ TableName: 'table', Item: { pk: { S: '👍' } } }))
    client.destroy()
    expect(asked.map(({ headers }) => headers['x-amz-target'])).toEqual(['DynamoDB_20120810.GetItem', 'DynamoDB_20120810.GetItem', 'DynamoDB_20120810.PutItem'])
    for (const one of asked) expect(one.headers.authorization).toBe(signedAnew(one))
    expect(asked[0]?.headers['user-agent']).toBeUndefined()
  })

  it.each([
    ['eu-west-1', 'https://dynamodb.eu-west-1.amazonaws.com'],
    ['us-gov-west-1', undefined],
    ['ap-southeast-4', 'https://dynamodb.ap-southeast-4.amazonaws.com'],
    ['cn-north-1', 'https://dynamodb.cn-north-1.amazonaws.com.cn'],
    ['us-iso-east-1', undefined],
  ])('goes to the address of %s', async (region, endpoint) => {
    asFunction({ AWS_REGION: region })
    expect(leanSettings('dynamodb').endpoint).toBe(endpoint)
    // The same that the SDK finds by itself.
    const client = new DynamoDBClient({ region })
    const found = await client.config.endpointProvider({ Region: region, UseDualStack: false, UseFIPS: false }, {})
    if (endpoint !== undefined) expect(`${found.url.protocol}//${found.url.host}`).toBe(endpoint)
    client.destroy()
  })

  it('is the SDK\'s own where credentials do not come from the environment', () => {
    asFunction({ AWS_ACCESS_KEY_ID: undefined })
    expect(leanSettings('dynamodb')).toEqual({})
  })
})
