import type { EngineAnswer } from './connection.ts'
import { meets, project } from './evaluate.ts'
import type { Substitutions } from './evaluate.ts'
import { readCondition, readProjection } from './expression.ts'
import type { Condition } from './expression.ts'
import type { ChangedRow, RecentChanges } from './recent-changes.ts'
import type { Request } from './request.ts'
import { pathsAskedFor } from './request.ts'
import { laggingPage } from './lagging-page.ts'
import type { PageAnswer } from './lagging-page.ts'
import type { Table } from './tables.ts'
import { isItem, pick, rowName } from './values.ts'
import type { Item } from './values.ts'

/**
 * Answers a read that is not consistent as if the changes of the last moments had not happened: as DynamoDB may, and as it seldom
 * does, so that code which leans on such a read shows it in a test.
 *
 * Undefined: nothing that the read could see changed just now (the usual case), or it is a read that this does not understand
 * (the parameters of before 2014); it is then answered as it is.
 */
export async function readLagging(
  operation: string,
  request: Request,
  tables: ReadonlyMap<string, Table>,
  recent: RecentChanges,
  forward: (request: Request) => Promise<EngineAnswer>,
): Promise<EngineAnswer | undefined> {
  if (operation === 'BatchGetItem') return laggingBatch(request, tables, recent, forward)
  const table = tables.get(request.TableName ?? '')
  if (table === undefined || request.ConsistentRead === true) return undefined
  const changed = recent.of(table.name)
  if (changed === undefined) return undefined
  if (operation === 'GetItem') return laggingItem(request, table, changed, forward)
  if (operation !== 'Query' && operation !== 'Scan') return undefined
  return laggingRows(operation, request, table, changed, forward)
}

async function laggingItem(request: Request, table: Table, changed: ReadonlyMap<string, ChangedRow>, forward: (request: Request) => Promise<EngineAnswer>) {
  const row = isItem(request.Key) ? changed.get(rowName(table.name, request.Key, table.keyNames)) : undefined
  if (row === undefined) return undefined
  const { before } = row
  const answer = await forward(request)
  if (answer.status !== 200) return answer
  const { Item: _present, ...rest } = JSON.parse(answer.text) as { Item?: Item }
  return { status: 200, text: JSON.stringify({ ...(before !== undefined && { Item: shown(before, request) }), ...rest }) }
}

interface BatchAnswer {
  readonly Responses: Readonly<Record<string, readonly Item[]>>
  readonly UnprocessedKeys?: unknown
}

async function laggingBatch(request: Request, tables: ReadonlyMap<string, Table>, recent: RecentChanges, forward: (request: Request) => Promise<EngineAnswer>) {
  const asked = Object.entries(request.RequestItems ?? {}) as [string, Request & { readonly Keys?: readonly Item[] }][]
  const rowsBefore = new Map<string, { before: (Item | undefined)[]; keys: ReadonlySet<string> }>()
  for (const [name, part] of asked) {
    const table = tables.get(name)
    const changed = part.ConsistentRead === true || table === undefined ? undefined : recent.of(name)
    if (changed === undefined || table === undefined || !Array.isArray(part.Keys)) continue
    const keys = part.Keys.map((key: Item) => rowName(name, key, table.keyNames)).filter((row) => changed.has(row))
    if (keys.length > 0) rowsBefore.set(name, { before: keys.map((row) => changed.get(row)?.before), keys: new Set(keys) })
  }
  if (rowsBefore.size === 0) return undefined

  // Without the projection the answer has the keys, by which the rows are known.
  const whole = asked.map(([name, part]) => [name, rowsBefore.has(name) ? { Keys: part.Keys } : part] as const)
  const answer = await forward({ ...request, RequestItems: Object.fromEntries(whole) })
  if (answer.status !== 200) return answer
  const { Responses, ...rest } = JSON.parse(answer.text) as BatchAnswer
  const responses = asked.map(([name, part]) => {
    const rows = rowsBefore.get(name)
    const present = Responses[name] ?? []
    if (rows === undefined) return [name, present] as const
    const keyNames = tables.get(name)?.keyNames ?? []
    const unchanged = present.filter((item) => !rows.keys.has(rowName(name, item, keyNames)))
    return [name, [...unchanged, ...rows.before.filter((item) => item !== undefined)].map((item) => shown(item, part))] as const
  })
  return { status: 200, text: JSON.stringify({ Responses: Object.fromEntries(responses), ...rest }) }
}

async function laggingRows(operation: string, request: Request, table: Table, changed: ReadonlyMap<string, ChangedRow>, forward: (request: Request) => Promise<EngineAnswer>) {
  const index = request.IndexName === undefined ? undefined : table.indexes.get(request.IndexName)
  const condition = request.KeyConditionExpression === undefined ? undefined : readCondition(request.KeyConditionExpression)?.condition
  const filter = request.FilterExpression === undefined ? undefined : readCondition(request.FilterExpression)?.condition
  const isOld = request.KeyConditions !== undefined || request.QueryFilter !== undefined || request.ScanFilter !== undefined
  const isUnread = (operation === 'Query' && condition === undefined) || (request.FilterExpression !== undefined && filter === undefined)
  if (isOld || isUnread || (request.IndexName !== undefined && index === undefined)) return undefined

  const substitutions = substitutionsOf(request)
  const keyNames = index?.keyNames ?? table.keyNames
  const isIn = (item: Item | undefined): item is Item =>
    item !== undefined && keyNames.every((name) => item[name] !== undefined) && (condition === undefined || meets(condition, item, substitutions))
  const touched = [...changed].filter(([, row]) => isIn(row.before) || isIn(row.after))
  if (touched.length === 0) return undefined

  const projected = index?.projected === undefined ? undefined : [...table.keyNames, ...keyNames, ...index.projected]
  const page = await laggingPage({
    operation,
    request: withoutView(request, condition),
    limit: request.Limit,
    tableKeyNames: table.keyNames,
    rowOf: (item) => rowName(table.name, item, table.keyNames),
    startKeyNames: [...new Set([...keyNames, ...table.keyNames])],
    orderNames: [...new Set([...keyNames.slice(1), ...table.keyNames])],
    changed: new Set(touched.map(([row]) => row)),
    before: touched.flatMap(([, row]) => (isIn(row.before) ? [projected === undefined ? row.before : pick(row.before, projected)] : [])),
    forward,
  })
  return page.answer === undefined ? page.failure : { status: 200, text: JSON.stringify(viewOf(page.answer, request, filter, substitutions)) }
}

/** The same rows, unfiltered and whole: filter and projection are done here, on the rows as they were. */
function withoutView(request: Request, condition: Condition | undefined): Request {
  const { FilterExpression: _filter, ProjectionExpression: _projection, AttributesToGet: _attributes, Select: _select, ...rest } = request
  const { ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {}, ...bare } = rest
  if (condition === undefined) return bare
  const text = request.KeyConditionExpression ?? ''
  const used = new Set(text.match(/[#:][A-Za-z0-9_]+/g))
  const usedOf = <T>(all: Readonly<Record<string, T>>) => Object.fromEntries(Object.entries(all).filter(([name]) => used.has(name)))
  const [keptNames, keptValues] = [usedOf(names), usedOf(values)]
  return {
    ...bare,
    ...(Object.keys(keptNames).length > 0 && { ExpressionAttributeNames: keptNames }),
    ...(Object.keys(keptValues).length > 0 && { ExpressionAttributeValues: keptValues }),
  }
}

function viewOf(page: PageAnswer, request: Request, filter: Condition | undefined, substitutions: Substitutions): object {
  const { Items, ...rest } = page
  const kept = filter === undefined ? Items : Items.filter((item) => meets(filter, item, substitutions))
  const counts = { Count: kept.length, ScannedCount: Items.length }
  return request.Select === 'COUNT' ? { ...counts, ...rest } : { Items: kept.map((item) => shown(item, request)), ...counts, ...rest }
}

function shown(item: Item, request: Request): Item {
  const paths = pathsAskedFor(request, readProjection)
  return paths === undefined ? item : project(item, paths, request.ExpressionAttributeNames ?? {})
}

function substitutionsOf(request: Request): Substitutions {
  return { names: request.ExpressionAttributeNames ?? {}, values: request.ExpressionAttributeValues ?? {} }
}
