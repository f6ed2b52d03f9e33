import { AwsError } from '../contract.ts'
import type { AwsAnswer, AwsCall, Host } from '../contract.ts'
import { askingForUnits, takeUnits } from './capacity.ts'
import type { Conflicts } from './conflicts.ts'
import type { Connection, EngineAnswer } from './connection.ts'
import { readLagging } from './lagging-reads.ts'
import type { RecentChanges } from './recent-changes.ts'
import { refuseWhatAwsRefuses } from './refusals.ts'
import { needsOf, operations, readRequest, rowsOf, writing } from './request.ts'
import type { Need, Request } from './request.ts'
import type { Table } from './tables.ts'

export interface GateParts {
  readonly host: Host
  readonly engine: Connection
  readonly tables: ReadonlyMap<string, Table>
  readonly conflicts: Conflicts
  /** Undefined: every read sees the newest state. */
  readonly recent: RecentChanges | undefined
  /** Called after each acknowledged write, before the caller has its answer. */
  onWritten(tables: readonly string[]): void
}

const api = 'DynamoDB_20120810'

/**
 * Stands before the engine: may this caller do it, would AWS do it, is a transaction in the way; then the engine does it, and the
 * units are counted.
 */
export function createGate(parts: GateParts): (call: AwsCall) => Promise<AwsAnswer> {
  const { host, engine, tables } = parts

  return async (call) => {
    const [target, operation = ''] = (call.headers['x-amz-target'] ?? '').split('.')
    if (target !== api || !operations.has(operation)) {
      throw new AwsError('UnknownOperationException', `The local host does not offer ${operation || 'this operation'} of DynamoDB`)
    }
    const request = readRequest(call.body)
    for (const need of needsOf(operation, request)) host.authorise(call, `dynamodb:${need.action}`, arnOf(need))
    refuseWhatAwsRefuses(request, tables)
    if (operation.startsWith('Describe')) return describe(operation, call.body)

    const entered = parts.conflicts.enter(operation, rowsOf(operation, request, tables), request.ClientRequestToken)
    if (typeof entered !== 'function') return entered
    try {
      const answer = await perform(operation, request, call.body)
      const { text, units } = takeUnits(operation, request, answer)
      host.meter.add(call, { action: operation, ...units })
      if (writing.has(operation) && answer.status === 200) parts.onWritten(tablesOf(operation, request))
      return answered(answer.status, text)
    } finally {
      entered()
    }
  }

  async function perform(operation: string, request: Request, body: Buffer): Promise<EngineAnswer> {
    const lagging =
      parts.recent === undefined || writing.has(operation)
        ? undefined
        : await readLagging(operation, request, tables, parts.recent, (changed) => send(operation, JSON.stringify(withUnits(changed))))
    return lagging ?? send(operation, askingForUnits(request, body.toString()))
  }

  async function describe(operation: string, body: Buffer): Promise<AwsAnswer> {
    const { status, text } = await send(operation, body)
    return answered(status, text.replaceAll('arn:aws:dynamodb:dynoxide:', `arn:aws:dynamodb:${host.region}:`))
  }

  /** The engine's restart after a death takes a moment; clients of AWS try again after a 500. */
  async function send(operation: string, body: string | Buffer): Promise<EngineAnswer> {
    try {
      return await engine.send(operation, body)
    } catch (problem) {
      host.log(`The DynamoDB engine gave no answer to ${operation}: ${String(problem)}`)
      throw new AwsError('InternalServerError', 'The DynamoDB engine gave no answer', 500)
    }
  }

  function arnOf({ table, index }: Need): string {
    const arn = tables.get(table)?.arn ?? `arn:aws:dynamodb:${host.region}:${host.accountId}:table/${table}`
    return index === undefined ? arn : `${arn}/index/${index}`
  }
}

function withUnits(request: Request): Request {
  const isAsked = request.ReturnConsumedCapacity !== undefined && request.ReturnConsumedCapacity !== 'NONE'
  return isAsked ? request : { ...request, ReturnConsumedCapacity: 'INDEXES' }
}

function tablesOf(operation: string, request: Request): readonly string[] {
  return [...new Set(needsOf(operation, request).map((need) => need.table))]
}

function answered(status: number, body: string): AwsAnswer {
  return { status, headers: { 'content-type': 'application/x-amz-json-1.0' }, body }
}
