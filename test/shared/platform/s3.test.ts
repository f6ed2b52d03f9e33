import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { createHash } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { CopyObjectCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { bytesOf } from '../../../shared/platform/blobs.ts'
import { openBlobs } from '../../../shared/platform/s3.ts'
import { openBucket } from '../../../shared/platform/s3-calls.ts'
import { createSigner } from '../../../shared/platform/signature.ts'
import { aBucketHost, Bucket, type BucketHost } from '../../infra/local/s3/a-bucket.ts'

const ODD_KEY = "mail/1 ä+b/(it's) 100% *new*!.eml"
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY', sessionToken: 'a token/with+signs==' }

const denied = new Set<string>()
let host: BucketHost
beforeAll(async () => {
  host = await aBucketHost({}, { deny: (action, resource) => denied.has(action) || denied.has(`${action} ${resource}`) })
})
afterAll(() => host.close())

interface Asked {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** A server in S3's place that gives these answers, one after the other, and tells what it was asked. */
async function answering(...answers: readonly { status: number; body?: string; hangUp?: true }[]): Promise<{ endpoint: string; asked: Asked[] }> {
  const asked: Asked[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    asked.push({ method: request.method, url: request.url, headers: request.headers, body: Buffer.concat(chunks).toString() })
    const answer = answers[Math.min(asked.length, answers.length) - 1]
    if (answer?.hangUp) return void request.socket.destroy()
    response.writeHead(answer?.status ?? 200, { 'content-type': 'application/xml' }).end(answer?.body ?? '')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { endpoint: `http://127.0.0.1:${(server.address() as { port: number }).port}`, asked }
}

const refusal = (code: string): string => `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>as a test</Message></Error>`
const text = async (key: string, of = openBlobs(Bucket, host.client)): Promise<string | undefined> => {
  const blob = await of.open(key)
  return blob && (await bytesOf(blob, 10_000_000)).toString()
}

describe('a bucket called by hand', () => {
  it('keeps, copies, finds and removes objects under whatever name', async () => {
    const blobs = openBlobs(Bucket, host.client)
    await blobs.put(ODD_KEY, 'Sveiki!', 'message/rfc822')
    const stored = await blobs.open(ODD_KEY)
    expect([stored?.size, stored && Date.now() - stored.modifiedAt.getTime() < 60_000]).toEqual([7, true])
    expect(await blobs.copy(ODD_KEY, 'copy & <more>')).toBe(true)
    expect([await text('copy & <more>'), await text(ODD_KEY)]).toEqual(['Sveiki!', 'Sveiki!'])
    expect(await host.s3Client.send(new GetObjectCommand({ Bucket, Key: 'copy & <more>' }))).toMatchObject({ ContentType: 'message/rfc822' })
    expect([await blobs.exists(ODD_KEY), await blobs.exists('nowhere'), await blobs.open('nowhere'), await blobs.copy('nowhere', 'elsewhere')]).toEqual([true, false, undefined, false])
    await Promise.all([ODD_KEY, 'copy & <more>', 'nowhere', ODD_KEY].map((key) => blobs.remove(key)))
    expect([await blobs.exists(ODD_KEY), await blobs.exists('copy & <more>')]).toEqual([false, false])
  })

  it('puts an object only where there is none, also when many do so at once', async () => {
    const blobs = openBlobs(Bucket, host.client)
    const first = await Promise.all(['a', 'b', 'c'].map((content) => blobs.putNew('new/1', content, 'text/plain')))
    expect(first.filter(Boolean)).toHaveLength(1)
    await blobs.put('new/1', 'over it', 'text/plain')
    expect([await blobs.putNew('new/1', 'again', 'text/plain'), await text('new/1')]).toEqual([false, 'over it'])
    await blobs.remove('new/1')
    expect([await blobs.putNew('new/1', 'again', 'text/plain'), await text('new/1')]).toEqual([true, 'again'])
  })

  it('labels copies, and copies labels', async () => {
    const blobs = openBlobs(Bucket, host.client)
    await blobs.put('inbox/1', 'raw', 'application/octet-stream')
    expect([await blobs.labels('inbox/1'), await blobs.labels('nowhere')]).toEqual([{}, undefined])
    for (const noticed of ['no', 'yes']) {
      await blobs.copy(noticed === 'no' ? 'inbox/1' : 'kept/1', 'kept/1', { contentType: 'message/rfc822', labels: { message: 'abc', noticed } })
      expect([await blobs.labels('kept/1'), await text('kept/1')]).toEqual([{ message: 'abc', noticed }, 'raw'])
    }
    await blobs.copy('kept/1', 'kept/2')
    expect(await blobs.labels('kept/2')).toEqual({ message: 'abc', noticed: 'yes' })
    expect(await host.s3Client.send(new GetObjectCommand({ Bucket, Key: 'kept/2' }))).toMatchObject({ ContentType: 'message/rfc822' })
  })

  it('hands on large objects as they come, and gives them up unread', async () => {
    const blobs = openBlobs(Bucket, host.client)
    const bytes = Buffer.alloc(3_000_000, 'abcdefg')
    await blobs.put('large', bytes, 'application/octet-stream')
    expect(createHash('md5').update(await text('large') ?? '').digest('hex')).toBe(createHash('md5').update(bytes).digest('hex'))
    ;(await blobs.open('large'))?.close()
    expect(await blobs.exists('large')).toBe(true)
  })

  it('tells the reader of a large object when it is cut off, however late they begin', async () => {
    const server = createServer((_request, response) => {
      response.writeHead(200, { 'content-length': 1_000_000 }).write('only the beginning')
      setTimeout(() => response.destroy(), 10)
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    const blob = await openBlobs('mail', { region: 'eu-west-1', credentials, endpoint: `http://127.0.0.1:${(server.address() as { port: number }).port}` }).open('a')
    await wait(50)
    await expect(async () => blob && bytesOf(blob, 2_000_000)).rejects.toThrow(/aborted|premature/i)
  })

  it('says which right is missing, also for one of several objects that were to go', async () => {
    const blobs = openBlobs(Bucket, host.client)
    for (const key of ['a', 'b', 'c']) await blobs.put(key, key, 'text/plain')
    denied.add('s3:PutObject').add(`s3:DeleteObject arn:aws:s3:::${Bucket}/b`)
    await expect(blobs.put('a', 'x', 'text/plain')).rejects.toThrow('AccessDenied')
    const removals = await Promise.allSettled(['c', 'a', 'b'].map((key) => blobs.remove(key)))
    denied.clear()
    expect(removals.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected'])
    expect([await blobs.exists('a'), await blobs.exists('b'), await blobs.exists('c')]).toEqual([false, true, false])
  })

  it('tries again when S3 is slow, loses the connection, or fails a copy that it had begun to answer', async () => {
    const { endpoint, asked } = await answering({ status: 503, body: refusal('SlowDown') }, { status: 0, hangUp: true }, { status: 200, body: refusal('InternalError') }, { status: 200, body: '<CopyObjectResult/>' })
    expect(await openBlobs('mail', { region: 'eu-west-1', credentials, endpoint }).copy('from', 'to')).toBe(true)
    expect(asked).toHaveLength(4)
  })

  it('does not try again what is refused for good, and gives up in the end', async () => {
    const refused = await answering({ status: 403, body: refusal('AccessDenied') })
    await expect(openBlobs('mail', { region: 'eu-west-1', credentials, endpoint: refused.endpoint }).open('a')).rejects.toThrow('AccessDenied: as a test')
    expect(refused.asked).toHaveLength(1)
    const busy = await answering({ status: 503, body: refusal('SlowDown') })
    await expect(openBlobs('mail', { region: 'eu-west-1', credentials, endpoint: busy.endpoint }).put('a', 'b', 'text/plain')).rejects.toThrow('SlowDown')
    expect(busy.asked.length).toBeGreaterThan(2)
  })

  it('takes an object for what it is, even if it reads like a refusal', async () => {
    const { endpoint } = await answering({ status: 200, body: refusal('InternalError') })
    expect(await text('a', openBlobs('mail', { region: 'eu-west-1', credentials, endpoint }))).toContain('<Error>')
  })

  it('removes many with one call, whose body it vouches for', async () => {
    const { endpoint, asked } = await answering({ status: 200, body: '<DeleteResult/>' })
    const blobs = openBlobs('mail', { region: 'eu-west-1', credentials, endpoint })
    await Promise.all(['a', 'b', 'c & d'].map((key) => blobs.remove(key)))
    expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual(['DELETE /mail/a', 'POST /mail/?delete='])
    expect(asked[1]?.body).toContain('<Object><Key>b</Key></Object><Object><Key>c &amp; d</Key></Object>')
    expect(asked[1]?.headers['content-md5']).toBe(createHash('md5').update(asked[1]?.body ?? '').digest('base64'))
  })
})

describe('a call to S3 by hand', () => {
  const calls = [
    ['put', (client: S3Client) => client.send(new PutObjectCommand({ Bucket: 'mail', Key: ODD_KEY, Body: 'Hello €', ContentType: 'text/plain' })), { method: 'PUT', key: ODD_KEY, headers: { 'content-type': 'text/plain' }, body: 'Hello €' }],
    ['get', (client: S3Client) => client.send(new GetObjectCommand({ Bucket: 'mail', Key: 'a//b' })), { method: 'GET', key: 'a//b' }],
    ['copy', (client: S3Client) => client.send(new CopyObjectCommand({ Bucket: 'mail', Key: 'to', CopySource: '/mail/from' })), { method: 'PUT', key: 'to', headers: { 'x-amz-copy-source': '/mail/from' } }],
  ] as const
  it.each(calls)('to %s has the same address as the SDK\'s, and each is signed over its own headers as the SDK signs', async (_, bySdk, byHand) => {
    const { endpoint, asked } = await answering({ status: 200, body: '<CopyObjectResult/>' })
    const client = new S3Client({ region: 'eu-west-1', credentials, endpoint, forcePathStyle: true, requestChecksumCalculation: 'WHEN_REQUIRED' })
    await bySdk(client)
    client.destroy()
    await openBucket('mail', { region: 'eu-west-1', credentials, endpoint })(byHand)
    const [theirs, ours] = asked
    expect(ours?.url).toBe(theirs?.url?.split('?')[0])
    expect(ours?.headers['x-amz-content-sha256']).toBe(createHash('sha256').update('body' in byHand ? byHand.body : '').digest('hex'))
    const signed = /SignedHeaders=([^,]+)/.exec(ours?.headers.authorization ?? '')?.[1]?.split(';') ?? []
    expect(signed).toEqual(expect.arrayContaining(Object.keys(ours?.headers ?? {}).filter((name) => name === 'host' || name.startsWith('x-amz-'))))
    for (const one of [theirs, ours]) expect(one?.headers.authorization).toBe(one && signedAnew(one))
  })

  /** What the signature must be, worked out with the signer from what came over the wire. */
  function signedAnew({ method, url, headers }: Asked): string | undefined {
    const [path = '', query = ''] = (url ?? '').split('?')
    const names = /SignedHeaders=([^,]+)/.exec(headers.authorization ?? '')?.[1]?.split(';') ?? []
    const covered = names.filter((name) => !['host', 'x-amz-date', 'x-amz-security-token'].includes(name))
    const at = new Date(String(headers['x-amz-date']).replace(/(....)(..)(..)T(..)(..)(..)Z/, '$1-$2-$3T$4:$5:$6Z'))
    const sign = createSigner(credentials, { region: 'eu-west-1', service: 's3' })
    return sign({ method: method ?? '', host: String(headers.host), path, query, bodyHash: String(headers['x-amz-content-sha256']), headers: Object.fromEntries(covered.map((name) => [name, String(headers[name])])) }, at)['authorization']
  }
})
