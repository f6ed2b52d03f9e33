import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import {
  CopyObjectCommand, DeleteObjectCommand, DeleteObjectsCommand, GetObjectCommand, HeadBucketCommand, HeadObjectCommand, ListObjectsV2Command, NoSuchKey, PutObjectCommand,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Bucket, aBucketHost } from './a-bucket.ts'
import type { BucketHost } from './a-bucket.ts'

const asked: string[] = []
const denied = new Set<string>()
let host: BucketHost

beforeAll(async () => {
  host = await aBucketHost({}, {
    deny(action, resource) {
      asked.push(`${action} ${resource}`)
      return denied.has(action) || denied.has(`${action} ${resource}`)
    },
  })
})
afterAll(() => host.close())

const put = (Key: string, Body: string | Buffer, more: object = {}) => host.s3Client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }))
const get = (Key: string, more: object = {}) => host.s3Client.send(new GetObjectCommand({ Bucket, Key, ...more }))
const text = async (Key: string, more: object = {}) => (await get(Key, more)).Body?.transformToString()

describe('an object', () => {
  it('comes back as it was put, with type, metadata and the MD5 of its bytes as ETag', async () => {
    const stored = await put('mail/1 ä+b.eml', 'Sveiki!', { ContentType: 'message/rfc822', ContentDisposition: 'inline', Metadata: { from: 'anna' } })
    expect(stored.ETag).toBe('"abf6525953dc65fe9746ea8c76d62dda"')
    const got = await get('mail/1 ä+b.eml')
    expect(await got.Body?.transformToString()).toBe('Sveiki!')
    expect(got).toMatchObject({ ContentType: 'message/rfc822', ContentDisposition: 'inline', ContentLength: 7, ETag: stored.ETag, Metadata: { from: 'anna' } })
    expect(await host.s3Client.send(new HeadObjectCommand({ Bucket, Key: 'mail/1 ä+b.eml' }))).toMatchObject({ ContentLength: 7, ETag: stored.ETag })
  })

  it('is put in the chunks that the SDK sends for a stream, and its checksum is checked', async () => {
    const bytes = Buffer.alloc(300_000, 'abc')
    const Body = Readable.from([bytes.subarray(0, 100_000), bytes.subarray(100_000)])
    await host.s3Client.send(new PutObjectCommand({ Bucket, Key: 'stream', Body, ContentLength: bytes.length, ChecksumAlgorithm: 'CRC32' }))
    expect(Buffer.from((await (await get('stream')).Body?.transformToByteArray()) ?? []).equals(bytes)).toBe(true)
    expect((await get('stream')).ContentEncoding).toBeUndefined()
    await expect(put('broken', 'text', { ChecksumSHA256: 'AAAA' })).rejects.toThrow('did not match')
    await expect(get('broken')).rejects.toThrow(NoSuchKey)
  })

  it('is read in parts', async () => {
    await put('digits', '0123456789')
    const part = async (Range: string) => {
      const got = await get('digits', { Range })
      return [await got.Body?.transformToString(), got.ContentRange]
    }
    expect(await part('bytes=2-4')).toEqual(['234', 'bytes 2-4/10'])
    expect(await part('bytes=7-')).toEqual(['789', 'bytes 7-9/10'])
    expect(await part('bytes=-2')).toEqual(['89', 'bytes 8-9/10'])
    await expect(part('bytes=20-30')).rejects.toThrow('not satisfiable')
  })

  it('is put only if there is none yet, when asked so, also by two at once', async () => {
    const tries = await Promise.allSettled([1, 2, 3].map((number) => put('once', `${number}`, { IfNoneMatch: '*' })))
    expect(tries.filter((attempt) => attempt.status === 'fulfilled')).toHaveLength(1)
    await expect(put('once', 'again', { IfNoneMatch: '*' })).rejects.toMatchObject({ name: 'PreconditionFailed', $metadata: { httpStatusCode: 412 } })
    await put('once', 'replaced')
    expect(await text('once')).toBe('replaced')
  })

  it('is not sent again to a reader who has it', async () => {
    const { ETag } = await put('known', 'x')
    await expect(get('known', { IfNoneMatch: ETag })).rejects.toMatchObject({ $metadata: { httpStatusCode: 304 } })
  })

  it('is copied with its metadata or with new ones', async () => {
    await put('from/a b', 'copy me', { ContentType: 'text/plain', Metadata: { kind: 'old' } })
    const copy = (Key: string, more: object = {}) => host.s3Client.send(new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/from/a%20b`, ...more }))
    expect((await copy('copy')).CopyObjectResult?.ETag).toMatch(/^"[0-9a-f]{32}"$/)
    expect(await get('copy')).toMatchObject({ ContentType: 'text/plain', Metadata: { kind: 'old' } })
    await copy('copy', { MetadataDirective: 'REPLACE', Metadata: { kind: 'new' } })
    expect(await get('copy')).toMatchObject({ Metadata: { kind: 'new' } })
    expect(await text('copy')).toBe('copy me')
  })

  it('is gone after it was deleted, alone or with others', async () => {
    for (const key of ['a', 'b & c', 'd']) await put(`gone/${key}`, key)
    await host.s3Client.send(new DeleteObjectCommand({ Bucket, Key: 'gone/a' }))
    await host.s3Client.send(new DeleteObjectCommand({ Bucket, Key: 'gone/a' }))
    denied.add(`s3:DeleteObject arn:aws:s3:::${Bucket}/gone/d`)
    const { Deleted, Errors } = await host.s3Client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'gone/b & c' }, { Key: 'gone/d' }] } }))
    denied.clear()
    expect(Deleted?.map((deleted) => deleted.Key)).toEqual(['gone/b & c'])
    expect(Errors?.map((error) => error.Key)).toEqual(['gone/d'])
    await expect(get('gone/a')).rejects.toThrow(NoSuchKey)
    await expect(get('gone/b & c')).rejects.toThrow(NoSuchKey)
    expect(await text('gone/d')).toBe('d')
  })
})

describe('a list', () => {
  const list = (more: object) => host.s3Client.send(new ListObjectsV2Command({ Bucket, ...more }))
  beforeAll(async () => {
    for (const key of ['inbox/1', 'inbox/2', 'inbox/2024/a', 'inbox/2024/b', 'inbox/3', 'inbox0']) await put(`list/${key}`, key)
  })

  it('has the keys with the prefix, in order, over pages', async () => {
    const keys: (string | undefined)[] = []
    let token: string | undefined
    let pages = 0
    do {
      const page = await list({ Prefix: 'list/inbox/', MaxKeys: 2, ...(token !== undefined && { ContinuationToken: token }) })
      keys.push(...(page.Contents ?? []).map((content) => content.Key))
      token = page.NextContinuationToken
      pages += 1
    } while (token !== undefined)
    expect(keys).toEqual(['1', '2', '2024/a', '2024/b', '3'].map((key) => `list/inbox/${key}`))
    expect(pages).toBe(3)
  })

  it('folds keys at a delimiter', async () => {
    const page = await list({ Prefix: 'list/inbox/', Delimiter: '/' })
    expect(page.CommonPrefixes).toEqual([{ Prefix: 'list/inbox/2024/' }])
    expect(page.Contents?.map((content) => content.Key)).toEqual(['list/inbox/1', 'list/inbox/2', 'list/inbox/3'])
    expect(page.Contents?.[0]).toMatchObject({ Size: 7, LastModified: expect.any(Date) })
    const folded = await list({ Prefix: 'list/inbox/', Delimiter: '/', MaxKeys: 3 })
    const rest = await list({ Prefix: 'list/inbox/', Delimiter: '/', ContinuationToken: folded.NextContinuationToken })
    expect([folded.KeyCount, rest.Contents?.map((content) => content.Key)]).toEqual([3, ['list/inbox/3']])
  })
})

describe('a right', () => {
  it('is asked for each object', async () => {
    await put('right', 'x')
    asked.length = 0
    await get('right')
    await host.s3Client.send(new CopyObjectCommand({ Bucket, Key: 'right2', CopySource: `${Bucket}/right` }))
    await host.s3Client.send(new ListObjectsV2Command({ Bucket }))
    await host.s3Client.send(new HeadBucketCommand({ Bucket }))
    const object = (key: string) => `arn:aws:s3:::${Bucket}/${key}`
    expect(asked).toEqual([
      `s3:GetObject ${object('right')}`,
      `s3:GetObject ${object('right')}`,
      `s3:PutObject ${object('right2')}`,
      `s3:ListBucket arn:aws:s3:::${Bucket}`,
      `s3:ListBucket arn:aws:s3:::${Bucket}`,
    ])
  })

  it('to list is needed to be told that a key is missing', async () => {
    await expect(get('nowhere')).rejects.toThrow(NoSuchKey)
    denied.add('s3:ListBucket')
    await expect(get('nowhere')).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } })
    denied.clear()
  })

  it('missing means 403 and nothing stored', async () => {
    denied.add('s3:PutObject')
    await expect(put('secret', 'x')).rejects.toThrow('s3:PutObject')
    denied.clear()
    await expect(get('secret')).rejects.toThrow(NoSuchKey)
  })
})

it('a bucket that the template does not have is told by name of the error', async () => {
  await expect(host.s3Client.send(new GetObjectCommand({ Bucket: 'nobody', Key: 'x' }))).rejects.toMatchObject({ name: 'NoSuchBucket' })
})

it('objects outlive a restart, and the bytes of writes that were cut off do not', async () => {
  const dataFolder = await mkdtemp(join(tmpdir(), 'leadline-s3-'))
  const first = await aBucketHost({}, { dataFolder })
  await first.s3.put(Bucket, 'mail/1', Buffer.from('raw mail'), { contentType: 'message/rfc822', metadata: { a: 'b' } })
  await first.s3.put(Bucket, 'mail/1', Buffer.from('newer mail'))
  const large = Buffer.alloc(200_000, 'large ')
  await first.s3.put(Bucket, 'mail/large', Buffer.alloc(300_000))
  await first.s3.put(Bucket, 'mail/large', large)
  await first.close()
  await writeFile(join(dataFolder, 's3', 'cut-off'), 'half')
  const second = await aBucketHost({}, { dataFolder })
  expect((await second.s3.get(Bucket, 'mail/1'))?.toString()).toBe('newer mail')
  expect((await second.s3.get(Bucket, 'mail/large'))?.equals(large)).toBe(true)
  expect(await second.s3.get(Bucket, 'mail/2')).toBeUndefined()
  expect(await readdir(join(dataFolder, 's3'))).toHaveLength(1)
  await second.close()
  await rm(dataFolder, { recursive: true, force: true })
})

it('what is not offered is refused by name', async () => {
  const answer = await fetch(`${host.origin}/${Bucket}/x?uploads`, { method: 'POST', headers: { authorization: 'AWS4-HMAC-SHA256 Credential=AKIALOCALTEST/20260101/eu-west-1/s3/aws4_request' } })
  expect([answer.status, await answer.text()]).toEqual([501, expect.stringContaining('does not offer POST')])
})
