import { createHmac } from 'node:crypto'
import { S3Client } from '@aws-sdk/client-s3'
import { createS3 } from '../../../../infra/local/s3/index.ts'
import { aHost, aResource, testCredentials } from '../../../support/a-host.ts'
import type { HostOptions, TestHost } from '../../../support/a-host.ts'

export const Bucket = 'crm-files'

export interface BucketHost extends TestHost {
  readonly s3Client: S3Client
}

/** A host with one bucket and an SDK client for it. */
export async function aBucketHost(properties: Record<string, unknown> = {}, options: HostOptions = {}): Promise<BucketHost> {
  const host = await aHost({
    resources: [aResource({ type: 'AWS::S3::Bucket', name: Bucket, properties }), aResource({ type: 'AWS::S3::Bucket', name: 'other' })],
    ...options,
    parts: { s3: createS3, ...options.parts },
  })
  const s3Client = new S3Client(host.client)
  const close = host.close.bind(host)
  return Object.assign(host, {
    s3Client,
    async close() {
      s3Client.destroy()
      await close()
    },
  })
}

/** A form as `createPresignedPost` makes it, ready to be sent. */
export function aForm(conditions: readonly unknown[], fields: Record<string, string>, file: Blob, fileName: string, expiration = new Date(Date.now() + 60_000)): FormData {
  const date = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '')
  const scope = `${date.slice(0, 8)}/eu-west-1/s3/aws4_request`
  const signing = { 'x-amz-algorithm': 'AWS4-HMAC-SHA256', 'x-amz-credential': `${testCredentials.accessKeyId}/${scope}`, 'x-amz-date': date }
  const all = [...conditions, { bucket: Bucket }, ...Object.entries(signing).map(([name, value]) => ({ [name]: value }))]
  const policy = Buffer.from(JSON.stringify({ expiration: expiration.toISOString(), conditions: all })).toString('base64')
  let key = Buffer.from(`AWS4${testCredentials.secretAccessKey}`)
  for (const part of scope.split('/')) key = createHmac('sha256', key).update(part).digest()
  const form = new FormData()
  for (const [name, value] of Object.entries({ ...fields, ...signing, policy, 'x-amz-signature': createHmac('sha256', key).update(policy).digest('hex') })) form.set(name, value)
  form.set('file', file, fileName)
  return form
}
