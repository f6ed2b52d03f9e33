import { createHash } from 'node:crypto'
import type { MessageAttributes } from './message-rules.ts'

/** The digest of a body as clients check it: hexadecimal. */
export function md5OfBody(body: string): string {
  return createHash('md5').update(body).digest('hex')
}

/**
 * The digest of message attributes as SQS defines it: sorted by name, each part preceded by its length in four bytes, one byte
 * between type and value that tells text (1) from bytes (2). Undefined without attributes.
 */
export function md5OfAttributes(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).toSorted()
  if (names.length === 0) return undefined
  const hash = createHash('md5')
  const add = (part: Buffer): void => {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(part.length)
    hash.update(length).update(part)
  }
  for (const name of names) {
    const { dataType = '', stringValue, binaryValue } = attributes[name] ?? {}
    add(Buffer.from(name))
    add(Buffer.from(dataType))
    const isBinary = dataType.startsWith('Binary')
    hash.update(Buffer.of(isBinary ? 2 : 1))
    add(isBinary ? Buffer.from(binaryValue ?? '', 'base64') : Buffer.from(stringValue ?? ''))
  }
  return hash.digest('hex')
}
