import { Agent, request } from 'node:http'
import type { BadRequest } from './requests.ts'

export interface Answered {
  readonly status: number
  readonly contentType: string
  readonly text: string
}

/** Sends a request with its path and headers just as they are, which `fetch` would mend. */
export function createSender(api: string, atOnce: number): { send(bad: BadRequest, token: string | undefined): Promise<Answered>; close(): void } {
  const { hostname, port } = new URL(api)
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce })
  return {
    close: () => agent.destroy(),
    send: ({ method, target, headers, body }, token) =>
      new Promise((resolve, reject) => {
        const sent = request({ hostname, port, method, path: target, agent, headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...headers, ...(body ? { 'content-length': body.length } : {}) } }, (answer) => {
          const parts: Buffer[] = []
          answer.on('data', (part: Buffer) => parts.push(part))
          answer.on('error', reject)
          answer.on('end', () => resolve({ status: answer.statusCode ?? 0, contentType: answer.headers['content-type'] ?? '', text: Buffer.concat(parts).toString() }))
        })
        sent.on('error', reject)
        sent.end(body)
      }),
  }
}
