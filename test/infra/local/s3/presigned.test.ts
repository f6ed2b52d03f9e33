import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Bucket, aBucketHost, aForm } from './a-bucket.ts'
import type { BucketHost } from './a-bucket.ts'

const cors = { CorsConfiguration: { CorsRules: [{ AllowedMethods: ['GET', 'PUT', 'POST'], AllowedOrigins: ['https://*.example.org'], AllowedHeaders: ['content-*'], ExposedHeaders: ['ETag'], MaxAge: 600 }] } }
let host: BucketHost
let signer: S3Client
let clock = 0
let isDenied = false
const asked: string[] = []

beforeAll(async () => {
  host = await aBucketHost(cors, {
    now: () => new Date(Date.now() + clock),
    deny(action, _resource, call) {
      asked.push(`${action} by ${call.caller.kind === 'function' ? call.caller.functionName : call.caller.kind}`)
      return isDenied || call.caller.kind === 'anonymous'
    },
  })
  signer = new S3Client({ ...host.client, requestChecksumCalculation: 'WHEN_REQUIRED' })
})
afterAll(async () => {
  signer.destroy()
  await host.close()
})
beforeEach(() => {
  clock = 0
  isDenied = false
  asked.length = 0
})

const errorOf = async (answer: Response) => `${answer.status} ${/<Code>(.*?)<\/Code>/.exec(await answer.text())?.[1]}`

describe('a presigned address', () => {
  it('lets anyone put and get that object, as the function that signed it', async () => {
    const put = await getSignedUrl(signer, new PutObjectCommand({ Bucket, Key: 'files/näme 1.txt', ContentType: 'text/plain' }), { expiresIn: 60 })
    const stored = await fetch(put, { method: 'PUT', body: 'by a browser', headers: { 'content-type': 'text/plain' } })
    expect(stored.status).toBe(200)
    const get = await getSignedUrl(signer, new GetObjectCommand({ Bucket, Key: 'files/näme 1.txt', ResponseContentDisposition: 'attachment; filename="a b.txt"', ResponseContentType: 'application/pdf' }), { expiresIn: 60 })
    const got = await fetch(get)
    expect(await got.text()).toBe('by a browser')
    expect(got.headers.get('content-disposition')).toBe('attachment; filename="a b.txt"')
    expect(got.headers.get('content-type')).toBe('application/pdf')
    expect(asked).toEqual(['s3:PutObject by AKIALOCALTEST', 's3:GetObject by AKIALOCALTEST'])
  })

  it('ends with its expiry', async () => {
    await host.s3.put(Bucket, 'soon', Buffer.from('x'))
    const url = await getSignedUrl(signer, new GetObjectCommand({ Bucket, Key: 'soon' }), { expiresIn: 60 })
    clock = 50_000
    expect((await fetch(url)).status).toBe(200)
    clock = 62_000
    const late = await fetch(url)
    expect(late.status).toBe(403)
    expect(await late.text()).toMatch(/<Code>AccessDenied<\/Code><Message>Request has expired<\/Message>/)
  })

  it('is good for what was signed alone', async () => {
    await host.s3.put(Bucket, 'one', Buffer.from('x'))
    await host.s3.put(Bucket, 'two', Buffer.from('y'))
    const url = await getSignedUrl(signer, new GetObjectCommand({ Bucket, Key: 'one' }), { expiresIn: 60 })
    expect(await errorOf(await fetch(url.replace('/one?', '/two?')))).toBe('403 SignatureDoesNotMatch')
    expect(await errorOf(await fetch(url.replace('X-Amz-Expires=60', 'X-Amz-Expires=600')))).toBe('403 SignatureDoesNotMatch')
    expect(await errorOf(await fetch(url, { method: 'DELETE' }))).toBe('403 SignatureDoesNotMatch')
    expect(await errorOf(await fetch(url.replace(/X-Amz-Signature=.*?(&|$)/, '')))).toBe('400 AuthorizationQueryParametersError')
    const typed = await getSignedUrl(signer, new PutObjectCommand({ Bucket, Key: 'one', ContentType: 'image/png' }), { expiresIn: 60, signableHeaders: new Set(['content-type']) })
    expect(await errorOf(await fetch(typed, { method: 'PUT', body: 'x', headers: { 'content-type': 'text/html' } }))).toBe('403 SignatureDoesNotMatch')
  })

  it('opens no more than the function that signed it may', async () => {
    const url = await getSignedUrl(signer, new GetObjectCommand({ Bucket, Key: 'one' }), { expiresIn: 60 })
    isDenied = true
    expect((await fetch(url)).status).toBe(403)
  })

  it('is needed: without a signature there is no access', async () => {
    expect((await fetch(`${host.origin}/${Bucket}/one`)).status).toBe(403)
    expect((await fetch(`${host.origin}/${Bucket}/one`, { method: 'PUT', body: 'x' })).status).toBe(403)
  })
})

describe('a signed form', () => {
  const send = (form: FormData) => fetch(`${host.origin}/${Bucket}`, { method: 'POST', body: form })
  const conditions = [['starts-with', '$key', 'files/7/'], ['content-length-range', 1, 20], ['eq', '$Content-Type', 'image/png'], { 'x-amz-meta-owner': '7' }]
  const fields = { key: 'files/7/${filename}', 'Content-Type': 'image/png', 'x-amz-meta-owner': '7' }
  const file = new Blob(['\u0000bytes\r\n--not end'])

  it('stores its file under its key, as the function that signed it', async () => {
    const answer = await send(aForm(conditions, fields, file, 'logo.png'))
    expect([answer.status, answer.headers.get('etag')]).toEqual([204, expect.stringMatching(/^"[0-9a-f]{32}"$/)])
    expect((await host.s3.get(Bucket, 'files/7/logo.png'))?.toString()).toBe('\u0000bytes\r\n--not end')
    expect(asked).toEqual(['s3:PutObject by AKIALOCALTEST'])
  })

  it('answers 201 with the place of the file when the form wants that', async () => {
    const answer = await send(aForm([...conditions, { success_action_status: '201' }], { ...fields, success_action_status: '201' }, file, 'logo.png'))
    expect([answer.status, await answer.text()]).toEqual([201, expect.stringContaining('<Key>files/7/logo.png</Key>')])
  })

  it.each([
    ['a file that is too large', aForm(conditions, fields, new Blob(['x'.repeat(21)]), 'a.png'), '400 EntityTooLarge'],
    ['a file that is too small', aForm(conditions, fields, new Blob([]), 'a.png'), '400 EntityTooSmall'],
    ['another key', aForm(conditions, { ...fields, key: 'files/8/x' }, file, 'a.png'), '403 AccessDenied'],
    ['another type', aForm(conditions, { ...fields, 'Content-Type': 'text/html' }, file, 'a.png'), '403 AccessDenied'],
    ['a field that the policy does not name', aForm(conditions, { ...fields, 'x-amz-meta-more': '1' }, file, 'a.png'), '403 AccessDenied'],
    ['an expired policy', aForm(conditions, fields, file, 'a.png', new Date(Date.now() - 1_000)), '403 AccessDenied'],
  ])('is refused: %s', async (_, form, expected) => {
    expect(await errorOf(await send(form))).toBe(expected)
  })

  it('is refused with a policy that was changed after signing', async () => {
    const form = aForm(conditions, fields, file, 'a.png')
    form.set('policy', Buffer.from(JSON.stringify({ expiration: '2099-01-01T00:00:00Z', conditions: [] })).toString('base64'))
    expect(await errorOf(await send(form))).toBe('403 SignatureDoesNotMatch')
  })

  it('that is no form is refused', async () => {
    const headers = { 'content-type': 'multipart/form-data; boundary=x' }
    expect(await errorOf(await fetch(`${host.origin}/${Bucket}`, { method: 'POST', headers, body: 'nonsense' }))).toBe('400 MalformedPOSTRequest')
  })
})

describe('a page of another origin', () => {
  it('asks first, and is told what the bucket allows', async () => {
    const ask = (origin: string, method: string, headers: string) =>
      fetch(`${host.origin}/${Bucket}/x`, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': method, 'access-control-request-headers': headers } })
    const allowed = await ask('https://app.example.org', 'PUT', 'content-type')
    expect(allowed.status).toBe(200)
    expect(Object.fromEntries(allowed.headers)).toMatchObject({ 'access-control-allow-origin': 'https://app.example.org', 'access-control-allow-headers': 'content-type', 'access-control-max-age': '600' })
    expect((await ask('https://evil.example.net', 'PUT', 'content-type')).status).toBe(403)
    expect((await ask('https://app.example.org', 'DELETE', 'content-type')).status).toBe(403)
    expect((await ask('https://app.example.org', 'PUT', 'x-other')).status).toBe(403)
  })

  it('may read answers and errors', async () => {
    const answer = await fetch(`${host.origin}/${Bucket}/x`, { headers: { origin: 'https://app.example.org' } })
    expect([answer.status, answer.headers.get('access-control-allow-origin'), answer.headers.get('access-control-expose-headers')]).toEqual([403, 'https://app.example.org', 'ETag'])
    expect((await fetch(`${host.origin}/${Bucket}/x`, { headers: { origin: 'https://evil.example.net' } })).headers.get('access-control-allow-origin')).toBeNull()
  })
})
