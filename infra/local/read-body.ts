import type { IncomingMessage } from 'node:http'
import { AwsError } from './contract.ts'

/**
 * The whole body of a request in memory.
 *
 * @throws AwsError `RequestEntityTooLarge` (413) when it is longer than `limitBytes`; what follows is read and dropped, so that
 * the client gets the answer instead of a broken connection.
 */
export function readBody(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  return new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length <= limitBytes) chunks.push(chunk)
      else chunks.length = 0
    })
    request.once('end', () => {
      const [first] = chunks
      if (length > limitBytes) reject(new AwsError('RequestEntityTooLarge', `The request is larger than ${limitBytes} bytes`, 413))
      else resolve(first !== undefined && chunks.length === 1 ? first : Buffer.concat(chunks, length))
    })
    request.once('error', reject)
    // A client that goes away in the middle ends neither way.
    request.once('close', () => request.complete || reject(new Error('The request was cut off.')))
  })
}
