import { AwsError } from '../contract.ts'
import type { Path } from './expression.ts'
import type { Table } from './tables.ts'
import { isItem, rowName } from './values.ts'
import type { Item, Value } from './values.ts'

/** The members of DynamoDB's requests that the host looks at; what is malformed is left to the engine to refuse. */
export interface Request {
  readonly TableName?: string
  readonly IndexName?: string
  readonly Key?: Item
  readonly Item?: Item
  readonly ConsistentRead?: boolean
  readonly ConditionExpression?: string
  readonly FilterExpression?: string
  readonly KeyConditionExpression?: string
  readonly ProjectionExpression?: string
  readonly AttributesToGet?: readonly string[]
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>
  readonly ExpressionAttributeValues?: Readonly<Record<string, Value>>
  readonly ExclusiveStartKey?: Item
  readonly ScanIndexForward?: boolean
  readonly Limit?: number
  readonly Select?: string
  readonly Segment?: number
  readonly ReturnConsumedCapacity?: string
  readonly ClientRequestToken?: string
  readonly RequestItems?: Readonly<Record<string, unknown>>
  readonly TransactItems?: unknown
  readonly KeyConditions?: unknown
  readonly QueryFilter?: unknown
  readonly ScanFilter?: unknown
}

/** A right that a call needs: `dynamodb:<action>` on a table or on one of its indexes. */
export interface Need {
  readonly action: string
  readonly table: string
  readonly index?: string
}

const single = ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query', 'Scan', 'DescribeTable', 'DescribeTimeToLive']
const several = ['BatchGetItem', 'BatchWriteItem', 'TransactGetItems', 'TransactWriteItems']
/** The operations that functions may call. Tables are made from the template alone, and statements in PartiQL are not offered. */
export const operations: ReadonlySet<string> = new Set([...single, ...several])
export const writing: ReadonlySet<string> = new Set(['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'TransactWriteItems'])

/** @throws AwsError `SerializationException` */
export function readRequest(body: Buffer): Request {
  try {
    const request: unknown = JSON.parse(body.toString())
    if (isItem(request)) return request as Request
  } catch {
    // told below
  }
  throw new AwsError('SerializationException', 'The body is not a JSON object')
}

/** Which parts of a transaction need which right (AWS knows no right "TransactWriteItems"). */
const transactActions: Readonly<Record<string, string>> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
  Get: 'GetItem',
}

export function needsOf(operation: string, request: Request): readonly Need[] {
  if (isItem(request.RequestItems)) return Object.keys(request.RequestItems).map((table) => ({ action: operation, table }))
  if (request.TransactItems !== undefined) {
    const needs = new Map<string, Need>()
    for (const part of partsOf(request)) {
      const action = transactActions[part.kind]
      const table = part.request.TableName
      if (action !== undefined && table !== undefined) needs.set(`${action} ${table}`, { action, table })
    }
    return [...needs.values()]
  }
  const { TableName: table, IndexName: index } = request
  if (table === undefined) return []
  return [index === undefined ? { action: operation, table } : { action: operation, table, index }]
}

export interface Part {
  /** `Put`, `Update`, `Delete`, `ConditionCheck` or `Get`. */
  readonly kind: string
  readonly request: Request
}

export function partsOf(request: Request): readonly Part[] {
  if (!Array.isArray(request.TransactItems)) return []
  const entries: readonly unknown[] = request.TransactItems
  return entries.flatMap((entry) => (isItem(entry) ? Object.entries(entry) : []).map(([kind, part]) => ({ kind, request: isItem(part) ? (part as Request) : {} })))
}

/** The rows that a call reads or writes by key; for a transaction in the order of its parts (undefined: the engine will refuse that part). */
export function rowsOf(operation: string, request: Request, tables: ReadonlyMap<string, Table>): readonly (string | undefined)[] {
  if (operation.startsWith('Transact')) return partsOf(request).map((part) => rowOf(part.request, tables))
  if (operation !== 'BatchWriteItem') return [rowOf(request, tables)]
  return Object.entries(request.RequestItems ?? {}).flatMap(([TableName, entries]) => {
    if (!Array.isArray(entries)) return []
    return entries.map((entry?: { PutRequest?: Request; DeleteRequest?: Request }) => rowOf({ TableName, ...entry?.PutRequest, ...entry?.DeleteRequest }, tables))
  })
}

function rowOf(request: Request, tables: ReadonlyMap<string, Table>): string | undefined {
  const table = tables.get(request.TableName ?? '')
  const key = request.Key ?? request.Item
  return table === undefined || !isItem(key) ? undefined : rowName(table.name, key, table.keyNames)
}

/** Attributes asked for one by one, in the two ways that DynamoDB knows; undefined: all. */
export function pathsAskedFor(request: Request, read: (text: string) => readonly Path[] | undefined): readonly Path[] | undefined {
  if (request.ProjectionExpression !== undefined) return read(request.ProjectionExpression)
  return request.AttributesToGet?.map((name) => [name])
}
