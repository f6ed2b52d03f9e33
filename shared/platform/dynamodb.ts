import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactionCanceledException,
  TransactionConflictException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  type AttributeValue,
  type TransactWriteItem,
} from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { inParts } from '../kernel/in-parts.ts'
import { Problem } from '../kernel/problem.ts'
import { aliases, conditionExpression, keyExpression, toAttributes, updateExpression } from './expressions.ts'
import { leanSettings, withoutTelemetry } from './lean-client.ts'
import { waitBeforeTry } from './retry.ts'
import { ConditionFailed, type Key, type Query, type Row, type Table, type Write } from './table.ts'
import { tooLarge } from './too-large.ts'

/** A function's way to DynamoDB. */
export function openDynamodb(): DynamoDBClient {
  return withoutTelemetry(new DynamoDBClient(leanSettings('dynamodb')))
}

/** Opens the table with this name. */
export function openTable(tableName: string, client = openDynamodb()): Table {
  return {
    async get(key, options) {
      const answer = await client.send(new GetItemCommand({ TableName: tableName, Key: keyOf(key), ConsistentRead: options?.consistent ?? false }))
      return answer.Item && toRow(answer.Item)
    },

    async getMany(keys, options) {
      const distinct = [...new Map(keys.map((key) => [`${key.pk}\n${key.sk}`, key])).values()]
      const rows = await Promise.all(inParts(distinct, MOST_KEYS_AT_ONCE).map((some) => getSome(client, tableName, some, options?.consistent ?? false)))
      return rows.flat()
    },

    query: (query) => readQuery(client, tableName, query),

    async write(...writes) {
      const [only] = writes
      if (!only) return
      try {
        if (writes.length === 1 && !('check' in only)) await writeOne(client, tableName, only)
        else await writeTogether(client, tableName, writes)
      } catch (error) {
        throw tooLarge(error) ?? error
      }
    },

    async increment(key, attribute, by) {
      const names = aliases()
      const expression = updateExpression({ add: { [attribute]: by } }, names)
      const answer = await client.send(new UpdateItemCommand({ TableName: tableName, Key: keyOf(key), UpdateExpression: expression, ...names.attributes(), ReturnValues: 'UPDATED_NEW' }))
      return Number(toRow(answer.Attributes ?? {})[attribute])
    },
  }
}

const MOST_KEYS_AT_ONCE = 100
const MOST_TRIES = 8

async function getSome(client: DynamoDBClient, tableName: string, keys: readonly Key[], consistent: boolean): Promise<Row[]> {
  const rows: Row[] = []
  let wanted: Record<string, AttributeValue>[] = keys.map(keyOf)
  for (let attempt = 0; wanted.length > 0; attempt += 1) {
    if (attempt === MOST_TRIES) throw new Error('DynamoDB left keys unread again and again.')
    if (attempt > 0) await waitBeforeTry(attempt)
    const answer = await client.send(new BatchGetItemCommand({ RequestItems: { [tableName]: { Keys: wanted, ConsistentRead: consistent } } }))
    rows.push(...(answer.Responses?.[tableName] ?? []).map(toRow))
    wanted = answer.UnprocessedKeys?.[tableName]?.Keys ?? []
  }
  return rows
}

async function readQuery(client: DynamoDBClient, tableName: string, query: Query): Promise<{ rows: Row[]; ended: boolean }> {
  const names = aliases()
  const expression = keyExpression(query, names)
  const rows: Row[] = []
  let from: Record<string, AttributeValue> | undefined
  do {
    const answer = await client.send(
      new QueryCommand({
        TableName: tableName,
        ...(query.index ? { IndexName: query.index } : {}),
        KeyConditionExpression: expression,
        ...names.attributes(),
        ScanIndexForward: !query.newestFirst,
        Limit: query.limit - rows.length,
        ConsistentRead: query.consistent ?? false,
        ...(from ? { ExclusiveStartKey: from } : {}),
      }),
    )
    rows.push(...(answer.Items ?? []).map(toRow))
    from = answer.LastEvaluatedKey
  } while (from && rows.length < query.limit)
  return { rows, ended: from === undefined }
}

async function writeOne(client: DynamoDBClient, tableName: string, write: Exclude<Write, { check: Key }>): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      const operation = asTransactItem(tableName, write)
      if (operation.Put) await client.send(new PutItemCommand(operation.Put))
      else if (operation.Update) await client.send(new UpdateItemCommand(operation.Update))
      else if (operation.Delete) await client.send(new DeleteItemCommand(operation.Delete))
      return
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) throw new ConditionFailed([0])
      if (!(error instanceof TransactionConflictException) || attempt === MOST_TRIES) throw error
      await waitBeforeTry(attempt)
    }
  }
}

/** A cancelled transaction is read for its reasons: a condition that failed is the caller's matter, a conflict with another transaction or throttling is tried again. */
async function writeTogether(client: DynamoDBClient, tableName: string, writes: readonly Write[]): Promise<void> {
  const items = writes.map((write) => asTransactItem(tableName, write))
  for (let attempt = 0; ; attempt += 1) {
    try {
      await client.send(new TransactWriteItemsCommand({ TransactItems: items }))
      return
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error
      const reasons = (error.CancellationReasons ?? []).map((reason) => reason.Code ?? 'None')
      const failed = reasons.flatMap((reason, position) => (reason === 'ConditionalCheckFailed' ? [position] : []))
      if (failed.length > 0) throw new ConditionFailed(failed)
      if (!reasons.some((reason) => PASSING_REASONS.has(reason))) throw error
      if (attempt === MOST_TRIES) throw new Problem('limit', 'table.busy', 'Many are changing the same at the same moment. Try again in a little while.')
      await waitBeforeTry(attempt)
    }
  }
}

const PASSING_REASONS = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'])

function asTransactItem(tableName: string, write: Write): TransactWriteItem {
  const names = aliases()
  const condition = conditionExpression(write.if, names)
  const conditional = condition ? { ConditionExpression: condition } : {}
  if ('put' in write) return { Put: { TableName: tableName, Item: toAttributes(write.put), ...conditional, ...names.attributes() } }
  if ('delete' in write) return { Delete: { TableName: tableName, Key: keyOf(write.delete), ...conditional, ...names.attributes() } }
  if ('check' in write) return { ConditionCheck: { TableName: tableName, Key: keyOf(write.check), ConditionExpression: condition ?? '', ...names.attributes() } }
  const update = updateExpression(write, names)
  return { Update: { TableName: tableName, Key: keyOf(write.update), UpdateExpression: update, ...conditional, ...names.attributes() } }
}

function keyOf(key: Key): Record<string, AttributeValue> {
  return { pk: { S: key.pk }, sk: { S: key.sk } }
}

function toRow(item: Record<string, AttributeValue>): Row {
  return unmarshall(item) as Row
}
