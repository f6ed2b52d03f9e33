import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { fromEnvironment } from './environment.ts'
import { waitBeforeTry } from './retry.ts'
import { createSigner, sha256 } from './signature.ts'

/** The way to clients that hold a WebSocket connection. */
export interface Push {
  /** Hands one message to a connection. False when the connection is gone. */
  send(connectionId: string, message: string): Promise<boolean>
  /** Ends a connection; one that is gone already is no error. */
  close(connectionId: string): Promise<void>
}

/** Calls at the same time; the rest waits its turn. */
const CONNECTIONS = 64
const PATIENCE_MILLISECONDS = 5_000
const MOST_TRIES = 3

/**
 * API Gateway's callback API for the connections of one WebSocket API. It takes one call for each message and connection, so one chat message to
 * 30 people is 30 calls: they are made on connections that are kept, and signed by hand (see signature.ts).
 *
 * @param address `https://<api>.execute-api.<region>.amazonaws.com/<stage>`
 */
export function openPush(address: string): Push {
  const { protocol, hostname, port, host, pathname } = new URL(address)
  const secure = protocol === 'https:'
  const agent = secure ? new HttpsAgent({ keepAlive: true, maxSockets: CONNECTIONS }) : new HttpAgent({ keepAlive: true, maxSockets: CONNECTIONS })
  const request = secure ? httpsRequest : httpRequest
  const sessionToken = process.env['AWS_SESSION_TOKEN']
  const sign = createSigner(
    { accessKeyId: process.env['AWS_ACCESS_KEY_ID'] ?? '', secretAccessKey: process.env['AWS_SECRET_ACCESS_KEY'] ?? '', ...(sessionToken ? { sessionToken } : {}) },
    { region: fromEnvironment('AWS_REGION'), service: 'execute-api' },
  )
  const hashOf = rememberLast(sha256)

  const callOnce = (method: 'POST' | 'DELETE', connectionId: string, body: string): Promise<number> => {
    const { promise, resolve, reject } = Promise.withResolvers<number>()
    const path = `${pathname.replace(/\/$/, '')}/@connections/${encodeURIComponent(connectionId)}`
    const headers = { ...sign({ method, host, path, bodyHash: hashOf(body) }, new Date()), 'content-length': String(Buffer.byteLength(body)) }
    const answered = (response: IncomingMessage): void => {
      response.resume()
      response.once('end', () => resolve(response.statusCode ?? 0))
      response.once('error', reject)
    }
    const sent = request({ agent, hostname, port, method, path, headers, timeout: PATIENCE_MILLISECONDS }, answered)
    sent.once('timeout', () => sent.destroy(new Error('API Gateway did not answer in time.')))
    sent.once('error', reject)
    sent.end(body)
    return promise
  }

  const call = async (method: 'POST' | 'DELETE', connectionId: string, body: string): Promise<boolean> => {
    for (let attempt = 1; ; attempt += 1) {
      const status = await callOnce(method, connectionId, body).catch((error: unknown) => {
        if (attempt === MOST_TRIES) throw error
        return 0
      })
      if (status >= 200 && status < 300) return true
      if (status === 410) return false
      const mayPass = status === 0 || status === 429 || status >= 500
      if (!mayPass || attempt === MOST_TRIES) throw new Error(`API Gateway answered ${status} to ${method} on a connection.`)
      await waitBeforeTry(attempt)
    }
  }

  return {
    send: (connectionId, message) => call('POST', connectionId, message),
    async close(connectionId) {
      await call('DELETE', connectionId, '')
    },
  }
}

/** The same message goes to many connections one after the other. */
function rememberLast(workOut: (text: string) => string): (text: string) => string {
  let last: { readonly text: string; readonly result: string } | undefined
  return (text) => {
    if (last?.text !== text) last = { text, result: workOut(text) }
    return last.result
  }
}
