import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { marshall } from '@aws-sdk/util-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { replayFailures } from '../../infra/replay-failures.ts'
import { serveStream } from '../../shared/edge/stream.ts'
import { aBucketHost, Bucket, type BucketHost } from './local/s3/a-bucket.ts'

let host: BucketHost
beforeAll(async () => {
  host = await aBucketHost()
})
afterAll(() => host.close())

const keep = (key: string, payload: unknown): Promise<unknown> =>
  host.s3Client.send(new PutObjectCommand({ Bucket, Key: key, Body: JSON.stringify({ requestContext: { functionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:leadline-events-ProjectionsApplyFunctionFA8FEF40' }, payload }) }))
const batch = (title: string): object => ({ Records: [{ eventID: title, dynamodb: { SequenceNumber: '1', NewImage: marshall({ title }) } }] })

describe('what a stream reader had to give up', () => {
  it('is done again, whether Lambda stored the event as text or as it is, and leaves the bucket only when it succeeds', async () => {
    await keep('aws/lambda/one/a', batch('as it is'))
    await keep('aws/lambda/one/b', JSON.stringify(batch('as text')))
    await keep('aws/lambda/one/c', batch('still broken'))
    const seen: unknown[] = []
    const reader = serveStream('projections/apply', async (changes) => {
      const titles = changes.map(({ after }) => after?.['title'])
      if (titles.includes('still broken')) throw new Error('not mended')
      seen.push(...titles)
    })
    expect(await replayFailures(host.s3Client, Bucket, { ProjectionsApply: async () => reader })).toEqual({ done: 2, failed: ['aws/lambda/one/c'] })
    expect(seen).toEqual(['as it is', 'as text'])
    await expect(host.s3Client.send(new GetObjectCommand({ Bucket, Key: 'aws/lambda/one/a' }))).rejects.toThrow('not exist')
    expect((await host.s3Client.send(new GetObjectCommand({ Bucket, Key: 'aws/lambda/one/c' }))).$metadata.httpStatusCode).toBe(200)
  })
})
