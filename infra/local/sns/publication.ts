import { AwsError } from '../contract.ts'
import type { QueueMessage } from '../contract.ts'

/** What is published. */
export interface Publication {
  readonly message: string
  readonly subject: string | undefined
  readonly attributes: QueueMessage['messageAttributes']
  /** `message` is JSON with a text per protocol and a `default`. */
  readonly isPerProtocol: boolean
}

/** SNS's limit on a message with its attributes, and on a whole batch: 256 KiB. */
export const largestBytes = 262_144
const longestSubject = 100

/**
 * Refuses what SNS would refuse.
 *
 * @throws AwsError `InvalidParameter`
 */
export function checkPublication({ message, subject, attributes, isPerProtocol }: Publication): void {
  if (message === '') throw invalid('Empty message')
  if (sizeOf({ message, attributes }) > largestBytes) throw invalid('Message too long')
  if (subject !== undefined && (subject === '' || subject.length > longestSubject || !/^[\x20-\x7e]+$/.test(subject))) throw invalid('Subject')
  if (isPerProtocol) textFor(message, 'default')
  for (const [name, { dataType, stringValue, binaryValue }] of Object.entries(attributes)) {
    const value = dataType.startsWith('Binary') ? binaryValue : stringValue
    if (!/^(String|Number|Binary)(\..+)?$/.test(dataType)) throw invalid(`Message attribute '${name}' has an invalid message attribute type`)
    if (value === undefined || value === '') throw invalid(`Message attribute '${name}' must contain a non-empty value for type '${dataType}'`)
  }
}

/** Bytes that count for the limits. */
export function sizeOf({ message, attributes }: Pick<Publication, 'message' | 'attributes'>): number {
  let bytes = Buffer.byteLength(message)
  for (const [name, { dataType, stringValue, binaryValue }] of Object.entries(attributes)) {
    bytes += Buffer.byteLength(name) + Buffer.byteLength(dataType) + Buffer.byteLength(stringValue ?? '') + Buffer.byteLength(binaryValue ?? '', 'base64')
  }
  return bytes
}

/** The text of a message with one text per protocol. */
export function textFor(message: string, protocol: string): string {
  let texts: unknown
  try {
    texts = JSON.parse(message)
  } catch {
    throw invalid('Message Structure - JSON message body failed to parse')
  }
  if (typeof texts !== 'object' || texts === null || !('default' in texts) || typeof texts.default !== 'string') {
    throw invalid('Message Structure - No default entry in JSON message body')
  }
  const own = (texts as Record<string, unknown>)[protocol]
  return typeof own === 'string' ? own : texts.default
}

export function invalid(problem: string): AwsError {
  return new AwsError('InvalidParameter', `Invalid parameter: ${problem}`)
}
