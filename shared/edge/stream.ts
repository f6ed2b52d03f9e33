import type { Context, DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda'
import { rowChangeOf, type RowChange } from '../platform/stream.ts'
import { logBug, logInvocation } from './log.ts'

/** Hands the changes of rows to a reaction, in order. The first that fails ends the batch: the stream goes on from there. */
export function serveStream(name: string, react: (change: RowChange) => Promise<void>): (event: DynamoDBStreamEvent, context: Context) => Promise<DynamoDBBatchResponse> {
  return async (event, context) => {
    const started = performance.now()
    const failed = await firstFailure(event, react, { route: name, requestId: context.awsRequestId })
    logInvocation({ route: name, outcome: failed === undefined ? 'done' : 'failed', changes: event.Records.length, requestId: context.awsRequestId, milliseconds: Math.round(performance.now() - started) })
    return { batchItemFailures: failed === undefined ? [] : [{ itemIdentifier: failed }] }
  }
}

async function firstFailure(event: DynamoDBStreamEvent, react: (change: RowChange) => Promise<void>, where: { route: string; requestId: string }): Promise<string | undefined> {
  for (const record of event.Records) {
    try {
      await react(rowChangeOf(record as Parameters<typeof rowChangeOf>[0]))
    } catch (error) {
      logBug(error, where)
      return record.dynamodb?.SequenceNumber ?? ''
    }
  }
  return undefined
}
