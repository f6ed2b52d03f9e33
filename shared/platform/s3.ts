import type * as S3 from '@aws-sdk/client-s3'
import type { S3Client } from '@aws-sdk/client-s3'
import { once } from '../kernel/once.ts'
import type { Blobs, Labels, OpenBlob } from './blobs.ts'
import { accessOfFunction, type S3Access } from './s3-access.ts'
import type { S3Answer } from './s3-calls.ts'

/** Opens the bucket with this name. What is done for each mail and file is called by hand; the SDK lists and makes addresses. */
export function openBlobs(bucket: string, access: S3Access = accessOfFunction()): Blobs {
  // The library has hundreds of names, and to copy them for each call took as long as the call.
  const calls = once(() => loadCalls(bucket, access))
  const sdk = once(() => loadSdk(access))
  return {
    bucket,

    async put(key, content, contentType) {
      const { call } = await calls()
      await call({ method: 'PUT', key, headers: { 'content-type': contentType }, body: content })
    },

    async putNew(key, content, contentType) {
      const { call, unlessPresent } = await calls()
      return (await unlessPresent(call({ method: 'PUT', key, headers: { 'content-type': contentType, 'if-none-match': '*' }, body: content }))) !== undefined
    },

    async open(key) {
      const { call, unlessMissing } = await calls()
      const answer = await unlessMissing(call({ method: 'GET', key }))
      return answer && openAnswer(answer)
    },

    async copy(from, to, as) {
      const { call, unlessMissing, encodedKey } = await calls()
      return (await unlessMissing(call({ method: 'PUT', key: to, headers: { 'x-amz-copy-source': `/${bucket}/${encodedKey(from)}`, ...(as && labelled(as)) } }))) !== undefined
    },

    async exists(key) {
      const { call, unlessMissing } = await calls()
      return (await unlessMissing(call({ method: 'HEAD', key }))) !== undefined
    },

    async labels(key) {
      const { call, unlessMissing } = await calls()
      const answer = await unlessMissing(call({ method: 'HEAD', key }))
      return answer && Object.fromEntries(Object.entries(answer.headers).flatMap(([name, value]) => (name.startsWith(LABEL) ? [[name.slice(LABEL.length), String(value)]] : [])))
    },

    async remove(key) {
      const { remove } = await calls()
      await remove(key)
    },

    async *list(prefix) {
      const { client, paginateListObjectsV2 } = await sdk()
      for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix })) {
        for (const { Key, Size, LastModified } of page.Contents ?? []) {
          if (Key !== undefined) yield { key: Key, size: Size ?? 0, modifiedAt: LastModified ?? new Date() }
        }
      }
    },

    async downloadAddress(key, { name, contentType, seconds }) {
      const [{ client, GetObjectCommand }, { getSignedUrl }] = await Promise.all([sdk(), import('@aws-sdk/s3-request-presigner')])
      const command = new GetObjectCommand({ Bucket: bucket, Key: key, ResponseContentType: contentType, ResponseContentDisposition: asAttachment(name) })
      return getSignedUrl(client, command, { expiresIn: seconds })
    },

    async uploadAddress(key, { contentType, size, seconds }) {
      const [{ client, PutObjectCommand }, { getSignedUrl }] = await Promise.all([sdk(), import('@aws-sdk/s3-request-presigner')])
      const command = new PutObjectCommand({ Bucket: bucket, Key: key, ContentType: contentType, ContentLength: size })
      // Both headers are part of the signature: S3 refuses another length or type.
      const url = await getSignedUrl(client, command, { expiresIn: seconds, signableHeaders: new Set(['content-length', 'content-type', 'host']) })
      return { url, headers: { 'content-type': contentType, 'content-length': String(size) } }
    },
  }
}

/** What is called by hand, too, is loaded with the first object. */
async function loadCalls(bucket: string, access: S3Access) {
  const [{ openBucket, encodedKey, unlessMissing, unlessPresent }, { createRemoval }] = await Promise.all([import('./s3-calls.ts'), import('./s3-removals.ts')])
  const call = openBucket(bucket, access)
  return { call, remove: createRemoval(call), encodedKey, unlessMissing, unlessPresent }
}

/** The client is large, and many invocations of the functions that have it need none of it: it is loaded with the first list or address. */
async function loadSdk({ region, endpoint, credentials }: S3Access): Promise<typeof S3 & { client: S3Client }> {
  const sdk = await import('@aws-sdk/client-s3')
  const client = new sdk.S3Client({ region, credentials, requestChecksumCalculation: 'WHEN_REQUIRED', ...(endpoint === undefined ? {} : { endpoint }) })
  return { ...sdk, client }
}

function openAnswer({ headers, body, stream }: S3Answer): OpenBlob {
  return {
    size: Number(headers['content-length'] ?? body.length),
    modifiedAt: new Date(headers['last-modified'] ?? Date.now()),
    chunks: () => stream ?? chunksOf(body),
    close: () => void stream?.destroy(),
  }
}

const LABEL = 'x-amz-meta-'

function labelled({ contentType, labels }: { readonly contentType: string; readonly labels: Labels }): Record<string, string> {
  return { 'x-amz-metadata-directive': 'REPLACE', 'content-type': contentType, ...Object.fromEntries(Object.entries(labels).map(([name, value]) => [`${LABEL}${name}`, value])) }
}

async function* chunksOf(body: Buffer): AsyncGenerator<Buffer> {
  yield body
}

/** A `Content-Disposition` that saves under this name, in plain letters for old clients and in full for others (RFC 6266). */
function asAttachment(name: string): string {
  const plain = name.replaceAll(/[^A-Za-z0-9 ._()-]/g, '_')
  const full = encodeURIComponent(name).replaceAll(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
  return `attachment; filename="${plain}"; filename*=UTF-8''${full}`
}
