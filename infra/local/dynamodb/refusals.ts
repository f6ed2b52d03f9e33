import { AwsError } from '../contract.ts'
import { attributeOf } from './evaluate.ts'
import { readCondition, readProjection } from './expression.ts'
import type { Path } from './expression.ts'
import type { Request } from './request.ts'
import { partsOf, pathsAskedFor } from './request.ts'
import type { Table } from './tables.ts'
import { equalValues, typeOf } from './values.ts'

/** At most this many values after `IN`, and this many operators and functions in one expression. */
const mostInOperands = 100
const mostOperators = 300

/**
 * Refuses what DynamoDB refuses and the engine lets through. (The engine itself checks sizes, keys, syntax, reserved words, unused
 * names and values, and the limits of batches and transactions.)
 *
 * @throws AwsError `ValidationException`
 */
export function refuseWhatAwsRefuses(request: Request, tables: ReadonlyMap<string, Table>): void {
  for (const part of partsOf(request)) refuseExpressions(part.request)
  refuseExpressions(request)
  const index = tables.get(request.TableName ?? '')?.indexes.get(request.IndexName ?? '')
  const table = tables.get(request.TableName ?? '')
  if (table === undefined) return
  if (index !== undefined && !index.isLocal && index.projected !== undefined) {
    const present = new Set([...table.keyNames, ...index.keyNames, ...index.projected])
    refuseUnprojected(request, index.name, present)
  }
  refuseForeignStart(request, index?.keyNames[0] ?? table.keyNames[0])
}

function refuseExpressions(request: Request): void {
  for (const kind of ['ConditionExpression', 'FilterExpression', 'KeyConditionExpression'] as const) {
    const text = request[kind]
    const facts = typeof text === 'string' ? readCondition(text) : undefined
    if (facts === undefined) continue
    if (facts.mostInOperands > mostInOperands) {
      throw invalid(kind, `The IN operator is provided with too many operands; number of operands: ${facts.mostInOperands}`)
    }
    if (facts.operators > mostOperators) {
      throw invalid(kind, `The expression contains too many operators; operator count: ${mostOperators + 1}`)
    }
    if (facts.containsOnValue === undefined) continue
    const value = request.ExpressionAttributeValues?.[facts.containsOnValue]
    if (value === undefined) continue
    throw invalid(kind, `Incorrect operand type for operator or function; operator or function: contains, operand type: ${typeOf(value)}`)
  }
}

/** A global index answers only with what it holds; a filter on anything else would silently match nothing. */
function refuseUnprojected(request: Request, indexName: string, present: ReadonlySet<string>): void {
  const filter = request.FilterExpression === undefined ? undefined : readCondition(request.FilterExpression)
  const filtered = (filter?.operands ?? []).flatMap((operand) => (operand.kind === 'path' ? [operand.path] : []))
  const paths: readonly Path[] = [...(pathsAskedFor(request, readProjection) ?? []), ...filtered]
  const missing = new Set(paths.map((path) => attributeOf(path, request.ExpressionAttributeNames ?? {})).filter((name) => !present.has(name)))
  if (missing.size === 0) return
  throw new AwsError('ValidationException', `One or more parameter values were invalid: Global secondary index ${indexName} does not project [${[...missing].join(', ')}]`)
}

/** A query goes on from a row of its own partition only. */
function refuseForeignStart(request: Request, partitionName: string | undefined): void {
  const start = request.ExclusiveStartKey?.[partitionName ?? '']
  if (start === undefined || partitionName === undefined || request.KeyConditionExpression === undefined) return
  const condition = readCondition(request.KeyConditionExpression)?.condition
  const equals = condition?.kind === 'and' ? [condition.left, condition.right] : [condition]
  for (const part of equals) {
    if (part?.kind !== 'compare' || part.operator !== '=' || part.left.kind !== 'path' || part.right.kind !== 'value') continue
    if (attributeOf(part.left.path, request.ExpressionAttributeNames ?? {}) !== partitionName) continue
    const value = request.ExpressionAttributeValues?.[part.right.name]
    if (value === undefined || equalValues(value, start)) continue
    throw new AwsError('ValidationException', 'The provided starting key is outside query boundaries based on provided conditions')
  }
}

function invalid(kind: string, message: string): AwsError {
  return new AwsError('ValidationException', `Invalid ${kind}: ${message}`)
}
