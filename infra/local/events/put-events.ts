import { AwsError } from '../contract.ts'
import { busNameOf } from './rules.ts'

/** An event of a PutEvents request that can be taken. */
export interface Entry {
  readonly bus: string
  readonly source: string
  readonly detailType: string
  readonly detail: unknown
  readonly resources: readonly string[]
  readonly time: Date | undefined
}

/** What is wrong with one entry; the others are taken all the same. */
export interface EntryProblem {
  readonly ErrorCode: string
  readonly ErrorMessage: string
}

const mostEntries = 10
/** Of a whole request, by EventBridge's own way of counting (256 KB until 2026). */
const mostBytes = 1_048_576
/** What a time counts for. */
const timeBytes = 14

/**
 * The entries of a PutEvents request, still unchecked.
 *
 * @throws AwsError `ValidationException` if the request as a whole is wrong
 */
export function entriesOf(body: Buffer): readonly Readonly<Record<string, unknown>>[] {
  let parsed: unknown
  try {
    parsed = JSON.parse(body.toString() || '{}')
  } catch {
    throw new AwsError('SerializationException', 'The request body is not JSON')
  }
  const entries: unknown = isObject(parsed) ? parsed['Entries'] : undefined
  if (!Array.isArray(entries) || !entries.every(isObject)) throw validation(`Value at 'entries' failed to satisfy constraint: Member must not be null`)
  if (entries.length < 1 || entries.length > mostEntries) {
    throw validation(`Value at 'entries' failed to satisfy constraint: Member must have length ${entries.length < 1 ? 'greater than or equal to 1' : `less than or equal to ${mostEntries}`}`)
  }
  const bytes = entries.reduce((sum, entry) => sum + bytesOf(entry), 0)
  if (bytes >= mostBytes) throw new AwsError('ValidationException', `Total size of the entries in the request is over the limit of ${mostBytes} bytes.`)
  return entries
}

/** One entry of a request, or what is wrong with it. */
export function entryOf(given: Readonly<Record<string, unknown>>): Entry | EntryProblem {
  const { Source: source, DetailType: detailType, Detail: detail, Resources: resources = [], Time: time, EventBusName: bus } = given
  if (typeof source !== 'string' || source === '') return required('Source')
  if (typeof detailType !== 'string' || detailType === '') return required('DetailType')
  if (typeof detail !== 'string' || detail === '') return required('Detail')
  if (source.startsWith('aws.')) return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' }
  if (detailType.length > 128) return invalid('DetailType', 'DetailType is longer than 128 characters.')
  if (!Array.isArray(resources) || !resources.every((one) => typeof one === 'string')) return invalid('Resources', 'Resources must be a list of strings.')
  // The SDK writes a time as seconds since 1970.
  if (time !== undefined && (typeof time !== 'number' || Number.isNaN(new Date(time * 1_000).getTime()))) return invalid('Time', 'Time must be a timestamp.')
  const parsed = objectOf(detail)
  if (parsed === undefined) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' }
  return { bus: busNameOf(bus), source, detailType, detail: parsed, resources, time: time === undefined ? undefined : new Date(time * 1_000) }
}

function objectOf(json: string): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(json)
    return isObject(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}

function bytesOf({ Source, DetailType, Detail, Resources, Time }: Readonly<Record<string, unknown>>): number {
  const texts = [Source, DetailType, Detail, ...(Array.isArray(Resources) ? (Resources as unknown[]) : [])]
  return texts.reduce<number>((sum, one) => sum + (typeof one === 'string' ? Buffer.byteLength(one) : 0), Time === undefined ? 0 : timeBytes)
}

function required(parameter: string): EntryProblem {
  return invalid(parameter, `${parameter} is a required argument.`)
}

function invalid(parameter: string, reason: string): EntryProblem {
  return { ErrorCode: 'InvalidArgument', ErrorMessage: `Parameter ${parameter} is not valid. Reason: ${reason}` }
}

function validation(problem: string): AwsError {
  return new AwsError('ValidationException', `1 validation error detected: ${problem}`)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
