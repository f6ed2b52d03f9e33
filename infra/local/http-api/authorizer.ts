import type { IncomingHttpHeaders } from 'node:http'
import { createRemoteJWKSet, errors, jwtVerify } from 'jose'
import type { JWTPayload, JWTVerifyGetKey } from 'jose'
import { record, text, texts } from '../properties.ts'
import type { JwtSettings } from './definition.ts'

/** What the authorizer found. `claims` are text throughout, as API Gateway hands them to the function. */
export type Authorization =
  | { readonly outcome: 'allowed'; readonly claims: Readonly<Record<string, string>>; readonly scopes: readonly string[] | null }
  | { readonly outcome: 'unauthorized' | 'forbidden'; readonly wwwAuthenticate: string }

export type Authorizer = (settings: JwtSettings, routeScopes: readonly string[], headers: IncomingHttpHeaders) => Promise<Authorization>

const algorithms = ['RS256', 'RS384', 'RS512']
/** API Gateway's own limit for the discovery document and the key set. */
const issuerTimeoutMilliseconds = 1_500

/**
 * The JWT authorizer: signature by the issuer's published RSA keys, `iss`, `aud` (or `client_id` where there is no `aud`), `exp`,
 * `nbf`, `iat`, and one of the route's scopes if it names any. Only the header of the identity source is read: a token in the
 * query is no token.
 */
export function createAuthorizer(now: () => Date): Authorizer {
  const keySets = new Map<string, Promise<JWTVerifyGetKey>>()

  const keysOf = (issuer: string): Promise<JWTVerifyGetKey> => {
    const known = keySets.get(issuer)
    if (known !== undefined) return known
    const found = discoverKeys(issuer)
    keySets.set(issuer, found)
    // An issuer that could not be reached is asked again with the next token.
    found.catch(() => keySets.delete(issuer))
    return found
  }

  return async (settings, routeScopes, headers) => {
    const token = tokenOf(headers[settings.header])
    if (token === undefined) return { outcome: 'unauthorized', wwwAuthenticate: 'Bearer' }
    try {
      const claims = await verify(token, settings, keysOf, now())
      const granted = scopesOf(claims)
      if (routeScopes.length > 0 && !routeScopes.some((scope) => granted.includes(scope))) {
        return { outcome: 'forbidden', wwwAuthenticate: `Bearer scope="${routeScopes.join(' ')}" error="insufficient_scope"` }
      }
      const asText = Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, claimText(value)]))
      return { outcome: 'allowed', claims: asText, scopes: routeScopes.length > 0 ? routeScopes : null }
    } catch (problem) {
      const description = describe(problem)
      return { outcome: 'unauthorized', wwwAuthenticate: `Bearer scope="${routeScopes.join(' ')}" error="invalid_token" error_description="${description}"` }
    }
  }
}

/** A token that API Gateway refuses; the message goes into `www-authenticate`. */
class RefusedToken extends Error {}

async function verify(token: string, settings: JwtSettings, keysOf: (issuer: string) => Promise<JWTVerifyGetKey>, now: Date): Promise<JWTPayload> {
  const keys = await keysOf(settings.issuer)
  const { payload } = await jwtVerify(
    token,
    (header, jwt) => {
      if (typeof header.kid !== 'string') throw new RefusedToken('the token has no key id')
      return keys(header, jwt)
    },
    { algorithms, issuer: settings.issuer, requiredClaims: ['exp'], currentDate: now },
  )
  const audience = payload.aud === undefined ? [text(payload.client_id) ?? ''] : [payload.aud].flat()
  if (!audience.some((one) => settings.audience.includes(one))) throw new RefusedToken('the token does not have a valid audience')
  if (payload.iat !== undefined && payload.iat > now.getTime() / 1000) throw new RefusedToken('the token was issued in the future')
  return payload
}

/** The token with or without `Bearer` before it: API Gateway takes both. */
function tokenOf(header: string | string[] | undefined): string | undefined {
  const value = (Array.isArray(header) ? header[0] : header)?.trim() ?? ''
  const token = value.replace(/^bearer\s+/i, '')
  return token === '' || /^bearer$/i.test(token) ? undefined : token
}

function scopesOf(claims: JWTPayload): readonly string[] {
  const { scope, scp } = claims
  return [...(text(scope) ?? text(scp) ?? '').split(' '), ...texts(scp)]
}

async function discoverKeys(issuer: string): Promise<JWTVerifyGetKey> {
  const answer = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, {
    signal: AbortSignal.timeout(issuerTimeoutMilliseconds),
    redirect: 'error',
  })
  const address = answer.ok ? text(record(await answer.json()).jwks_uri) : undefined
  if (address === undefined) throw new RefusedToken('OIDC discovery endpoint communication error')
  return createRemoteJWKSet(new URL(address), { timeoutDuration: issuerTimeoutMilliseconds })
}

/** Numbers and flags as text, a list as `[a b]`, an object as `map[key:value]`: API Gateway prints claims so. */
function claimText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(claimText).join(' ')}]`
  if (typeof value === 'object' && value !== null) return `map[${Object.entries(value).map(([name, one]) => `${name}:${claimText(one)}`).join(' ')}]`
  return String(value)
}

function describe(problem: unknown): string {
  if (problem instanceof RefusedToken) return problem.message
  if (problem instanceof errors.JWTExpired) return 'the token has expired'
  if (problem instanceof errors.JWTClaimValidationFailed) return problem.claim === 'iss' ? 'invalid issuer' : `the claim ${problem.claim} is invalid`
  if (problem instanceof errors.JOSEAlgNotAllowed) return 'invalid signing method'
  if (problem instanceof errors.JWKSNoMatchingKey) return 'unknown key id'
  if (problem instanceof errors.JOSEError) return problem instanceof errors.JWKSTimeout ? 'JWKS communication error' : 'invalid token'
  // Whatever fetch throws: the issuer is out of reach.
  return 'OIDC discovery endpoint communication error'
}
