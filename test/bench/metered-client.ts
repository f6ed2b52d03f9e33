import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'

/** What some work cost in DynamoDB's own terms. */
export interface Cost {
  readonly calls: number
  /** How often the work had to wait for the table: calls made at the same time count as one round trip. */
  readonly roundTrips: number
  readonly readUnits: number
  readonly writeUnits: number
}

interface Capacity {
  readonly CapacityUnits?: number
}

/** Counts what goes through a client, with the units that the engine says each call consumed. */
export function meterClient(client: DynamoDBClient): { measure<T>(work: () => Promise<T>): Promise<{ result: T; cost: Cost }> } {
  let inFlight = 0
  let calls = 0
  let roundTrips = 0
  let readUnits = 0
  let writeUnits = 0
  client.middlewareStack.add(
    (next, context) => async (args) => {
      if (inFlight === 0) roundTrips += 1
      inFlight += 1
      calls += 1
      try {
        const answer = await next({ ...args, input: { ...args.input, ReturnConsumedCapacity: 'TOTAL' } })
        const consumed = [(answer.output as { ConsumedCapacity?: Capacity | Capacity[] }).ConsumedCapacity ?? []].flat()
        const units = consumed.reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0)
        if (/^(Get|BatchGet|Query|TransactGet)/.test(context.commandName ?? '')) readUnits += units
        else writeUnits += units
        return answer
      } finally {
        inFlight -= 1
      }
    },
    { step: 'initialize', name: 'meter' },
  )
  return {
    async measure(work) {
      calls = roundTrips = readUnits = writeUnits = 0
      const result = await work()
      return { result, cost: { calls, roundTrips, readUnits, writeUnits } }
    },
  }
}
