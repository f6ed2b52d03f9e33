import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import type { InvocationOutcome, QueueMessage, Resource } from '../../../../infra/local/contract.ts'
import { createEvents } from '../../../../infra/local/events/index.ts'
import { createSns } from '../../../../infra/local/sns/index.ts'
import { createSqs } from '../../../../infra/local/sqs/index.ts'
import { aHost, aResource } from '../../../support/a-host.ts'
import type { HostOptions, TestHost } from '../../../support/a-host.ts'

export const arnOf = {
  queue: (name: string): string => `arn:aws:sqs:eu-west-1:000000000000:${name}`,
  func: (name: string): string => `arn:aws:lambda:eu-west-1:000000000000:function:${name}`,
  bus: (name: string): string => `arn:aws:events:eu-west-1:000000000000:event-bus/${name}`,
  topic: (name: string): string => `arn:aws:sns:eu-west-1:000000000000:${name}`,
  rule: (name: string): string => `arn:aws:events:eu-west-1:000000000000:rule/${name}`,
}

export const aQueue = (name: string): Resource => aResource({ type: 'AWS::SQS::Queue', name, properties: name.endsWith('.fifo') ? { FifoQueue: true, ContentBasedDeduplication: true } : {} })
export const aFunction = (name: string, properties: Record<string, unknown> = {}): Resource => aResource({ type: 'AWS::Lambda::Function', name, properties })
export const aBus = (name: string): Resource => aResource({ type: 'AWS::Events::EventBus', name })

/** A rule on the bus `crm` that takes everything of the source `leadline`, unless said otherwise. */
export function aRule(name: string, properties: Record<string, unknown>): Resource {
  return aResource({ type: 'AWS::Events::Rule', name, properties: { EventBusName: 'crm', EventPattern: { source: ['leadline'] }, State: 'ENABLED', ...properties } })
}

export interface EventHost {
  readonly host: TestHost
  readonly client: EventBridgeClient
  /** Events that functions were invoked with, in order. */
  readonly invoked: { name: string; event: unknown }[]
  /** Takes what is in a queue. */
  take(queue: string): QueueMessage[]
  close(): Promise<void>
}

/** A host with SQS, SNS and EventBridge. Functions succeed unless `outcome` says otherwise. */
export async function anEventHost(resources: readonly Resource[], options: HostOptions & { outcome?: (name: string) => InvocationOutcome } = {}): Promise<EventHost> {
  const invoked: EventHost['invoked'] = []
  const host = await aHost({
    resources,
    ...options,
    parts: { sqs: createSqs, sns: createSns, events: createEvents },
    invoke: async (functionArn, event) => {
      const name = functionArn.split(':').at(-1) ?? ''
      invoked.push({ name, event })
      return options.outcome?.(name) ?? { ok: true, payload: null }
    },
  })
  const client = new EventBridgeClient(host.client)
  return {
    host,
    client,
    invoked,
    take(queue) {
      const messages = host.sqs.receive(arnOf.queue(queue), 10)
      for (const { receiptHandle } of messages) host.sqs.remove(arnOf.queue(queue), receiptHandle)
      return messages
    },
    async close() {
      client.destroy()
      await host.close()
    },
  }
}

export const failure: InvocationOutcome = { ok: false, errorType: 'Error', errorMessage: 'no\u001b[0m', timedOut: false }
