import { randomUUID } from 'node:crypto'
import type { SQSClient } from '@aws-sdk/client-sqs'
import type { OrderedQueue } from './queue.ts'

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
