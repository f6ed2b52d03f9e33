import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { subjectOfToken } from '../../../shared/platform/token.ts'

const AUDIENCE = 'leadline'
let server: Server
let issuer: string
let key: CryptoKey
let foreignKey: CryptoKey

beforeAll(async () => {
  const pair = await generateKeyPair('RS256')
  key = pair.privateKey
  foreignKey = (await generateKeyPair('RS256')).privateKey
  const jwks = { keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'one', alg: 'RS256', use: 'sig' }] }
  server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(request.url === '/keys' ? jwks : { issuer, jwks_uri: `${issuer}/keys` }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  process.env['OIDC_ISSUER'] = issuer
  process.env['TOKEN_AUDIENCE'] = AUDIENCE
})
afterAll(() => void server.close())

const inAnHour = (): number => Math.floor(Date.now() / 1000) + 3600
const good = (): JWTPayload => ({ iss: issuer, sub: 'ann', client_id: AUDIENCE, exp: inAnHour() })
const signed = (claims: JWTPayload, by = key, kid = 'one'): Promise<string> => new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid }).sign(by)

describe('a token on a route where the gateway checks none', () => {
  it('DIR-2: gives whom it was made for, whether it names its audience or, as Cognito does, its client', async () => {
    expect(await subjectOfToken(await signed(good()))).toBe('ann')
    const { client_id: _client, ...rest } = good()
    expect(await subjectOfToken(await signed({ ...rest, aud: ['other', AUDIENCE] }))).toBe('ann')
  })

  it('DIR-2: is refused when it is for somebody else, out of date, of another issuer, signed by another or not at all', async () => {
    const { sub: _sub, ...withoutSubject } = good()
    const { exp: _exp, ...withoutEnd } = good()
    const unsigned = `${Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url')}.${Buffer.from(JSON.stringify(good())).toString('base64url')}.`
    const symmetric = await new SignJWT(good()).setProtectedHeader({ alg: 'HS256', kid: 'one' }).sign(new TextEncoder().encode('a secret of more than 32 characters'))
    const tokens = [
      await signed({ ...good(), client_id: 'another' }),
      await signed({ ...good(), aud: 'another' }),
      await signed({ ...good(), exp: Math.floor(Date.now() / 1000) - 10 }),
      await signed({ ...good(), nbf: inAnHour() }),
      await signed({ ...good(), iss: 'https://elsewhere.example' }),
      await signed(withoutSubject),
      await signed(withoutEnd),
      await signed(good(), foreignKey),
      await signed(good(), key, 'two'),
      unsigned,
      symmetric,
      'a.b.c',
      'nonsense',
    ]
    for (const token of tokens) await expect(subjectOfToken(token), token.slice(0, 60)).rejects.toMatchObject({ kind: 'unauthenticated', code: 'token.refused' })
  })
})
