import { AwsError } from '../contract.ts'
import type { Host, QueueMessage } from '../contract.ts'
import { checkDraft } from './message-rules.ts'
import type { Draft } from './message-rules.ts'
import { queueAttributes } from './queue-attributes.ts'
import type { Queue } from './queues.ts'
import { hideMessage, removeMessage, takeMessages } from './receiving.ts'
import { countMessages } from './rows.ts'
import { addMessage } from './sending.ts'
import type { Sent } from './sending.ts'
import type { Waiting } from './waiting.ts'

/** What can be done with a queue, by the API and by the host's other services alike. */
export interface Queues {
  /** One commit for all that `work` does. */
  together<T>(work: () => T): T
  send(queue: Queue, draft: Draft, system: Readonly<Record<string, string>>): Sent
  receive(queue: Queue, most: number, visibilitySeconds?: number): readonly QueueMessage[]
  /** Waits up to `waitSeconds` for a first message. */
  receiveLong(queue: Queue, most: number, visibilitySeconds: number | undefined, waitSeconds: number, signal: AbortSignal): Promise<readonly QueueMessage[]>
  remove(queue: Queue, handle: string): void
  hide(queue: Queue, handle: string, seconds: number): void
  purge(queue: Queue): void
  attributes(queue: Queue, names: readonly string[]): { readonly Attributes?: Record<string, string> }
}

/** SQS allows one purge of a queue in 60 seconds. */
const purgeMs = 60_000

export function queuesAtWork(host: Host, waiting: Waiting, startedAt: number): Queues {
  const { store } = host
  const purgedAt = new Map<string, number>()
  const now = (): number => host.now().getTime()

  const receive: Queues['receive'] = (queue, most, visibilitySeconds = queue.visibilityTimeoutSeconds) => {
    const at = now()
    const { messages, hasRedriven } = takeMessages(store, queue, most, visibilitySeconds, at)
    if (messages.length > 0) waiting.announceAt(queue.arn, at + visibilitySeconds * 1_000)
    if (hasRedriven && queue.redrive !== undefined) waiting.announce(queue.redrive.arn)
    return messages
  }

  return {
    together: (work) => store.transaction(work),
    send(queue, draft, system) {
      checkDraft(queue, draft)
      const at = now()
      const sent = addMessage(store, queue, draft, system, at)
      if (sent.visibleAt > at) waiting.announceAt(queue.arn, sent.visibleAt)
      else waiting.announce(queue.arn)
      return sent
    },
    receive,
    async receiveLong(queue, most, visibilitySeconds, waitSeconds, signal) {
      const until = Date.now() + waitSeconds * 1_000
      for (;;) {
        if (signal.aborted) return []
        const messages = receive(queue, most, visibilitySeconds)
        const left = until - Date.now()
        if (messages.length > 0 || left <= 0) return messages
        if (!(await waiting.untilMessage(queue.arn, left, signal))) return []
      }
    },
    remove(queue, handle) {
      removeMessage(store, queue, handle, now())
      if (queue.isFifo) waiting.announce(queue.arn)
    },
    hide(queue, handle, seconds) {
      const at = now()
      hideMessage(store, queue, handle, seconds, at)
      if (seconds === 0) waiting.announce(queue.arn)
      else waiting.announceAt(queue.arn, at + seconds * 1_000)
    },
    purge(queue) {
      const at = now()
      if (at - (purgedAt.get(queue.arn) ?? -Infinity) < purgeMs) {
        throw new AwsError('PurgeQueueInProgress', `Only one PurgeQueue operation on ${queue.name} is allowed every 60 seconds.`, 403)
      }
      purgedAt.set(queue.arn, at)
      store.run('delete from sqs_messages where queue = ?', queue.arn)
    },
    attributes(queue, names) {
      if (names.length === 0) return {}
      return { Attributes: queueAttributes(queue, policyOf(host, queue), countMessages(store, queue.arn, now()), Math.floor(startedAt / 1_000), names) }
    },
  }
}

/** The policy that the template attaches to the queue, if any. */
function policyOf(host: Host, queue: Queue): unknown {
  const policy = host.resources('AWS::SQS::QueuePolicy').find(({ properties }) => {
    const urls = properties['Queues']
    return Array.isArray(urls) && urls.some((url) => String(url).split('/').at(-1) === queue.name)
  })
  return policy?.properties['PolicyDocument']
}
