import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createPublicKey } from 'node:crypto'
import { SignJWT, UnsecuredJWT, decodeProtectedHeader, generateKeyPair, importPKCS8 } from 'jose'
import type { CryptoKey } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createIssuer } from '../../../../infra/local/oidc/index.ts'
import { aHost } from '../../../support/a-host.ts'
import type { TestHost } from '../../../support/a-host.ts'
import { anApi } from './an-api.ts'
import type { TestApi } from './an-api.ts'

let issuerHost: TestHost
let api: TestApi
let issuer: string
let key: CryptoKey
let pem: string
let kid: string
const jwt = { AuthorizationType: 'JWT', AuthorizerId: 'auth1' }

beforeAll(async () => {
  issuerHost = await aHost({ localDoors: [createIssuer] })
  issuer = `${issuerHost.origin}/_local/oidc`
  kid = decodeProtectedHeader(await tokenFor()).kid ?? ''
  pem = await readFile(join(issuerHost.dataFolder, 'oidc', 'key.pem'), 'utf8')
  key = await importPKCS8(pem, 'RS256')
  api = await anApi({ issuer, routes: { 'GET /v1/me': jwt, 'GET /v1/scoped': { ...jwt, AuthorizationScopes: ['email', 'phone'] }, 'GET /v1/admin': { ...jwt, AuthorizationScopes: ['admin'] }, 'GET /open': {} } })
})
afterAll(async () => {
  await api.close()
  await issuerHost.close()
})

async function tokenFor(form: Record<string, string> = {}): Promise<string> {
  const got = await fetch(`${issuer}/token`, { method: 'POST', body: new URLSearchParams({ grant_type: 'password', username: 'anna@example.com', ...form }) })
  return ((await got.json()) as { access_token: string }).access_token
}

const get = (path: string, token?: string, scheme = 'Bearer ') => fetch(`${api.origin}${path}`, token === undefined ? {} : { headers: { authorization: `${scheme}${token}` } })

const now = (): number => Math.floor(Date.now() / 1000)
const good = () => ({ iss: issuer, sub: 's', aud: 'leadline-local', iat: now(), exp: now() + 60 })
const signed = (claims: Record<string, unknown>, header: Record<string, unknown> = {}, by: CryptoKey | Uint8Array = key) =>
  new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid, ...header }).sign(by)

describe('the JWT authorizer', () => {
  it('lets a token of the issuer in and hands its claims on as text', async () => {
    expect((await get('/v1/me', await tokenFor())).status).toBe(200)
    const { claims, scopes } = api.events.at(-1)?.requestContext.authorizer?.jwt ?? { claims: {}, scopes: [] }
    expect(claims).toMatchObject({ iss: issuer, aud: 'leadline-local', client_id: 'leadline-local', token_use: 'access', exp: expect.stringMatching(/^\d+$/) })
    expect(claims).not.toHaveProperty('email')
    expect(scopes).toBeNull()
  })

  it('prints lists and objects among the claims as API Gateway does', async () => {
    await get('/v1/me', await signed({ ...good(), groups: ['a', 'b'], yes: true, more: { x: 1 } }))
    expect(api.events.at(-1)?.requestContext.authorizer?.jwt.claims).toMatchObject({ groups: '[a b]', yes: 'true', more: 'map[x:1]' })
  })

  it('takes the token without Bearer too, and client_id where there is no aud', async () => {
    expect((await get('/v1/me', await tokenFor(), '')).status).toBe(200)
    expect((await get('/v1/me', await signed({ ...good(), aud: undefined, client_id: 'leadline-local' }))).status).toBe(200)
  })

  it('needs no token on an open route', async () => {
    expect((await get('/open')).status).toBe(200)
    expect(api.events.at(-1)?.requestContext).not.toHaveProperty('authorizer')
  })

  it('asks for one of the route\'s scopes', async () => {
    const token = await tokenFor()
    expect((await get('/v1/scoped', token)).status).toBe(200)
    expect(api.events.at(-1)?.requestContext.authorizer?.jwt.scopes).toEqual(['email', 'phone'])
    const refused = await get('/v1/admin', token)
    expect([refused.status, await refused.json()]).toEqual([403, { message: 'Forbidden' }])
  })

  it('answers 401 with its own body to no token, and to one in the query', async () => {
    const token = await tokenFor()
    for (const path of ['/v1/me', `/v1/me?authorization=${token}`, `/v1/me?access_token=${token}`]) {
      const got = await get(path)
      expect([got.status, await got.json(), got.headers.get('www-authenticate')]).toEqual([401, { message: 'Unauthorized' }, 'Bearer'])
      expect(got.headers.has('apigw-requestid')).toBe(true)
    }
  })

  it.each<[string, () => Promise<string>, string]>([
    ['ended', () => tokenFor({ expires_in: '-5' }), 'the token has expired'],
    ['another issuer\'s', () => signed({ ...good(), iss: 'https://evil.example' }), 'invalid issuer'],
    ['for another audience', () => signed({ ...good(), aud: 'other', client_id: 'leadline-local' }), 'the token does not have a valid audience'],
    ['without audience', () => signed({ ...good(), aud: undefined }), 'the token does not have a valid audience'],
    ['not yet good', () => signed({ ...good(), nbf: now() + 60 }), 'nbf'],
    ['issued in the future', () => signed({ ...good(), iat: now() + 60 }), 'issued in the future'],
    ['endless', () => signed({ ...good(), exp: undefined }), 'exp'],
    ['unsigned', async () => new UnsecuredJWT(good()).encode(), 'error_description'],
    ['signed by a stranger with the issuer\'s key id', async () => signed(good(), {}, (await generateKeyPair('RS256')).privateKey), 'invalid token'],
    ['signed with an unknown key id', () => signed(good(), { kid: 'other' }), 'unknown key id'],
    ['without key id', () => signed(good(), { kid: undefined }), 'no key id'],
    ['signed by HS256 with the public key', () => signed(good(), { alg: 'HS256' }, new TextEncoder().encode(createPublicKey(pem).export({ type: 'spki', format: 'pem' }) as string)), 'invalid signing method'],
    ['signed by PS256', async () => signed(good(), { alg: 'PS256' }, await importPKCS8(pem, 'PS256')), 'invalid signing method'],
    ['nonsense', async () => 'abc.def.ghi', 'invalid token'],
    ['changed', async () => (await tokenFor()).replace(/\.[^.]+\./, `.${Buffer.from(JSON.stringify({ ...good(), sub: 'boss' })).toString('base64url')}.`), 'invalid token'],
  ])('answers 401 to a token that is %s', async (_what, make, description) => {
    const invoked = api.events.length
    const got = await get('/v1/me', await make())
    expect([got.status, await got.json()]).toEqual([401, { message: 'Unauthorized' }])
    expect(got.headers.get('www-authenticate')).toContain(description)
    expect(api.events).toHaveLength(invoked)
  })

  it('answers 401 while the issuer is out of reach', async () => {
    const lonely = await anApi({ issuer: 'http://127.0.0.1:9', routes: { 'GET /v1/me': jwt } })
    try {
      const got = await fetch(`${lonely.origin}/v1/me`, { headers: { authorization: `Bearer ${await tokenFor()}` } })
      expect(got.status).toBe(401)
      expect(got.headers.get('www-authenticate')).toContain('OIDC discovery endpoint communication error')
    } finally {
      await lonely.close()
    }
  })
})
