/**
 * `npm run replay -- <failures bucket>`: does again what a stream reader had to give up, after its cause was mended. Runs the readers' own code with the credentials
 * and the environment of who calls it (TABLE_NAME for projections, BUS_NAME for the outbox); what succeeds leaves the bucket, what fails again stays and is named.
 */
import { DeleteObjectCommand, GetObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3'
import type { Context, DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda'
import * as z from 'zod'

type Reader = (event: DynamoDBStreamEvent, context: Context) => Promise<DynamoDBBatchResponse>

/** Which code reads, by the part of the function's name that CDK makes of its entry. */
const readers: Readonly<Record<string, () => Promise<Reader>>> = {
  ProjectionsApply: async () => (await import('../functions/projections/apply.ts')).handler,
  OutboxPublish: async () => (await import('../functions/outbox/publish.ts')).handler,
}

/** What Lambda stores of a batch that it gave up: where it was to go, and the whole event, as text or as it is. */
const Failure = z.object({
  requestContext: z.object({ functionArn: z.string() }),
  payload: z.union([z.string().transform((text) => JSON.parse(text) as unknown), z.unknown()]).pipe(z.object({ Records: z.array(z.looseObject({})) })),
})

export interface Replayed {
  readonly done: number
  readonly failed: readonly string[]
}

/** Replays every failure in a bucket, oldest key first. */
export async function replayFailures(s3: S3Client, bucket: string, readerOf = readers): Promise<Replayed> {
  const failed: string[] = []
  let done = 0
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: 'aws/lambda/' })) {
    for (const { Key } of page.Contents ?? []) {
      if (Key === undefined) continue
      if (await replay(s3, bucket, Key, readerOf)) done += 1
      else failed.push(Key)
    }
  }
  return { done, failed }
}

async function replay(s3: S3Client, bucket: string, key: string, readerOf: typeof readers): Promise<boolean> {
  const object = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }))
  const failure = Failure.parse(JSON.parse((await object.Body?.transformToString()) ?? ''))
  const name = Object.keys(readerOf).find((one) => failure.requestContext.functionArn.includes(one))
  const reader = name === undefined ? undefined : await readerOf[name]?.()
  if (!reader) throw new Error(`${key} was to go to ${failure.requestContext.functionArn}, which is no stream reader of this version.`)
  const answer = await reader(failure.payload as unknown as DynamoDBStreamEvent, { awsRequestId: `replay ${key}` } as Context)
  if (answer.batchItemFailures.length > 0) return false
  await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }))
  return true
}

if (import.meta.main) {
  const [bucket] = process.argv.slice(2)
  if (bucket === undefined) {
    console.error('Name the bucket of failures: npm run replay -- <bucket>')
    process.exit(2)
  }
  const { done, failed } = await replayFailures(new S3Client({}), bucket)
  console.log(`${done} replayed, ${failed.length} failed again`)
  for (const key of failed) console.log(key)
  process.exit(failed.length > 0 ? 1 : 0)
}
