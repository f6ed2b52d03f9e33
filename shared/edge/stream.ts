import type { Context, DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda'
import { rowChangeOf, type RowChange } from '../platform/stream.ts'
import { logBug, logInvocation } from './log.ts'

/**
 * Hands the changes of rows to a reaction, all of a batch at once, in order. When it fails they are handed over again, one after the other, and the first that
 * fails alone ends the batch: the stream goes on from there. The reaction can take the same changes twice.
 */
export function serveStream(name: string, react: (changes: readonly RowChange[]) => Promise<void>): (event: DynamoDBStreamEvent, context: Context) => Promise<DynamoDBBatchResponse> {
  return async (event, context) => {
    const started = performance.now()
    const failed = await firstFailure(event, react, { route: name, requestId: context.awsRequestId })
    logInvocation({ route: name, outcome: failed === undefined ? 'done' : 'failed', changes: event.Records.length, requestId: context.awsRequestId, milliseconds: Math.round(performance.now() - started) })
    return { batchItemFailures: failed === undefined ? [] : [{ itemIdentifier: failed }] }
  }
}

async function firstFailure({ Records }: DynamoDBStreamEvent, react: (changes: readonly RowChange[]) => Promise<void>, where: { route: string; requestId: string }): Promise<string | undefined> {
  if (Records.length > 1) {
    try {
      await react(Records.map(changeOf))
      return undefined
    } catch (error) {
      logBug(error, where)
    }
  }
  for (const record of Records) {
    try {
      await react([changeOf(record)])
    } catch (error) {
      logBug(error, where)
      return record.dynamodb?.SequenceNumber ?? ''
    }
  }
  return undefined
}

function changeOf(record: DynamoDBStreamEvent['Records'][number]): RowChange {
  return rowChangeOf(record as Parameters<typeof rowChangeOf>[0])
}
