import { CopyObjectCommand, DeleteObjectCommand, GetObjectCommand, HeadObjectCommand, NoSuchKey, paginateListObjectsV2, PutObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import type { Readable } from 'node:stream'
import type { Blobs } from './blobs.ts'

/** Opens the bucket with this name. */
export function openBlobs(bucket: string, client = new S3Client({ requestChecksumCalculation: 'WHEN_REQUIRED' })): Blobs {
  return {
    bucket,

    async put(key, content, contentType) {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: content, ContentType: contentType }))
    },

    async open(key) {
      const answer = await unlessMissing(client.send(new GetObjectCommand({ Bucket: bucket, Key: key })))
      if (!answer?.Body) return undefined
      const body = answer.Body as Readable
      return { size: answer.ContentLength ?? 0, modifiedAt: answer.LastModified ?? new Date(), chunks: () => body as AsyncIterable<Uint8Array>, close: () => void body.destroy() }
    },

    async copy(from, to) {
      const source = `${bucket}/${from.split('/').map(encodeURIComponent).join('/')}`
      return (await unlessMissing(client.send(new CopyObjectCommand({ Bucket: bucket, Key: to, CopySource: source })))) !== undefined
    },

    async exists(key) {
      return (await unlessMissing(client.send(new HeadObjectCommand({ Bucket: bucket, Key: key })))) !== undefined
    },

    async remove(key) {
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }))
    },

    async *list(prefix) {
      for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix })) {
        for (const { Key, Size, LastModified } of page.Contents ?? []) {
          if (Key !== undefined) yield { key: Key, size: Size ?? 0, modifiedAt: LastModified ?? new Date() }
        }
      }
    },

    downloadAddress(key, { name, contentType, seconds }) {
      const command = new GetObjectCommand({ Bucket: bucket, Key: key, ResponseContentType: contentType, ResponseContentDisposition: asAttachment(name) })
      return getSignedUrl(client, command, { expiresIn: seconds })
    },

    async uploadAddress(key, { contentType, size, seconds }) {
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
    if (error instanceof NoSuchKey || (error instanceof S3ServiceException && ['NoSuchKey', 'NotFound'].includes(error.name))) return undefined
    throw error
  }
}

/** A `Content-Disposition` that saves under this name, in plain letters for old clients and in full for others (RFC 6266). */
function asAttachment(name: string): string {
  const plain = name.replaceAll(/[^A-Za-z0-9 ._()-]/g, '_')
  const full = encodeURIComponent(name).replaceAll(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
  return `attachment; filename="${plain}"; filename*=UTF-8''${full}`
}
