import { AwsError } from '../contract.ts'
import type { QueueMessage } from '../contract.ts'
import type { Queue } from './queues.ts'

export type MessageAttributes = QueueMessage['messageAttributes']

/** A message as a sender gives it. */
export interface Draft {
  readonly body: string
  readonly delaySeconds?: number | undefined
  readonly groupId?: string | undefined
  readonly deduplicationId?: string | undefined
  readonly attributes?: MessageAttributes | undefined
}

/** 15 minutes. */
const longestDelaySeconds = 900
const mostAttributes = 10
const attributeName = /^(?!AWS\.|Amazon\.)(?!\.)(?!.*\.\.)[A-Za-z0-9_.-]{1,256}(?<!\.)$/i
const attributeType = /^(String|Number|Binary)(\..{1,249})?$/
const groupOrDeduplicationId = /^[!-~]{1,128}$/
// oxlint-disable-next-line no-control-regex -- tab, line feed and carriage return are the control characters that SQS takes
const forbiddenCharacter = /[^\u0009\u000a\u000d\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u

/**
 * Refuses what SQS would refuse on this queue.
 *
 * @throws AwsError `InvalidParameterValueException`, `MissingRequiredParameterException` or `InvalidMessageContents`
 */
export function checkDraft(queue: Queue, draft: Draft): void {
  if (draft.body === '') throw missing('MessageBody')
  checkCharacters(draft.body)
  checkAttributes(draft.attributes ?? {})
  if (sizeOf(draft) > queue.maximumBytes) throw invalid(`One or more parameters are invalid. Reason: Message must be shorter than ${queue.maximumBytes} bytes.`)
  const delay = draft.delaySeconds
  if (delay !== undefined && !isWhole(delay, 0, longestDelaySeconds)) {
    throw invalid(`Value ${delay} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= ${longestDelaySeconds}.`)
  }
  for (const [name, id] of [['MessageGroupId', draft.groupId], ['MessageDeduplicationId', draft.deduplicationId]] as const) {
    if (id !== undefined && !groupOrDeduplicationId.test(id)) {
      throw invalid(`Value ${id} for parameter ${name} is invalid. Reason: ${name} can only include alphanumeric and punctuation characters. 1 to 128 in length.`)
    }
  }
  if (queue.isFifo) checkFifo(queue, draft)
  else if (draft.deduplicationId !== undefined) {
    throw invalid(`Value ${draft.deduplicationId} for parameter MessageDeduplicationId is invalid. Reason: The request include parameter that is not valid for this queue type.`)
  }
}

function checkFifo(queue: Queue, draft: Draft): void {
  if (draft.groupId === undefined) throw missing('MessageGroupId')
  if (draft.deduplicationId === undefined && !queue.contentBasedDeduplication) {
    throw invalid('The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly')
  }
  if (draft.delaySeconds !== undefined && draft.delaySeconds > 0) {
    throw invalid(`Value ${draft.delaySeconds} for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type.`)
  }
}

function checkCharacters(text: string): void {
  const found = forbiddenCharacter.exec(text)?.[0]
  if (found === undefined) return
  throw new AwsError('InvalidMessageContents', `Invalid binary character '#x${(found.codePointAt(0) ?? 0).toString(16).toUpperCase()}' was found in the message body, the set of allowed characters is #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF`)
}

function checkAttributes(attributes: MessageAttributes): void {
  const all = Object.entries(attributes)
  if (all.length > mostAttributes) throw invalid(`Number of message attributes [${all.length}] exceeds the allowed maximum [${mostAttributes}].`)
  for (const [name, { dataType, stringValue, binaryValue }] of all) {
    if (!attributeName.test(name)) throw invalid(`Message (user) attribute name '${name}' is not valid.`)
    const kind = attributeType.exec(dataType)?.[1]
    if (kind === undefined) throw invalid(`The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`)
    const value = kind === 'Binary' ? binaryValue : stringValue
    if (value === undefined || value === '') throw invalid(`The message attribute '${name}' must contain a non-empty message attribute value for message attribute type '${dataType}'.`)
    if (kind === 'Number' && !Number.isFinite(Number(value))) throw invalid(`Can't cast the value of message attribute '${name}' to a number.`)
    if (kind !== 'Binary') checkCharacters(value)
  }
}

/** What counts for the size limits: the body and the names, types and values of attributes, in bytes. */
export function sizeOf(draft: Draft): number {
  let bytes = Buffer.byteLength(draft.body)
  for (const [name, { dataType, stringValue, binaryValue }] of Object.entries(draft.attributes ?? {})) {
    bytes += Buffer.byteLength(name) + Buffer.byteLength(dataType) + Buffer.byteLength(stringValue ?? '') + Buffer.byteLength(binaryValue ?? '', 'base64')
  }
  return bytes
}

function isWhole(value: unknown, least: number, most: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
}

export function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message)
}

export function missing(parameter: string): AwsError {
  return new AwsError('MissingRequiredParameterException', `The request must contain the parameter ${parameter}.`)
}
