import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createIssuer } from '../../../../infra/local/oidc/index.ts'
import { aHost, aResource } from '../../../support/a-host.ts'
import type { TestHost } from '../../../support/a-host.ts'

let dataFolder: string
let host: TestHost
beforeAll(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'leadline-issuer-'))
  host = await aHost({ localDoors: [createIssuer], dataFolder })
})
afterAll(async () => {
  await host.close()
  await rm(dataFolder, { recursive: true })
})

const issuerOf = ({ origin }: TestHost): string => `${origin}/_local/oidc`

function ask(on: TestHost, form: Record<string, string>): Promise<Response> {
  return fetch(`${issuerOf(on)}/token`, { method: 'POST', body: new URLSearchParams(form) })
}

async function signIn(on: TestHost, username: string, more: Record<string, string> = {}): Promise<string> {
  const got = await ask(on, { grant_type: 'password', username, password: 'any', ...more })
  expect(got.status).toBe(200)
  return ((await got.json()) as { access_token: string }).access_token
}

const userinfo = (on: TestHost, token: string) => fetch(`${issuerOf(on)}/userinfo`, { headers: { authorization: `Bearer ${token}` } })

describe('the development issuer', () => {
  it('describes itself and publishes its key, without anything secret', async () => {
    const described = (await (await fetch(`${issuerOf(host)}/.well-known/openid-configuration`)).json()) as Record<string, string>
    expect(described).toMatchObject({ issuer: issuerOf(host), token_endpoint: `${issuerOf(host)}/token`, userinfo_endpoint: `${issuerOf(host)}/userinfo` })
    const { keys } = (await (await fetch(described.jwks_uri ?? '')).json()) as { keys: Record<string, string>[] }
    expect(keys).toEqual([{ kty: 'RSA', n: expect.any(String), e: 'AQAB', alg: 'RS256', use: 'sig', kid: expect.any(String) }])
  })

  it('gives an access token that anyone can check and that carries no address', async () => {
    const token = await signIn(host, 'Anna@Example.com')
    const { payload } = await jwtVerify(token, createRemoteJWKSet(new URL(`${issuerOf(host)}/.well-known/jwks.json`)), { issuer: issuerOf(host), audience: 'leadline-local' })
    expect(payload).toMatchObject({ client_id: 'leadline-local', token_use: 'access', sub: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/) })
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(3_600)
    expect(JSON.stringify(payload).toLowerCase()).not.toContain('anna')
  })

  it('tells the address at userinfo only', async () => {
    const token = await signIn(host, 'Anna@Example.com')
    expect(await (await userinfo(host, token)).json()).toEqual({ sub: decodeJwt(token).sub, email: 'Anna@Example.com', email_verified: true })
  })

  it('lets a test ask for an unproved address without touching other tokens', async () => {
    const proved = await signIn(host, 'bo@example.com')
    const unproved = await signIn(host, 'bo@example.com', { email_verified: 'false' })
    expect(await (await userinfo(host, unproved)).json()).toMatchObject({ email_verified: false })
    expect(await (await userinfo(host, proved)).json()).toMatchObject({ email_verified: true })
  })

  it('refuses userinfo for a token that has ended, is foreign or missing', async () => {
    const ended = await signIn(host, 'anna@example.com', { expires_in: '-1' })
    for (const got of [await userinfo(host, ended), await userinfo(host, 'x.y.z'), await fetch(`${issuerOf(host)}/userinfo`)]) {
      expect(got.status).toBe(401)
      expect(got.headers.get('www-authenticate')).toContain('Bearer')
    }
  })

  it.each<[Record<string, string>, string]>([
    [{}, 'invalid_request'],
    [{ grant_type: 'password' }, 'invalid_request'],
    [{ grant_type: 'password', username: 'anna' }, 'invalid_request'],
    [{ grant_type: 'password', username: 'a@b, c@d' }, 'invalid_request'],
    [{ grant_type: 'password', username: `${'a'.repeat(250)}@example.com` }, 'invalid_request'],
    [{ grant_type: 'password', username: 'a@example.com', expires_in: 'soon' }, 'invalid_request'],
    [{ grant_type: 'password', username: 'a@example.com', email_verified: 'perhaps' }, 'invalid_request'],
    [{ grant_type: 'client_credentials' }, 'unsupported_grant_type'],
  ])('answers 400 to the form %j', async (form, error) => {
    const got = await ask(host, form)
    expect([got.status, ((await got.json()) as { error: string }).error]).toEqual([400, error])
  })

  it('answers 400 to a body that is no form or is huge', async () => {
    const json = await fetch(`${issuerOf(host)}/token`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' })
    expect(json.status).toBe(400)
    expect((await ask(host, { grant_type: 'password', username: 'x'.repeat(100_000) })).status).toBe(400)
  })

  it('sends no CORS headers', async () => {
    const got = await fetch(`${issuerOf(host)}/.well-known/openid-configuration`, { headers: { origin: 'https://page.example' } })
    expect([...got.headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([])
  })

  it('keeps its key readable by its owner only', async () => {
    await signIn(host, 'anna@example.com')
    expect((await stat(join(dataFolder, 'oidc', 'key.pem'))).mode & 0o777).toBe(0o600)
  })

  it('knows people and tokens again after a restart on another port', async () => {
    const before = await signIn(host, 'anna@example.com')
    const resources = [aResource({ type: 'AWS::ApiGatewayV2::Authorizer', name: 'a', properties: { JwtConfiguration: {} } })]
    const again = await aHost({ localDoors: [createIssuer], dataFolder, resources })
    try {
      const after = await signIn(again, 'ANNA@example.com')
      expect(decodeJwt(after).sub).toBe(decodeJwt(before).sub)
      expect(again.port).not.toBe(host.port)
      const keys = createRemoteJWKSet(new URL(`${issuerOf(again)}/.well-known/jwks.json`))
      await expect(jwtVerify(before, keys)).resolves.toBeDefined()
    } finally {
      await again.close()
    }
  })
})
