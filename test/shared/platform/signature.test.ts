import { describe, expect, it } from 'vitest'
import { ApiGatewayManagementApiClient, PostToConnectionCommand } from '@aws-sdk/client-apigatewaymanagementapi'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { once } from 'node:events'
import { createSigner, sha256 } from '../../../shared/platform/signature.ts'

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }

/** What the SDK itself sends for a message to a connection. */
async function askTheSdk(connectionId: string, message: string, sessionToken?: string): Promise<{ url: string; headers: IncomingHttpHeaders }> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  const client = new ApiGatewayManagementApiClient({ endpoint: `http://127.0.0.1:${port}/ws`, region: 'eu-west-1', credentials: { ...credentials, ...(sessionToken === undefined ? {} : { sessionToken }) } })
  const asked = once(server, 'request').then(([request, response]) => {
    response.end()
    return { url: String(request.url), headers: request.headers as IncomingHttpHeaders }
  })
  await client.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: message }))
  client.destroy()
  server.closeAllConnections()
  server.close()
  return asked
}

describe('a signature by hand', () => {
  it.each([
    ['L0SM9cOFvHcCIhw=', '{"event":"ping"}', undefined],
    ['a+b/c=', 'ä€👍', undefined],
    ['L0SM9cOFvHcCIhw=', '{}', 'a session token/with+signs=='],
  ])('has the same path and, over the same headers, the same signature as the SDK for %s', async (connectionId, message, sessionToken) => {
    const { url, headers } = await askTheSdk(connectionId, message, sessionToken)
    expect(url).toBe(`/ws/@connections/${encodeURIComponent(connectionId)}`)
    const [, signedHeaders = ''] = /SignedHeaders=([^,]+)/.exec(headers.authorization ?? '') ?? []
    const at = new Date(String(headers['x-amz-date']).replace(/(....)(..)(..)T(..)(..)(..)Z/, '$1-$2-$3T$4:$5:$6Z'))
    const extra = Object.fromEntries(signedHeaders.split(';').filter((name) => !['host', 'x-amz-date', 'x-amz-security-token'].includes(name)).map((name) => [name, String(headers[name])]))
    const sign = createSigner({ ...credentials, ...(sessionToken === undefined ? {} : { sessionToken }) }, { region: 'eu-west-1', service: 'execute-api' })
    const ours = sign({ method: 'POST', host: String(headers.host), path: url, bodyHash: sha256(message), headers: extra }, at)
    expect(ours['authorization']).toBe(headers.authorization)
  })
})
