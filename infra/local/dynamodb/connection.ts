import { Agent as HttpAgent, request as httpRequest } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'

/** What the engine answered, unread. */
export interface EngineAnswer {
  readonly status: number
  readonly text: string
}

/** Kept-alive connections to the engine, or to the endpoint given by `--dynamodb`. */
export interface Connection {
  /** Sends a body as it is; `operation` is an operation of DynamoDB. */
  send(operation: string, body: string | Buffer): Promise<EngineAnswer>
  /** Calls an operation and reads its answer. @throws EngineRefusal for anything but 200 */
  ask<T>(operation: string, input: unknown, api?: string): Promise<T>
  close(): void
}

/** The engine said no; `code` is AWS's name of the error. */
export class EngineRefusal extends Error {
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.name = 'EngineRefusal'
    this.code = code
  }
}

/**
 * Engines look for a signature but do not check it (no secret is shared with them): a well-formed one will do.
 */
const signature = 'AWS4-HMAC-SHA256 Credential=host/20260101/eu-west-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0'
const tables = 'DynamoDB_20120810'

/** @param url asked for each call, since the engine has another port after a new start */
export function connectTo(url: () => string): Connection {
  const isSecure = url().startsWith('https:')
  const agent = isSecure ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true })
  const start = isSecure ? httpsRequest : httpRequest

  function send(target: string, body: string | Buffer): Promise<EngineAnswer> {
    return new Promise((resolve, reject) => {
      const headers = {
        'content-type': 'application/x-amz-json-1.0',
        'content-length': Buffer.byteLength(body),
        'x-amz-target': target,
        'x-amz-date': '20260101T000000Z',
        authorization: signature,
      }
      const request = start(url(), { method: 'POST', agent, headers }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () => resolve({ status: response.statusCode ?? 500, text: Buffer.concat(chunks).toString() }))
        response.on('error', reject)
      })
      request.on('error', reject)
      request.end(body)
    })
  }

  return {
    send: (operation, body) => send(`${tables}.${operation}`, body),
    async ask<T>(operation: string, input: unknown, api = tables) {
      const { status, text } = await send(`${api}.${operation}`, JSON.stringify(input))
      const answer = JSON.parse(text) as { __type?: string; message?: string; Message?: string }
      if (status === 200) return answer as T
      throw new EngineRefusal(String(answer.__type).replace(/^.*#/, ''), answer.message ?? answer.Message ?? text)
    },
    close: () => agent.destroy(),
  }
}
