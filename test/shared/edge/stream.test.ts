import type { Context, DynamoDBStreamEvent } from 'aws-lambda'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { serveStream } from '../../../shared/edge/stream.ts'

// The log of an invocation is none of the test's output.
beforeEach(() => void vi.spyOn(process.stdout, 'write').mockReturnValue(true))
afterEach(() => void vi.restoreAllMocks())

const batch = (...names: string[]): DynamoDBStreamEvent => ({ Records: names.map((name) => ({ eventID: name, dynamodb: { SequenceNumber: `at ${name}`, NewImage: { name: { S: name } } } })) })

async function serve(event: DynamoDBStreamEvent, fails: readonly string[]): Promise<{ taken: string[][]; failed: (string | undefined)[] }> {
  const taken: string[][] = []
  const handler = serveStream('test', async (changes) => {
    const names = changes.map(({ after }) => String(after?.['name']))
    taken.push(names)
    if (names.some((name) => fails.includes(name))) throw new Error('no')
  })
  const { batchItemFailures } = await handler(event, { awsRequestId: 'r' } as Context)
  return { taken, failed: batchItemFailures.map(({ itemIdentifier }) => itemIdentifier) }
}

describe('a batch of the stream', () => {
  it('is handed over at once, in order', async () => {
    expect(await serve(batch('a', 'b', 'c'), [])).toEqual({ taken: [['a', 'b', 'c']], failed: [] })
  })

  it('that fails is done again change by change, and ends at the first that fails alone', async () => {
    expect(await serve(batch('a', 'b', 'c'), ['b'])).toEqual({ taken: [['a', 'b', 'c'], ['a'], ['b']], failed: ['at b'] })
  })

  it('of one is tried once', async () => {
    expect(await serve(batch('a'), ['a'])).toEqual({ taken: [['a']], failed: ['at a'] })
  })
})
