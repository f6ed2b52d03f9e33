import fc from 'fast-check'
import { generateKeyPair, SignJWT } from 'jose'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { ADMIN, aPerson, clientWith, giveRole, signedIn, tokenOf, type Client } from './client.ts'

let admin: Client
let call: Client
let deal: string

beforeAll(async () => {
  admin = await signedIn(ADMIN)
  const person = await aPerson(admin)
  await giveRole(admin, 'Manager', { kind: 'user', id: person.id })
  call = await signedIn(person.email)
  deal = `/v1/items/deal/${String((await call('POST', '/v1/items/deal', { title: 'Untouched' })).body['id'])}`
})

describe('bad input', () => {
  it('API-5: an unknown field, a wrong type and malformed JSON are refused by name, and change nothing', async () => {
    expect(await call('PATCH', deal, { colour: 'red' })).toMatchObject({ status: 400, body: { code: 'request.invalid', errors: [{ pointer: '/colour' }] } })
    expect(await call('PATCH', deal, { amount: 'much', opened: 'yes' })).toMatchObject({ status: 400, body: { errors: [{ pointer: '/opened' }, { pointer: '/amount' }] } })
    expect(await call('PATCH', deal, '{"title":')).toMatchObject({ status: 400, body: { code: 'request.malformed' } })
    expect(await call('PATCH', deal, '{"title":"\\ud800"}')).toMatchObject({ status: 400, body: { code: 'request.malformed' } })
    expect((await call('PATCH', deal, 'title=x', { 'content-type': 'text/plain' })).status).toBe(415)
    expect((await call('PATCH', deal, { title: 'x'.repeat(1_500_000) })).status).toBe(413)
    expect((await call('POST', '/v1/items/deal', Buffer.alloc(11_000_000, 'x'))).status).toBe(413)
    expect((await call('GET', '/v1/items/deal?limit=0')).body).toMatchObject({ errors: [{ pointer: '?limit' }] })
    expect((await call('GET', '/v1/items/deal?colour=red')).body).toMatchObject({ errors: [{ pointer: '?colour' }] })
    expect((await call('GET', '/v1/items/deal?cursor=made.up')).body).toMatchObject({ code: 'cursor.invalid' })
    expect((await call('GET', deal)).body).toMatchObject({ title: 'Untouched', version: 1 })
  })

  it('API-2: unknown paths and types answer 404 in our own words', async () => {
    expect(await call('GET', '/v1/nothing/here')).toMatchObject({ status: 404, body: { code: 'path.not_found', type: 'https://leadline.example/problems/not-found' } })
    expect(await call('GET', '/v1/items/planet')).toMatchObject({ status: 404, body: { code: 'type.not_found' } })
    expect((await call('GET', '/v1/items/deal/abc')).status).toBe(404)
    expect((await call('PUT', deal, {})).status).toBe(404)
    for (const path of ['/%ff', '//', '/v1/items/deal/%00']) expect((await fetch(inject('ready').api + path)).status).toBeGreaterThanOrEqual(400)
    for (const path of ['/%ff', '//', '/v1/items/deal/%00']) expect((await fetch(inject('ready').api + path)).status).toBeLessThan(500)
  })

  it('API-5: a thousand malformed bodies never give a 5xx and change nothing', async () => {
    // No field takes an object with a field "odd", so each of these is wrong somewhere.
    const odd = fc.object().map((value) => ({ ...value, odd: 1 }))
    const names = fc.constantFrom('title', 'amount', 'stageId', 'emails', 'fields', '__proto__', 'constructor', 'observerIds', 'responsibleId', 'id', 'name', 'types', 'userIds')
    const wrongFields = fc.uniqueArray(fc.tuple(names, fc.oneof(odd, fc.array(odd, { minLength: 1 }))), { minLength: 1, selector: ([name]) => name }).map((entries) => `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`)
    const noObject = fc.json().filter((text) => !text.startsWith('{'))
    const naughty = fc.oneof(wrongFields, noObject, fc.string({ unit: 'binary' }))
    const route = fc.constantFrom(['POST', '/v1/items/lead'], ['POST', '/v1/items/contact'], ['PATCH', deal], ['POST', `${deal}/observers`], ['POST', '/v1/users'], ['POST', '/v1/roles'], ['POST', '/v1/departments'], ['POST', '/v1/access/simulate'], ['PUT', '/v1/mail/settings'])
    const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000)
    console.log(`malformed bodies: seed ${seed}`)
    await fc.assert(
      fc.asyncProperty(route, naughty, async ([method = '', path = ''], body) => {
        const { status, text } = await call(method, path, body)
        if (status < 400 || status >= 500) throw new Error(`${method} ${path} with ${body}: ${status} ${text}`)
      }),
      { numRuns: 1000, seed },
    )
    expect((await call('GET', deal)).body).toMatchObject({ title: 'Untouched', version: 1 })
  })
})

describe('bad tokens', () => {
  it('DIR-2: missing, expired, foreign, unsigned and misdirected tokens get 401', async () => {
    const { issuer, api } = inject('ready')
    const good = await tokenOf(ADMIN)
    const [head = '', body = '', signature = ''] = good.split('.')
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as Record<string, unknown>
    const unsigned = `${Buffer.from(JSON.stringify({ alg: 'none', typ: 'JWT' })).toString('base64url')}.${body}.`
    const { privateKey } = await generateKeyPair('RS256')
    const kid = (JSON.parse(Buffer.from(head, 'base64url').toString()) as { kid: string }).kid
    const sign = (payload: Record<string, unknown>): Promise<string> => new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid }).sign(privateKey)
    const symmetric = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid }).sign(new TextEncoder().encode('guessed'))
    const tokens = [undefined, '', 'abc', `${head}.${body}.${signature.slice(0, -4)}AAAA`, unsigned, symmetric, await sign(claims), await sign({ ...claims, iss: 'https://evil.example' }), await tokenOf(ADMIN, { expires_in: '-60' })]
    for (const token of tokens) expect((await clientWith(token)('GET', '/v1/me')).status, String(token).slice(0, 40)).toBe(401)
    expect((await fetch(`${api}/v1/me?access_token=${good}`)).status).toBe(401)
    expect(issuer).toContain('/_local/oidc')
    expect((await clientWith(good)('GET', '/v1/me')).status).toBe(200)
  })

  it('DIR-2: a valid token of somebody who is no active user here, or whose address is not verified, gets 403', async () => {
    expect((await clientWith(await tokenOf('stranger@elsewhere.example'))('GET', '/v1/me')).status).toBe(403)
    const unverified = await aPerson(admin)
    expect((await clientWith(await tokenOf(unverified.email, { email_verified: 'false' }))('GET', '/v1/me')).status).toBe(403)
  })
})
