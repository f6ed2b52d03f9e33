import { beforeAll, describe, expect, it } from 'vitest'
import { ADMIN, aPerson, clientOf, refusal, signedIn, type Caller } from './client.ts'

let ann: Caller
let bob: Caller
beforeAll(async () => {
  const admin = await signedIn(ADMIN)
  ann = await clientOf((await aPerson(admin)).email)
  bob = await clientOf((await aPerson(admin)).email)
})

const announce = (values: { name: string; contentType?: string; size: number }) => ann('POST /v1/files', { values })
const locate = (who: Caller, id: string): Promise<string> => who.location('GET /v1/files/{id}', { id })

describe('files', () => {
  it('a file is its uploader’s until it is bound, and is saved, never shown', async () => {
    const { id, upload } = await announce({ name: '../../Prüfung.html', contentType: 'text/html', size: 5 })
    expect((await refusal(locate(ann, id))).status).toBe(404)
    expect((await fetch(upload.url, { method: 'PUT', headers: upload.headers, body: 'hello' })).status).toBe(200)
    const fetched = await fetch(await locate(ann, id))
    expect(await fetched.text()).toBe('hello')
    expect(fetched.headers.get('content-type')).toBe('application/octet-stream')
    expect(fetched.headers.get('content-disposition')).toContain("filename*=UTF-8''Pr%C3%BCfung.html")
    expect((await refusal(locate(bob, id))).status).toBe(404)
  })

  it('takes exactly the announced number of bytes', async () => {
    const { id, upload } = await announce({ name: 'a.txt', contentType: 'text/plain', size: 5 })
    expect((await fetch(upload.url, { method: 'PUT', headers: { 'content-type': 'text/plain' }, body: 'more than five' })).status).toBe(403)
    expect((await refusal(locate(ann, id))).status).toBe(404)
    expect((await refusal(announce({ name: 'x', size: 100_000_001 }))).at).toEqual(['/size'])
  })

  it('API-3: announcing it twice with one key announces one file', async () => {
    const key = { idempotencyKey: `file ${process.pid} ${Date.now()}` }
    const send = () => ann('POST /v1/files', { values: { name: 'a.txt', size: 5 } }, key)
    expect(await send()).toEqual(await send())
  })
})
