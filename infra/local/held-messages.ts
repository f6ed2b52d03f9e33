import { AwsError } from './contract.ts'
import type { Host, QueueMessage } from './contract.ts'
import type { Mapping } from './event-source.ts'

/** The messages that a mapping has taken from its queue and not yet dealt with. */
export interface HeldMessages {
  receive(most: number): QueueMessage[]
  remove(receiptHandle: string): void
  /** Gives a message back; it becomes visible again after `seconds`. */
  release(receiptHandle: string, seconds: number): void
  /** Gives everything back at once. */
  releaseAll(): void
}

/**
 * Remembers in the store what is held, so that a host which was killed in the middle of a batch need not wait for the queue's
 * visibility timeout (six minutes) at its next start: whoever held those messages is certainly gone.
 */
export function rememberHeld({ sqs, store }: Host, { id, sourceArn }: Mapping): HeldMessages {
  store.run('create table if not exists mapping_held (mapping text not null, receipt text not null, primary key (mapping, receipt)) without rowid')
  const forget = (receipt: string): void => void store.run('delete from mapping_held where mapping = ? and receipt = ?', id, receipt)

  const release = (receipt: string, seconds: number): void =>
    store.transaction(() => {
      forget(receipt)
      try {
        sqs.changeVisibility(sourceArn, receipt, seconds)
      } catch (problem) {
        // The timeout was over, and somebody else may have the message by now.
        if (!(problem instanceof AwsError)) throw problem
      }
    })

  return {
    receive: (most) =>
      store.transaction(() => {
        const messages = sqs.receive(sourceArn, most)
        for (const { receiptHandle } of messages) store.run('insert or replace into mapping_held values (?, ?)', id, receiptHandle)
        return messages
      }),
    remove: (receipt) =>
      store.transaction(() => {
        forget(receipt)
        sqs.remove(sourceArn, receipt)
      }),
    release,
    releaseAll() {
      for (const { receipt } of store.all<{ receipt: string }>('select receipt from mapping_held where mapping = ?', id)) release(receipt, 0)
    },
  }
}
