import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { marshall } from '@aws-sdk/util-dynamodb'
import type { If, Query } from './table.ts'

/** Collects the names and values of a DynamoDB expression under short aliases. */
export interface Aliases {
  name(attribute: string): string
  value(value: unknown): string
  /** What goes beside the expression; DynamoDB refuses empty maps. */
  attributes(): { ExpressionAttributeNames?: Record<string, string>; ExpressionAttributeValues?: Record<string, AttributeValue> }
}

/** Begins with none: each expression with what goes beside it has its own. */
export function aliases(): Aliases {
  const names = new Map<string, string>()
  const values: Record<string, unknown> = {}
  return {
    name(attribute) {
      const known = names.get(attribute) ?? `#${names.size}`
      names.set(attribute, known)
      return known
    },
    value(value) {
      const alias = `:${Object.keys(values).length}`
      values[alias] = value
      return alias
    },
    attributes() {
      return {
        ...(names.size > 0 ? { ExpressionAttributeNames: Object.fromEntries([...names].map(([attribute, alias]) => [alias, attribute])) } : {}),
        ...(Object.keys(values).length > 0 ? { ExpressionAttributeValues: toAttributes(values) } : {}),
      }
    },
  }
}

/** Plain values as DynamoDB keeps them; keys that are undefined are left out. */
export function toAttributes(value: Record<string, unknown>): Record<string, AttributeValue> {
  // The library tells maps by their constructor, and takes a map that holds a key "constructor" for an object of some class, unless it is told to take those too.
  return marshall(value, { removeUndefinedValues: true, convertClassInstanceToMap: true })
}

/** A condition in DynamoDB's words; undefined where nothing is asked for. */
export function conditionExpression(condition: If | undefined, names: Aliases): string | undefined {
  if (!condition) return undefined
  const parts = [
    ...(condition.absent ? [`attribute_not_exists(${names.name('pk')})`] : []),
    ...(condition.exists ? [`attribute_exists(${names.name('pk')})`] : []),
    ...Object.entries(condition.equals ?? {}).map(([attribute, value]) => `${names.name(attribute)} = ${names.value(value)}`),
    ...(condition.without ?? []).map((attribute) => `attribute_not_exists(${names.name(attribute)})`),
  ]
  return parts.length > 0 ? parts.join(' AND ') : undefined
}

/** Changes of a row in DynamoDB's words. What is undefined in `set` stays as it is. */
export function updateExpression(
  change: { set?: Readonly<Record<string, unknown>>; remove?: readonly string[]; add?: Readonly<Record<string, number>> },
  names: Aliases,
): string {
  const set = Object.entries(change.set ?? {}).filter(([, value]) => value !== undefined)
  const add = Object.entries(change.add ?? {})
  const parts = [
    set.length > 0 ? `SET ${set.map(([attribute, value]) => `${names.name(attribute)} = ${names.value(value)}`).join(', ')}` : '',
    change.remove && change.remove.length > 0 ? `REMOVE ${change.remove.map((attribute) => names.name(attribute)).join(', ')}` : '',
    add.length > 0 ? `ADD ${add.map(([attribute, value]) => `${names.name(attribute)} ${names.value(value)}`).join(', ')}` : '',
  ]
  return parts.filter(Boolean).join(' ')
}

const partitionKeyOf = { byOwner: 'ownerKey', byDepartment: 'departmentKey', byBucket: 'bucketKey', due: 'dueKey' } as const

/** Which rows a query asks for, in DynamoDB's words: the partition and the bounds within it. */
export function keyExpression(query: Query, names: Aliases): string {
  const partition = query.index ? partitionKeyOf[query.index] : 'pk'
  const range = query.index === undefined ? 'sk' : query.index === 'due' ? 'dueAt' : 'n'
  const parts = [`${names.name(partition)} = ${names.value(query.partition)}`]
  const bounds = rangeExpression(query, range, names)
  if (bounds) parts.push(bounds)
  return parts.join(' AND ')
}

/** DynamoDB takes one condition on the range key: a prefix together with a bound becomes a BETWEEN with the excluded end moved by the smallest step. */
function rangeExpression(query: Query, range: string, names: Aliases): string | undefined {
  const { beginsWith, before, after } = query
  if (beginsWith === undefined) {
    if (before !== undefined && after !== undefined) throw new Error('A query has one bound only.')
    if (before !== undefined) return `${names.name(range)} < ${names.value(before)}`
    if (after !== undefined) return `${names.name(range)} > ${names.value(after)}`
    return undefined
  }
  if (before !== undefined) return `${names.name(range)} BETWEEN ${names.value(beginsWith)} AND ${names.value(justBefore(String(before)))}`
  if (after !== undefined) return `${names.name(range)} BETWEEN ${names.value(`${after}\u0000`)} AND ${names.value(`${beginsWith}\uFFFF`)}`
  return `begins_with(${names.name(range)}, ${names.value(beginsWith)})`
}

/** The greatest text below this one, near enough: keys hold plain characters far below U+FFFF. */
function justBefore(text: string): string {
  const last = text.length - 1
  return `${text.slice(0, last)}${String.fromCharCode(text.charCodeAt(last) - 1)}\uFFFF`
}
