import { SQSClient } from '@aws-sdk/client-sqs'
import type { Resource } from '../../../../infra/local/contract.ts'
import { createSqs } from '../../../../infra/local/sqs/index.ts'
import { aHost, aResource } from '../../../support/a-host.ts'
import type { HostOptions, TestHost } from '../../../support/a-host.ts'

export interface QueueHost {
  readonly host: TestHost
  readonly client: SQSClient
  url(name: string): string
  arn(name: string): string
  close(): Promise<void>
}

/** A queue of the template. */
export function aQueue(name: string, properties: Record<string, unknown> = {}): Resource {
  return aResource({ type: 'AWS::SQS::Queue', name, properties: { ...(name.endsWith('.fifo') ? { FifoQueue: true } : {}), ...properties } })
}

export function queueArn(name: string): string {
  return `arn:aws:sqs:eu-west-1:000000000000:${name}`
}

/** A host that has SQS alone, with a real client. */
export async function aQueueHost(queues: readonly Resource[], options: HostOptions = {}): Promise<QueueHost> {
  const host = await aHost({ resources: queues, ...options, parts: { ...options.parts, sqs: createSqs } })
  const client = new SQSClient(host.client)
  return {
    host,
    client,
    url: (name) => `${host.origin}/000000000000/${name}`,
    arn: queueArn,
    async close() {
      client.destroy()
      await host.close()
    },
  }
}
