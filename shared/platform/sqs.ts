import { randomUUID } from 'node:crypto'
import type { SQSClient } from '@aws-sdk/client-sqs'

/** A queue that hands its messages out one after the other, as far as they belong to one line. */
export interface OrderedQueue {
  /** Puts a message at the end of a line. Sending the same again puts it there once more: whoever works on it can take that. */
  send(line: string, message: Readonly<Record<string, unknown>>): Promise<void>
}

/** Opens the queue with this address. The client is loaded with the first message: few invocations send one. */
export function openOrderedQueue(url: string, given?: SQSClient): OrderedQueue {
  let client = given
  return {
    async send(line, message) {
      const sdk = await import('@aws-sdk/client-sqs')
      client ??= new sdk.SQSClient({})
      // A fresh id each time: SQS would swallow a second wake-up within five minutes.
      await client.send(new sdk.SendMessageCommand({ QueueUrl: url, MessageBody: JSON.stringify(message), MessageGroupId: line, MessageDeduplicationId: randomUUID() }))
    },
  }
}
