import { CopyObjectCommand, DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { expect, it } from 'vitest'
import { createS3 } from '../../../../infra/local/s3/index.ts'
import { createSqs } from '../../../../infra/local/sqs/index.ts'
import { aResource } from '../../../support/a-host.ts'
import type { HostOptions } from '../../../support/a-host.ts'
import { Bucket, aBucketHost } from './a-bucket.ts'

const Queue = 'arn:aws:sqs:eu-west-1:000000000000:uploads'
const Function = 'arn:aws:lambda:eu-west-1:000000000000:function:scan'

function aNotifyingHost(NotificationConfiguration: object, options: HostOptions = {}) {
  return aBucketHost({}, {
    resources: [
      aResource({ type: 'AWS::S3::Bucket', name: Bucket, properties: { NotificationConfiguration } }),
      aResource({ type: 'AWS::SQS::Queue', name: 'uploads' }),
    ],
    ...options,
    parts: { sqs: createSqs, s3: createS3 },
  })
}

it('a queue gets a message for each object whose key fits', async () => {
  const Filter = { S3Key: { Rules: [{ Name: 'prefix', Value: 'in/' }, { Name: 'suffix', Value: '.eml' }] } }
  const host = await aNotifyingHost({ QueueConfigurations: [{ Event: 's3:ObjectCreated:*', Queue, Filter }, { Event: 's3:ObjectRemoved:Delete', Queue, Filter }] })
  const put = (Key: string) => host.s3Client.send(new PutObjectCommand({ Bucket, Key, Body: 'text' }))
  await put('in/a b.eml')
  await put('in/a.txt')
  await put('out/a.eml')
  await host.s3Client.send(new CopyObjectCommand({ Bucket, Key: 'in/copy.eml', CopySource: `${Bucket}/in/a.txt` }))
  await host.s3Client.send(new DeleteObjectCommand({ Bucket, Key: 'in/a b.eml' }))
  const records = host.sqs.receive(Queue, 10).map((message) => (JSON.parse(message.body) as { Records: { eventName: string; s3: { object: { key: string; size: number } } }[] }).Records[0])
  expect(records.map((record) => `${record?.eventName} ${record?.s3.object.key} ${record?.s3.object.size}`).toSorted()).toEqual([
    'ObjectCreated:Copy in/copy.eml 4',
    'ObjectCreated:Put in/a+b.eml 4',
    'ObjectRemoved:Delete in/a+b.eml 4',
  ])
  await host.close()
})

it('a function is called, and again when it fails', async () => {
  const events: unknown[] = []
  const host = await aNotifyingHost({ LambdaConfigurations: [{ Event: 's3:ObjectCreated:Put', Function }] }, {
    invoke: async (functionArn, event) => {
      events.push([functionArn, event])
      return events.length < 2 ? { ok: false, errorType: 'Error', errorMessage: 'once', timedOut: false } : { ok: true, payload: null }
    },
  })
  await host.s3.put(Bucket, 'mail/1', Buffer.from('x'))
  await expect.poll(() => events.length).toBe(2)
  expect(events[1]).toMatchObject([Function, { Records: [{ eventSource: 'aws:s3', s3: { bucket: { name: Bucket }, object: { key: 'mail/1', eTag: '9dd4e461268c8034f5c8564e155c67a6' } } }] }])
  await host.close()
})

it('a queue whose policy does not let the bucket in gets nothing, and the log says so', async () => {
  const host = await aNotifyingHost({ QueueConfigurations: [{ Event: 's3:ObjectCreated:*', Queue }] }, { allowedByResourcePolicy: () => false })
  await host.s3.put(Bucket, 'mail/1', Buffer.from('x'))
  expect(host.sqs.receive(Queue, 10)).toEqual([])
  expect(host.lines).toEqual([expect.stringContaining(`${Queue} does not let bucket ${Bucket}`)])
  await host.close()
})
