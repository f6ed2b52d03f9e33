import { fromEnvironment } from './environment.ts'
import { keepConnections } from './kept-connections.ts'
import { waitBeforeTry } from './retry.ts'
import { createSigner, credentialsOfFunction, sha256 } from './signature.ts'

/** The way to clients that hold a WebSocket connection. */
export interface Push {
  /** Hands one message to a connection. False when the connection is gone. */
  send(connectionId: string, message: string): Promise<boolean>
  /** Ends a connection; one that is gone already is no error. */
  close(connectionId: string): Promise<void>
}

/** API Gateway ends connections that rest for a minute. Several calls go over one at a time: a message that was handed over twice is shown once, since clients know it by its number. */
const KEEPING = { most: 64, deep: 16, patienceMilliseconds: 5_000, idleMilliseconds: 20_000 }
const MOST_TRIES = 3

/**
 * API Gateway's callback API for the connections of one WebSocket API. It takes one call for each message and connection, so one chat message to
 * 30 people is 30 calls: they are made on connections that are kept, signed and written by hand (see signature.ts, kept-connections.ts).
 *
 * @param address `https://<api>.execute-api.<region>.amazonaws.com/<stage>`
 */
export function openPush(address: string): Push {
  const { protocol, hostname, port, host, pathname } = new URL(address)
  const secure = protocol === 'https:'
  const sendRequest = keepConnections({ secure, hostname, port: Number(port) || (secure ? 443 : 80) }, KEEPING)
  const sign = createSigner(credentialsOfFunction(), { region: fromEnvironment('AWS_REGION'), service: 'execute-api' })
  const root = `${pathname.replace(/\/$/, '')}/@connections/`
  const measured = rememberLast((body) => ({ bodyHash: sha256(body), length: Buffer.byteLength(body) }))

  const requestFor = (method: 'POST' | 'DELETE', connectionId: string, body: string): string => {
    const path = root + encodeURIComponent(connectionId)
    const { bodyHash, length } = measured(body)
    const headers = sign({ method, host, path, bodyHash }, new Date())
    let head = `${method} ${path} HTTP/1.1\r\n`
    for (const name in headers) head += `${name}: ${headers[name]}\r\n`
    return `${head}content-length: ${length}\r\n\r\n${body}`
  }

  const call = async (method: 'POST' | 'DELETE', connectionId: string, body: string): Promise<boolean> => {
    for (let attempt = 1; ; attempt += 1) {
      const status = await sendRequest(() => requestFor(method, connectionId, body)).catch((error: unknown) => {
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
function rememberLast<T>(workOut: (text: string) => T): (text: string) => T {
  let last: { readonly text: string; readonly result: T } | undefined
  return (text) => {
    if (last?.text !== text) last = { text, result: workOut(text) }
    return last.result
  }
}
