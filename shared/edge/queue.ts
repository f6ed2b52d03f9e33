import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda'
import { inLanes } from '../kernel/in-lanes.ts'
import { logBug, logInvocation } from './log.ts'

export interface QueueMessage {
  readonly body: string
  /** How many times the queue has handed it out, this time included. */
  readonly receiveCount: number
}

/**
 * Hands the messages of a queue to a reaction, some at once. What fails goes back to the queue alone, and after some tries to
 * the dead letters; what the reaction returns is its outcome in the log.
 */
export function serveQueue(name: string, react: (message: QueueMessage) => Promise<string>, { atOnce }: { atOnce: number }): (event: SQSEvent, context: Context) => Promise<SQSBatchResponse> {
  return async (event, context) => {
    const failed: string[] = []
    await inLanes(event.Records, atOnce, async (record) => {
      const where = { route: name, requestId: context.awsRequestId, queueMessageId: record.messageId }
      const started = performance.now()
      const receiveCount = Number(record.attributes.ApproximateReceiveCount)
      let outcome = 'failed'
      try {
        outcome = await react({ body: record.body, receiveCount })
      } catch (error) {
        failed.push(record.messageId)
        logBug(error, where)
      }
      logInvocation({ ...where, outcome, receiveCount, milliseconds: Math.round(performance.now() - started) })
    })
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) }
  }
}
