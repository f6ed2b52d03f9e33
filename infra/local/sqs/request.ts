import { AwsError } from '../contract.ts'
import { invalid, missing } from './message-rules.ts'
import type { Draft, MessageAttributes } from './message-rules.ts'

/** The members of a request, or of one entry of a batch. */
export type Members = Readonly<Record<string, unknown>>

/** @throws AwsError `SerializationException` unless the body is a JSON object */
export function membersOf(body: Buffer): Members {
  let parsed: unknown
  try {
    parsed = JSON.parse(body.toString() || '{}')
  } catch {
    throw new AwsError('SerializationException', 'The request body is not JSON')
  }
  return asObject(parsed, 'The request')
}

export function asObject(value: unknown, what: string): Members {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new AwsError('SerializationException', `${what} must be a JSON object`)
  return value as Members
}

function optionalText(members: Members, name: string): string | undefined {
  const value = members[name] ?? undefined
  if (value === undefined || typeof value === 'string') return value
  throw new AwsError('SerializationException', `${name} must be a string`)
}

export function text(members: Members, name: string): string {
  const value = optionalText(members, name)
  if (value === undefined) throw missing(name)
  return value
}

/** @throws AwsError `InvalidParameterValueException` outside the limits */
export function optionalNumber(members: Members, name: string, least: number, most: number): number | undefined {
  const value = members[name] ?? undefined
  if (value === undefined) return undefined
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value
  throw invalid(`Value ${JSON.stringify(value)} for parameter ${name} is invalid. Reason: Must be between ${least} and ${most}, if provided.`)
}

export function textList(members: Members, name: string): string[] {
  const value = members[name] ?? []
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value
  throw new AwsError('SerializationException', `${name} must be a list of strings`)
}

/** A message to send, from a request of SendMessage or an entry of SendMessageBatch. */
export function draftOf(members: Members): Draft {
  const delaySeconds = members['DelaySeconds'] ?? undefined
  if (delaySeconds !== undefined && typeof delaySeconds !== 'number') throw new AwsError('SerializationException', 'DelaySeconds must be a number')
  return {
    body: text(members, 'MessageBody'),
    delaySeconds,
    groupId: optionalText(members, 'MessageGroupId'),
    deduplicationId: optionalText(members, 'MessageDeduplicationId'),
    attributes: attributesOf(members, 'MessageAttributes'),
  }
}

export function attributesOf(members: Members, name: string): MessageAttributes {
  const attributes = Object.entries(asObject(members[name] ?? {}, name)).map(([key, value]) => {
    const given = asObject(value, `${name}.${key}`)
    const stringValue = optionalText(given, 'StringValue')
    const binaryValue = optionalText(given, 'BinaryValue')
    return [key, {
      dataType: text(given, 'DataType'),
      ...(stringValue === undefined ? {} : { stringValue }),
      ...(binaryValue === undefined ? {} : { binaryValue }),
    }] as const
  })
  return Object.fromEntries(attributes)
}
