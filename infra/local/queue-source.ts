import { setTimeout as sleep } from 'node:timers/promises'
import type { Host, QueueMessage } from './contract.ts'
import type { EventSource, Mapping } from './event-source.ts'
import { matches } from './events/pattern.ts'
import { rememberHeld } from './held-messages.ts'
import { failuresOf } from './item-failures.ts'

/** Batches in flight at once unless the mapping says otherwise; AWS begins with five pollers. */
const usualConcurrency = 5

/**
 * A failed message comes back after its queue's visibility timeout, as on AWS, but here after this many seconds at most:
 * nobody waits six minutes at a desk. What counts receives (the dead-letter queue) is therefore reached sooner than on AWS.
 */
const longestRetrySeconds = 5

/** Feeds a function from a queue until it is stopped. */
export function openQueueSource(host: Host, mapping: Mapping): EventSource {
  const queue = host.resourceByArn(mapping.sourceArn)
  if (queue === undefined) throw new Error(`The queue ${mapping.sourceArn} of an event source mapping is not in the template`)
  const retrySeconds = Math.min(Number(queue.properties['VisibilityTimeout'] ?? 30), longestRetrySeconds)
  const concurrency = (mapping.properties['ScalingConfig'] as { MaximumConcurrency?: number } | undefined)?.MaximumConcurrency ?? usualConcurrency
  const stopping = new AbortController()
  const inFlight = new Set<Promise<void>>()

  const held = rememberHeld(host, mapping)

  const fill = (): void => {
    while (!stopping.signal.aborted && inFlight.size < concurrency) {
      const messages = held.receive(mapping.batchSize)
      if (messages.length === 0) return
      const work = deliver(messages)
        .catch((problem: unknown) => host.log(`queue ${queue.name}: ${problem instanceof Error ? (problem.stack ?? problem.message) : String(problem)}`))
        .finally(() => {
          inFlight.delete(work)
          fill()
        })
      inFlight.add(work)
    }
  }

  const deliver = async (first: QueueMessage[]): Promise<void> => {
    const received = [...first]
    if (mapping.batchingWindowSeconds > 0 && received.length < mapping.batchSize) {
      await sleep(mapping.batchingWindowSeconds * 1_000, undefined, { signal: stopping.signal }).catch(() => undefined)
      received.push(...held.receive(mapping.batchSize - received.length))
    }
    const wanted: QueueMessage[] = []
    for (const message of received) {
      if (isWanted(message, mapping)) wanted.push(message)
      else held.remove(message.receiptHandle)
    }
    if (wanted.length > 0) await invoke(wanted)
  }

  const invoke = async (messages: readonly QueueMessage[]): Promise<void> => {
    const event = { Records: messages.map((message) => recordOf(message, mapping, host)) }
    let failures: ReturnType<typeof failuresOf> = 'all'
    for (let delivery = host.faults.deliveries(mapping.func.name); delivery > 0; delivery -= 1) {
      const outcome = await host.invoke(mapping.func.arn, event)
      failures = failuresOf(outcome, mapping.reportsItemFailures, messages.map(({ messageId }) => messageId))
      if (!outcome.ok) host.log(`${mapping.func.name} failed on ${messages.length} message(s) of ${queue.name}: ${outcome.errorType}`)
    }
    host.store.transaction(() => {
      for (const { messageId, receiptHandle } of messages) {
        const failed = failures === 'all' || failures.has(messageId)
        if (failed) held.release(receiptHandle, retrySeconds)
        else held.remove(receiptHandle)
      }
    })
  }

  held.releaseAll()
  const unsubscribe = host.sqs.onMessage(mapping.sourceArn, fill)
  fill()
  return {
    async stop() {
      stopping.abort()
      unsubscribe()
      await Promise.allSettled(inFlight)
    },
  }
}

/** Filters see the body parsed where it is JSON. */
function isWanted(message: QueueMessage, { filters }: Mapping): boolean {
  if (filters.length === 0) return true
  const seen = { ...message, body: parsed(message.body) }
  return filters.some((pattern) => matches(pattern, seen))
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body) as unknown
  } catch {
    return body
  }
}

function recordOf(message: QueueMessage, { sourceArn }: Mapping, { region }: Host): Record<string, unknown> {
  const messageAttributes = Object.fromEntries(
    Object.entries(message.messageAttributes).map(([name, attribute]) => [name, { ...attribute, stringListValues: [], binaryListValues: [] }]),
  )
  return { ...message, messageAttributes, eventSource: 'aws:sqs', eventSourceARN: sourceArn, awsRegion: region }
}
