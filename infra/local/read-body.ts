import type { IncomingMessage } from 'node:http'
import { AwsError } from './contract.ts'

/**
 * The whole body of a request in memory.
 *
 * @throws AwsError `RequestEntityTooLarge` (413) when it is longer than `limitBytes`; what follows is read and dropped, so that
 * the client gets the answer instead of a broken connection.
 */
export async function readBody(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length <= limitBytes) chunks.push(chunk)
    else chunks.length = 0
  }
  if (length > limitBytes) throw new AwsError('RequestEntityTooLarge', `The request is larger than ${limitBytes} bytes`, 413)
  return Buffer.concat(chunks, length)
}
