import { once } from 'node:events'
import { request } from 'node:http'
import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'
import { SESClient, GetSendQuotaCommand } from '@aws-sdk/client-ses'
import { S3Client, GetObjectCommand } from '@aws-sdk/client-s3'
import { SQSClient, SendMessageCommand } from '@aws-sdk/client-sqs'
import { describe, expect, it, onTestFinished } from 'vitest'
import { AwsError } from '../../../infra/local/contract.ts'
import type { AwsCall, Caller, Service } from '../../../infra/local/contract.ts'
import { openEndpoint } from '../../../infra/local/endpoint.ts'
import type { EndpointParts } from '../../../infra/local/endpoint.ts'

const worker: Caller = { kind: 'function', functionName: 'worker', roleLogicalId: 'WorkerRole' }

/** A service that notes its calls and answers as told. */
function aService(name: string, handle: Service['handle']): Service & { readonly calls: AwsCall[] } {
  const calls: AwsCall[] = []
  return {
    name,
    calls,
    start: async () => undefined,
    stop: async () => undefined,
    async handle(call) {
      calls.push(call)
      return handle(call)
    },
  }
}

const refusing = (name: string) => aService(name, async () => Promise.reject(new AwsError('Nope', 'not <this> way', 400)))

async function anEndpoint(services: readonly Service[], more: Partial<EndpointParts> = {}) {
  const endpoint = await openEndpoint(0)
  onTestFinished(() => endpoint.close())
  const lines: string[] = []
  endpoint.serve({
    services: new Map(services.map((service) => [service.name, service])),
    localDoors: [],
    edgeDoors: [],
    callerOf: (key) => (key === 'ASIAWORKER' ? worker : undefined),
    isBucket: (name) => name === 'files',
    around: (_call, _action, run) => run(),
    log: (line) => void lines.push(line),
    ...more,
  })
  const origin = `http://127.0.0.1:${endpoint.port}`
  const client = { region: 'eu-west-1', endpoint: origin, maxAttempts: 1, credentials: { accessKeyId: 'ASIAWORKER', secretAccessKey: 'secret' } }
  return { port: endpoint.port, origin, client, lines }
}

const door = (text: string, takes: (url: string) => boolean): EndpointParts['edgeDoors'][number] => ({
  async handle(asked, response) {
    if (!takes(asked.url ?? '')) return false
    response.end(text)
    return true
  },
})

/** A request with any Host header, which `fetch` does not let one set. */
async function statusWithHost(port: number, host: string): Promise<number | undefined> {
  const asked = request({ port, host: '127.0.0.1', path: '/_local/meter', headers: { host } }).end()
  const [response] = await once(asked, 'response')
  response.resume()
  return response.statusCode
}

describe('the one address of the host', () => {
  it('hands a signed call to the service in its signature, with who made it', async () => {
    const dynamodb = aService('dynamodb', async () => ({ status: 200, headers: { 'content-type': 'application/x-amz-json-1.0' }, body: '{"Item":{"pk":{"S":"a"}}}' }))
    const actions: string[] = []
    const { client } = await anEndpoint([dynamodb], {
      around: (_call, action, run) => {
        actions.push(action)
        return run()
      },
    })
    const answer = await new DynamoDBClient(client).send(new GetItemCommand({ TableName: 'main', Key: { pk: { S: 'a' } } }))
    expect(answer.Item).toEqual({ pk: { S: 'a' } })
    expect(dynamodb.calls[0]).toMatchObject({ service: 'dynamodb', caller: worker, method: 'POST' })
    expect(actions).toEqual(['GetItem'])
  })

  it('words errors as each protocol does, so that the SDK’s clients understand them', async () => {
    const { client } = await anEndpoint([refusing('dynamodb'), refusing('sqs'), refusing('ses'), refusing('s3')])
    const expected = { name: 'Nope', message: 'not <this> way' }
    await expect(new DynamoDBClient(client).send(new GetItemCommand({ TableName: 't', Key: { pk: { S: 'a' } } }))).rejects.toMatchObject(expected)
    await expect(new SQSClient(client).send(new SendMessageCommand({ QueueUrl: `${client.endpoint}/000000000000/q`, MessageBody: 'x' }))).rejects.toMatchObject(expected)
    await expect(new SESClient(client).send(new GetSendQuotaCommand())).rejects.toMatchObject(expected)
    await expect(new S3Client(client).send(new GetObjectCommand({ Bucket: 'files', Key: 'a' }))).rejects.toMatchObject(expected)
  })

  it('refuses an access key that it did not give out', async () => {
    const { client } = await anEndpoint([refusing('dynamodb')])
    const stranger = new DynamoDBClient({ ...client, credentials: { accessKeyId: 'AKIASTRANGER', secretAccessKey: 'x' } })
    await expect(stranger.send(new GetItemCommand({ TableName: 't', Key: { pk: { S: 'a' } } }))).rejects.toMatchObject({ name: 'UnrecognizedClientException' })
  })

  it('answers a failure of its own with 500 and tells the log, not the caller, what it was', async () => {
    const { client, lines } = await anEndpoint([aService('dynamodb', async () => Promise.reject(new Error('secret detail')))])
    const asked = new DynamoDBClient(client).send(new GetItemCommand({ TableName: 't', Key: { pk: { S: 'a' } } }))
    await expect(asked).rejects.toMatchObject({ name: 'InternalFailure', $metadata: { httpStatusCode: 500 } })
    await expect(asked).rejects.not.toThrow('secret detail')
    expect(lines.join()).toContain('secret detail')
  })

  it('leads presigned addresses and unsigned requests for a bucket to S3, the latter as nobody', async () => {
    const s3 = aService('s3', async () => ({ status: 200, body: 'ok' }))
    const { origin } = await anEndpoint([s3])
    await fetch(`${origin}/files/a?X-Amz-Credential=ASIAWORKER%2F20260101%2Feu-west-1%2Fs3%2Faws4_request`)
    await fetch(`${origin}/files/a`)
    expect(s3.calls.map(({ caller }) => caller.kind)).toEqual(['function', 'anonymous'])
  })

  it('takes no body beyond a service’s limit, and still answers', async () => {
    const dynamodb = aService('dynamodb', async () => ({ status: 200 }))
    const { origin } = await anEndpoint([dynamodb])
    const authorization = 'AWS4-HMAC-SHA256 Credential=ASIAWORKER/20260101/eu-west-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0'
    const answer = await fetch(origin, { method: 'POST', headers: { authorization }, body: Buffer.alloc(16 * 1024 * 1024 + 1) })
    expect(answer.status).toBe(413)
    expect(dynamodb.calls).toEqual([])
  })

  it('answers to its own names only', async () => {
    const { port } = await anEndpoint([])
    expect(await statusWithHost(port, `127.0.0.1:${port}`)).toBe(404)
    expect(await statusWithHost(port, `localhost:${port}`)).toBe(404)
    for (const host of ['evil.example', `evil.example:${port}`, `127.0.0.1.evil.example:${port}`, '127.0.0.1', `10.0.0.1:${port}`]) {
      expect(await statusWithHost(port, host)).toBe(421)
    }
  })

  it('listens on this machine’s own address alone', async () => {
    const { port } = await anEndpoint([])
    const outside = Object.values(networkInterfaces()).flat().find((address) => address?.family === 'IPv4' && !address.internal)
    if (outside === undefined) return
    const socket = connect(port, outside.address)
    await expect(once(socket, 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  it('asks the doors in turn, the local ones under /_local/ alone', async () => {
    const { origin } = await anEndpoint([], { localDoors: [door('meter', (url) => url === '/_local/meter')], edgeDoors: [door('api', () => true)] })
    const read = async (path: string): Promise<string> => (await fetch(`${origin}${path}`)).text()
    expect(await read('/_local/meter')).toBe('meter')
    expect(await read('/v1/me')).toBe('api')
    expect(await read('/_local/other')).toContain('Not Found')
  })

  it('sends no CORS headers, whatever asks', async () => {
    const { origin } = await anEndpoint([])
    const answer = await fetch(`${origin}/_local/meter`, { headers: { origin: 'https://evil.example' } })
    expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
  })

  it('says that a port is taken', async () => {
    const { port } = await anEndpoint([])
    await expect(openEndpoint(port)).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })

  it('closes although a client keeps its connection', async () => {
    const endpoint = await openEndpoint(0)
    const socket = connect(endpoint.port, '127.0.0.1')
    await once(socket, 'connect')
    socket.on('error', () => undefined)
    await endpoint.close()
    expect(await fetch(`http://127.0.0.1:${endpoint.port}`).catch(() => 'closed')).toBe('closed')
    socket.destroy()
  })
})
