import { beforeAll, describe, expect, it } from 'vitest'
import { ADMIN, aPerson, signedIn, type Client } from './client.ts'

let call: Client
let other: Client
beforeAll(async () => {
  const admin = await signedIn(ADMIN)
  call = await signedIn((await aPerson(admin)).email)
  other = await signedIn((await aPerson(admin)).email)
})

interface Upload {
  readonly id: string
  readonly upload: { readonly method: string; readonly url: string; readonly headers: Record<string, string> }
}

const announce = async (values: object): Promise<Upload> => (await call<Upload>('POST', '/v1/files', values)).body

describe('files', () => {
  it('a file is its uploader’s until it is bound, and is saved, never shown', async () => {
    const { id, upload } = await announce({ name: '../../Prüfung.html', contentType: 'text/html', size: 5 })
    expect((await call('GET', `/v1/files/${id}`)).status).toBe(404)
    expect((await fetch(upload.url, { method: 'PUT', headers: upload.headers, body: 'hello' })).status).toBe(200)
    const fetched = await fetch((await call('GET', `/v1/files/${id}`)).headers.get('location') ?? '')
    expect(await fetched.text()).toBe('hello')
    expect(fetched.headers.get('content-type')).toBe('application/octet-stream')
    expect(fetched.headers.get('content-disposition')).toContain("filename*=UTF-8''Pr%C3%BCfung.html")
    expect((await other('GET', `/v1/files/${id}`)).status).toBe(404)
  })

  it('takes exactly the announced number of bytes', async () => {
    const { id, upload } = await announce({ name: 'a.txt', contentType: 'text/plain', size: 5 })
    expect((await fetch(upload.url, { method: 'PUT', headers: { 'content-type': 'text/plain' }, body: 'more than five' })).status).toBe(403)
    expect((await call('GET', `/v1/files/${id}`)).status).toBe(404)
    expect((await call('POST', '/v1/files', { name: 'x', size: 100_000_001 })).body).toMatchObject({ errors: [{ pointer: '/size' }] })
  })

  it('API-3: announcing it twice with one key announces one file', async () => {
    const send = async (): Promise<string> => (await call('POST', '/v1/files', { name: 'a.txt', size: 5 }, { 'idempotency-key': 'files-1' })).text
    expect(await send()).toBe(await send())
  })
})
