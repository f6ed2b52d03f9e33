import type { Resource } from './contract.ts'

/** A mapping at work. */
export interface EventSource {
  /** Takes no more events; resolves when the batch in hand is done with (or given up). */
  stop(): Promise<void>
}

/** One `AWS::Lambda::EventSourceMapping`, read. */
export interface Mapping {
  /** The mapping's UUID; stable over starts, since checkpoints and failure records go by it. */
  readonly id: string
  readonly sourceArn: string
  readonly func: Resource
  readonly batchSize: number
  readonly batchingWindowSeconds: number
  readonly reportsItemFailures: boolean
  /** Patterns of which one must match; none: every event is delivered. */
  readonly filters: readonly unknown[]
  readonly properties: Record<string, unknown>
}
