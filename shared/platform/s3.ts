import type * as S3 from '@aws-sdk/client-s3'
import type { S3Client } from '@aws-sdk/client-s3'
import type { Readable } from 'node:stream'
import type { Blobs } from './blobs.ts'

/** The client is large, and many invocations of the functions that have it need none of it: it is loaded with the first object. */
async function loadS3(): Promise<typeof S3> {
  return import('@aws-sdk/client-s3')
}

/** Opens the bucket with this name. */
export function openBlobs(bucket: string, given?: S3Client): Blobs {
  const open = async (): Promise<typeof S3 & { client: S3Client }> => {
    const sdk = await loadS3()
    return { ...sdk, client: given ?? new sdk.S3Client({ requestChecksumCalculation: 'WHEN_REQUIRED' }) }
  }
  // Once: the library has hundreds of names, and to copy them for each call took as long as the call.
  let opened: ReturnType<typeof open> | undefined
  const s3 = (): ReturnType<typeof open> => (opened ??= open())
  return {
    bucket,

    async put(key, content, contentType) {
      const { client, PutObjectCommand } = await s3()
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: content, ContentType: contentType }))
    },

    async open(key) {
      const { client, GetObjectCommand } = await s3()
      const answer = await unlessMissing(client.send(new GetObjectCommand({ Bucket: bucket, Key: key })))
      if (!answer?.Body) return undefined
      const body = answer.Body as Readable
      return { size: answer.ContentLength ?? 0, modifiedAt: answer.LastModified ?? new Date(), chunks: () => body as AsyncIterable<Uint8Array>, close: () => void body.destroy() }
    },

    async copy(from, to) {
      const { client, CopyObjectCommand } = await s3()
      const source = `${bucket}/${from.split('/').map(encodeURIComponent).join('/')}`
      return (await unlessMissing(client.send(new CopyObjectCommand({ Bucket: bucket, Key: to, CopySource: source })))) !== undefined
    },

    async exists(key) {
      const { client, HeadObjectCommand } = await s3()
      return (await unlessMissing(client.send(new HeadObjectCommand({ Bucket: bucket, Key: key })))) !== undefined
    },

    async remove(key) {
      const { client, DeleteObjectCommand } = await s3()
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }))
    },

    async *list(prefix) {
      const { client, paginateListObjectsV2 } = await s3()
      for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix })) {
        for (const { Key, Size, LastModified } of page.Contents ?? []) {
          if (Key !== undefined) yield { key: Key, size: Size ?? 0, modifiedAt: LastModified ?? new Date() }
        }
      }
    },

    async downloadAddress(key, { name, contentType, seconds }) {
      const [{ client, GetObjectCommand }, { getSignedUrl }] = await Promise.all([s3(), import('@aws-sdk/s3-request-presigner')])
      const command = new GetObjectCommand({ Bucket: bucket, Key: key, ResponseContentType: contentType, ResponseContentDisposition: asAttachment(name) })
      return getSignedUrl(client, command, { expiresIn: seconds })
    },

    async uploadAddress(key, { contentType, size, seconds }) {
      const [{ client, PutObjectCommand }, { getSignedUrl }] = await Promise.all([s3(), import('@aws-sdk/s3-request-presigner')])
      const command = new PutObjectCommand({ Bucket: bucket, Key: key, ContentType: contentType, ContentLength: size })
      // Both headers are part of the signature: S3 refuses another length or type.
      const url = await getSignedUrl(client, command, { expiresIn: seconds, signableHeaders: new Set(['content-length', 'content-type', 'host']) })
      return { url, headers: { 'content-type': contentType, 'content-length': String(size) } }
    },
  }
}

async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof Error && ['NoSuchKey', 'NotFound'].includes(error.name)) return undefined
    throw error
  }
}

/** A `Content-Disposition` that saves under this name, in plain letters for old clients and in full for others (RFC 6266). */
function asAttachment(name: string): string {
  const plain = name.replaceAll(/[^A-Za-z0-9 ._()-]/g, '_')
  const full = encodeURIComponent(name).replaceAll(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
  return `attachment; filename="${plain}"; filename*=UTF-8''${full}`
}
